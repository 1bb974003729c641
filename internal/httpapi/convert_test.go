package httpapi

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
)

// The contract knows a value or a skip. Words beside neither stay in the pages,
// and "unanswered" is no skip that a program could send.
func TestUnansweredItemsAreNotInTheAPI(t *testing.T) {
	out := answersOut(instrument.Sheet{
		{Item: "mood", Skip: instrument.Unanswered, Comment: "sanoja"},
		{Item: "money", Value: 3},
		{Item: "safety", Skip: instrument.Discuss},
	})
	if len(out) != 2 || out[0].Item != "money" || out[1].Item != "safety" {
		t.Errorf("%d answers, want money and safety", len(out))
	}
	if out := answersOut(nil); out == nil {
		t.Error("no answers are null and not an empty list")
	}
}
