package server

import (
	"context"
	"sync"
	"time"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// shares keeps one caller from taking all the turns: each has so many places,
// and what comes beyond waits. It remembers those who are here now alone.
type shares struct {
	most int

	mu   sync.Mutex
	open map[string]*share
}

// share is one caller's places, and how many requests hold or wait for one.
type share struct {
	places chan struct{}
	here   int
}

func newShares(most int) *shares { return &shares{most: most, open: map[string]*share{}} }

// enter waits until the caller has a place. It is RateLimited when that takes
// longer than patience.
func (s *shares) enter(ctx context.Context, caller string, patience time.Duration) (leave func(), err error) {
	one := s.join(caller)
	taken, err := wait(ctx, one.places, patience)
	if err == nil && !taken {
		err = limited(patience)
	}
	if err != nil {
		s.part(caller, one)
		return nil, err
	}
	return func() { <-one.places; s.part(caller, one) }, nil
}

func (s *shares) join(caller string) *share {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.open[caller]
	if !ok {
		one = &share{places: make(chan struct{}, s.most)}
		s.open[caller] = one
	}
	one.here++
	return one
}

func (s *shares) part(caller string, one *share) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one.here--; one.here == 0 {
		delete(s.open, caller)
	}
}

// wait takes one of the places when one is free, and false when none was for so
// long.
func wait(ctx context.Context, places chan struct{}, patience time.Duration) (bool, error) {
	select {
	case places <- struct{}{}:
		return true, nil
	default:
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case places <- struct{}{}:
		return true, nil
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return false, fault.Wrap(fault.Unavailable, ctx.Err())
	}
}
