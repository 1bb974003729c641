package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/fault"
)

func TestFindingsComeSortedOnceAndBounded(t *testing.T) {
	var f fault.Findings
	f.Add("/client_answers/10/value", fault.TooGreat, nil)
	f.Add("/client_answers/9/value", fault.TooGreat, nil)
	f.Add("/battery", fault.Required, nil)
	f.Add("/battery", fault.Required, nil)
	var got *fault.Error
	if !errors.As(f.Err(), &got) {
		t.Fatal("no fault")
	}
	var order []string
	for _, one := range got.Findings {
		order = append(order, one.Pointer)
	}
	if want := "/battery /client_answers/9/value /client_answers/10/value"; strings.Join(order, " ") != want {
		t.Errorf("order %v", order)
	}
	for i := range 500 {
		f.Add(fmt.Sprintf("/x/%d", i), fault.Required, nil)
	}
	if errors.As(f.Err(), &got); len(got.Findings) != fault.MaxFindings {
		t.Errorf("%d findings in one answer", len(got.Findings))
	}
	if (fault.Findings{}).Err() != nil {
		t.Error("nothing wrong is an error")
	}
}

// When consent is all that is missing, the code says so; with anything else it
// is one wrong field among others.
func TestCodeSaysWhenConsentIsAllThatIsMissing(t *testing.T) {
	var f fault.Findings
	f.Add("/consent_id", fault.ConsentMissing, nil)
	if code := fault.CodeOf(f.Err()); code != fault.CodeConsentRequired {
		t.Errorf("code %s", code)
	}
	f.Add("/unit", fault.Required, nil)
	if code := fault.CodeOf(f.Err()); code != "invalid" {
		t.Errorf("code %s", code)
	}
}

func TestTouchesAboveAndBelow(t *testing.T) {
	var f fault.Findings
	f.Add("/client_answers/3", fault.WrongType, nil)
	for pointer, want := range map[string]bool{
		"/client_answers/3": true, "/client_answers/3/value": true, "/client_answers": true,
		"/client_answers/30": false, "/client_answers/3x": false, "/client": false,
	} {
		if got := f.Touches(pointer); got != want {
			t.Errorf("%s: %v", pointer, got)
		}
	}
}

// An error that nobody classified is internal, and says nothing outside.
func TestUnknownErrorIsInternal(t *testing.T) {
	err := fmt.Errorf("outer: %w", errors.New("secret"))
	if fault.KindOf(err) != fault.Internal || fault.CodeOf(err) != "internal" {
		t.Error("an unknown error has a kind")
	}
	wrapped := fmt.Errorf("outer: %w", fault.Wrap(fault.Conflict, err))
	if fault.KindOf(wrapped) != fault.Conflict || !errors.Is(wrapped, err) {
		t.Error("a wrapped fault lost its kind or its cause")
	}
	seen := map[string]bool{}
	for _, k := range fault.Kinds() {
		if k.String() == "" || seen[k.String()] {
			t.Errorf("kind %d has no code of its own", k)
		}
		seen[k.String()] = true
	}
}
