// Package work is how a worker beside the visits goes on: from one piece of work to
// the next, and with a rest where there is none.
//
// It belongs to the first floor and imports nothing of ours. What a piece of work
// is, whoever calls it knows.
package work

import (
	"context"
	"time"
)

// The usual rests.
const (
	look    = 2 * time.Second  // between two looks for work
	respite = 10 * time.Second // after the database failed
)

// Loop calls next again and again until the context ends: at once while there was
// something to do, after a rest where there was nothing or where it failed, which
// failed is told.
func Loop(ctx context.Context, next func(context.Context) (found bool, err error), failed func(error)) {
	for ctx.Err() == nil {
		found, err := next(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			failed(err)
			Rest(ctx, respite)
		case !found:
			Rest(ctx, look)
		}
	}
}

// Rest waits, or returns as soon as the context ends.
func Rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
