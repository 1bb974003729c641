package identity

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// A third waits until one of two is done, and gives up when its caller does.
func TestAtMostTwoHashesAtOnce(t *testing.T) {
	for range cap(turns) {
		turns <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := Secrets{}.VerifyPassword(ctx, "x", "")
	if !errors.Is(err, context.DeadlineExceeded) || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("while two are at work: %v", err)
	}
	<-turns
	if _, err := (Secrets{}).VerifyPassword(t.Context(), "x", ""); err != nil {
		t.Errorf("after one is done: %v", err)
	}
	<-turns
	if len(turns) != 0 {
		t.Errorf("%d turns were never given back", len(turns))
	}
}
