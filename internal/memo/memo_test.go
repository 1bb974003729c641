package memo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/memo"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func value(t *testing.T, m *memo.Memo[int]) int {
	t.Helper()
	v, err := m.Value(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAValueIsKeptForItsTimeAlone(t *testing.T) {
	clock, loads := testkit.NewClock(time.Date(2023, 5, 5, 9, 0, 0, 0, time.UTC)), 0
	m := memo.New(time.Second, clock.Now, func(context.Context) (int, error) { loads++; return loads, nil })
	for _, step := range []struct {
		by   time.Duration
		want int
	}{{0, 1}, {999 * time.Millisecond, 1}, {time.Millisecond, 2}, {-time.Hour, 3}, {0, 3}} {
		clock.Advance(step.by)
		if got := value(t, m); got != step.want {
			t.Errorf("after %v: %d, want %d", step.by, got, step.want)
		}
	}
	m.Forget()
	if got := value(t, m); got != 4 {
		t.Errorf("after Forget: %d, want 4", got)
	}
}

func TestAnErrorIsNotKept(t *testing.T) {
	clock, broken := testkit.NewClock(time.Time{}), errors.New("broken")
	m := memo.New(time.Second, clock.Now, func(context.Context) (int, error) {
		err := broken
		broken = nil
		return 7, err
	})
	if _, err := m.Value(t.Context()); err == nil {
		t.Error("the error is lost")
	}
	if got := value(t, m); got != 7 {
		t.Errorf("%d after the error, want 7", got)
	}
}

// What was read before a change and arrives after it must not be remembered.
func TestAValueFromBeforeAChangeIsNotKept(t *testing.T) {
	clock := testkit.NewClock(time.Time{})
	stored, reading, changed := 1, make(chan struct{}), make(chan struct{})
	slow := true
	m := memo.New(time.Second, clock.Now, func(context.Context) (int, error) {
		v := stored
		if slow {
			slow = false
			close(reading)
			<-changed
		}
		return v, nil
	})
	done := make(chan int)
	go func() { v, _ := m.Value(context.Background()); done <- v }()
	<-reading
	stored = 2
	m.Forget()
	close(changed)
	<-done
	if got := value(t, m); got != 2 {
		t.Errorf("%d after the change, want 2", got)
	}
}
