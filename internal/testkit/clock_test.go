package testkit_test

import (
	"sync"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestClockStandsStillInUTCMicroseconds(t *testing.T) {
	east := time.FixedZone("east", 3*60*60)
	clock := testkit.NewClock(time.Date(2023, 5, 5, 3, 0, 0, 1999, east))
	want := time.Date(2023, 5, 5, 0, 0, 0, 1000, time.UTC)
	if got := clock.Now(); got != want {
		t.Errorf("now is %v, want %v", got, want)
	}
	if got := clock.Advance(time.Hour + 1500*time.Nanosecond); got != want.Add(time.Hour+time.Microsecond) {
		t.Errorf("an hour and 1.5 µs later it is %v", got)
	}
	clock.Set(want)
	if got := clock.Now(); got != want {
		t.Errorf("set back, now is %v, want %v", got, want)
	}
}

func TestClockIsSharedSafely(t *testing.T) {
	start := time.Date(2023, 11, 12, 12, 0, 0, 0, time.UTC)
	clock := testkit.NewClock(start)
	var hands sync.WaitGroup
	for range 50 {
		hands.Go(func() {
			clock.Advance(time.Second)
			clock.Now()
		})
	}
	hands.Wait()
	if got := clock.Now(); got != start.Add(50*time.Second) {
		t.Errorf("50 seconds later it is %v", got)
	}
}
