package quality

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/work"
)

// The worker's times.
const (
	// Lease is how long figures are one instance's to make, from its last sign of
	// life. One that was killed leaves them to the others after this.
	Lease = 2 * time.Minute

	closing = 5 * time.Second // to let go of what failed, also while the program ends
	tidying = time.Hour
)

// errTaken tells that another instance has taken over.
var errTaken = errors.New("quality: another instance makes these figures now")

// Run makes what is wanted until the context ends, and every hour asks for what
// is old and has changed. Several may run on one database: one makes figures at a
// time.
func (s *Service) Run(ctx context.Context, log *slog.Logger) {
	ctx = access.With(ctx, access.SystemActor)
	var tidied time.Time
	work.Loop(ctx, func(ctx context.Context) (bool, error) {
		if now := s.now(); now.Sub(tidied) >= tidying {
			tidied = now
			if err := s.Tidy(ctx); err != nil && ctx.Err() == nil {
				log.Warn("quality: old figures could not be looked through", "error", err.Error())
			}
		}
		return s.Next(ctx)
	}, func(err error) { log.Warn("quality: figures could not be made", "error", err.Error()) })
}

// Next makes what has been wanted longest. It returns false when nothing is, or
// another instance is at work. Only the program itself may do this.
func (s *Service) Next(ctx context.Context) (made bool, err error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return false, err
	}
	if actor.Role != access.System {
		return false, fault.New(fault.Forbidden)
	}
	return s.produce(ctx, "")
}

// Tidy asks for what is old and has changed, and forgets what nobody asks for.
func (s *Service) Tidy(ctx context.Context) error {
	now := s.now()
	if err := s.store.ForgetQuality(ctx, now.Add(-Unasked)); err != nil {
		return err
	}
	old, err := s.store.OldQuality(ctx, now.Add(-Stale))
	if err != nil {
		return err
	}
	for _, r := range old {
		scope, err := decodeScope(r.Scope)
		if err != nil {
			return err
		}
		usable, changed, err := s.check(ctx, scope, &r)
		if err != nil {
			return err
		}
		if !usable || changed {
			if err := s.store.WantQuality(ctx, r.ID, r.Scope, r.N, r.AskedAt, Kept); err != nil {
				return err
			}
		}
	}
	return nil
}

// produce makes the figures with an id, or those wanted longest, as the program.
func (s *Service) produce(ctx context.Context, id string) (made bool, err error) {
	now := s.now()
	r, taken, err := s.store.TakeQuality(ctx, id, now, now.Add(Lease))
	if err != nil || !taken {
		return false, err
	}
	if err = s.finish(ctx, r, now); err == nil || errors.Is(err, errTaken) {
		return err == nil, nil
	}
	// Somebody who asks again finds it wanted again, not stuck.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer done()
	return false, errors.Join(err, s.store.DropQuality(ctx, r.ID))
}

func (s *Service) finish(ctx context.Context, r Result, now time.Time) error {
	scope, err := decodeScope(r.Scope)
	if err != nil {
		return err
	}
	f, standing, err := s.count(ctx, scope, func(done, total int) error {
		r.Done, r.Total = done, total
		ours, err := s.store.QualityProgress(ctx, r, s.now().Add(Lease))
		if err == nil && !ours {
			return errTaken
		}
		return err
	})
	if err != nil {
		return err
	}
	if r.Figures, err = json.Marshal(f); err != nil {
		return err
	}
	r.N, r.Latest, r.AsOf = standing.Now, standing.Latest, now
	r.Removals, r.CheckedAt = standing.Removals, now
	return s.store.KeepQuality(ctx, r)
}

// count reads everything a scope has, in batches, and adds it up.
func (s *Service) count(ctx context.Context, scope Scope, progress func(done, total int) error) (figures, Standing, error) {
	battery, found := s.library.Version(scope.Battery, scope.Version)
	if !found {
		return figures{}, Standing{}, fault.New(fault.NotFound)
	}
	standing, err := s.store.QualityStanding(ctx, scope, time.Time{})
	if err != nil {
		return figures{}, Standing{}, err
	}
	t, last := newTally(battery), ""
	for {
		rows, end, err := s.store.QualityRows(ctx, scope, last, Batch)
		if err != nil {
			return figures{}, Standing{}, err
		}
		for _, r := range rows {
			t.add(r)
		}
		if err := progress(t.n, max(standing.Now, t.n)); err != nil {
			return figures{}, Standing{}, err
		}
		if len(rows) < Batch {
			break
		}
		last = end
	}
	if err := s.store.QualityPairs(ctx, scope, RetestDays, t.addPair); err != nil {
		return figures{}, Standing{}, err
	}
	f := t.figures()
	f.Others = standing.Others
	return f, standing, nil
}
