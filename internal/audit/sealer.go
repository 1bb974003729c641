package audit

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/omasuunta/omasuunta/internal/work"
)

// The sealer's times.
const (
	look       = 400 * time.Millisecond // between two looks, so that a row is sealed within a second
	respite    = 5 * time.Second        // after the database failed
	checkpoint = 10 * time.Second       // between two checkpoints at most
	closing    = 5 * time.Second        // for the last look, while the program ends
)

// ErrForked is an audit in the database that is not the one that the last
// checkpoint was signed for.
var ErrForked = errors.New("audit: the database does not hold the batch that the last checkpoint was signed for; run `omasuunta audit verify`")

// Seals is what the sealer needs of the database.
type Seals interface {
	// Seal makes the next batch of rows that are not sealed yet, if there are
	// any and nobody else is at it, and returns whether there may be more.
	Seal(ctx context.Context, at time.Time) (more bool, err error)
	// Head is the last batch, the zero Batch when there is none.
	Head(ctx context.Context) (Batch, error)
	// Batch is the batch of a number, the zero Batch when there is none.
	Batch(ctx context.Context, number int64) (Batch, error)
}

// Log is where checkpoints are written.
type Log interface {
	// Append calls next with the last checkpoint, the zero one when there is
	// none, and writes what it returns behind it, so that it is there also after
	// a crash; nothing for the zero Checkpoint. Nobody else writes meanwhile.
	Append(next func(last Checkpoint) (Checkpoint, error)) error
}

// Clock tells the time.
type Clock interface{ Now() time.Time }

// Sealer seals the audit while the program serves. Several may work on one
// database.
type Sealer struct {
	seals  Seals
	log    Log // nil for none
	clock  Clock
	logger *slog.Logger

	marked int64     // the last batch that is known to have a checkpoint
	due    time.Time // of the next checkpoint
}

// NewSealer makes a sealer. Log is nil when no checkpoints are written.
func NewSealer(seals Seals, log Log, clock Clock, logger *slog.Logger) *Sealer {
	return &Sealer{seals: seals, log: log, clock: clock, logger: logger}
}

func (s *Sealer) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// Run works until the context ends, and then once more, so that nothing is left
// unsealed that was there.
func (s *Sealer) Run(ctx context.Context) {
	for ctx.Err() == nil {
		wait := look
		if err := s.Seal(ctx); err != nil && ctx.Err() == nil {
			s.logger.Error("audit: sealing failed", "error", err.Error())
			wait = respite
		} else if !s.now().Before(s.due) {
			s.checkpoint(ctx)
		}
		work.Rest(ctx, wait)
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer done()
	if err := s.Seal(ctx); err != nil {
		s.logger.Error("audit: sealing failed", "error", err.Error())
		return
	}
	s.checkpoint(ctx)
}

// checkpoint writes one if there is something new. Where it can't, sealing goes
// on: the audit must not be kept from the chain.
func (s *Sealer) checkpoint(ctx context.Context) {
	if err := s.Mark(ctx); err != nil && ctx.Err() == nil {
		s.logger.Error("audit: no checkpoint was written", "error", err.Error())
		s.due = s.now().Add(checkpoint)
	}
}

// Seal seals all that can be sealed now.
func (s *Sealer) Seal(ctx context.Context) error {
	for {
		more, err := s.seals.Seal(ctx, s.now())
		if err != nil || !more {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// Mark writes a checkpoint for the last batch, unless it has one. It signs
// nothing that contradicts what was signed before: the error is ErrForked then.
func (s *Sealer) Mark(ctx context.Context) error {
	if s.log == nil {
		return nil
	}
	head, err := s.seals.Head(ctx)
	if err != nil || head.Number == s.marked {
		return err
	}
	err = s.log.Append(func(last Checkpoint) (Checkpoint, error) {
		known, err := s.seals.Batch(ctx, last.Batch)
		switch {
		case err != nil:
			return Checkpoint{}, err
		case known.Chain != last.Chain:
			return Checkpoint{}, ErrForked
		case last.Batch >= head.Number: // another instance was faster
			return Checkpoint{}, nil
		}
		return Checkpoint{Batch: head.Number, Rows: head.Last, Chain: head.Chain, At: s.now().Format(TimeForm)}, nil
	})
	if err != nil {
		return err
	}
	s.marked, s.due = head.Number, s.now().Add(checkpoint)
	return nil
}
