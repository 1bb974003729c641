package archive

import (
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
)

// Latest is how many jobs are shown.
const Latest = 50

// Count is how many jobs of a kind are in a state.
type Count struct {
	Kind  Kind
	State State
	N     int
}

// ProblemCount is how many waiting jobs failed for a reason at their last try.
type ProblemCount struct {
	Problem Problem
	N       int
}

// Status is the queue as a whole.
type Status struct {
	Counts        []Count        // of every kind in every state, zeros too, in the order of the tables
	Problems      []ProblemCount // those there are, in the order of Problems
	NeverTried    int            // waiting jobs that nobody has taken yet
	OldestWaiting time.Time      // when it was queued; zero when none waits
	LastDelivered time.Time      // zero before the first
}

// N is how many jobs are in a state.
func (s Status) N(state State) (n int) {
	for _, c := range s.Counts {
		if c.State == state {
			n += c.N
		}
	}
	return n
}

// Store is what an administrator's work with the queue needs of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	ArchiveStatus(ctx context.Context) (Status, error)
	// ArchiveJobs lists at most limit jobs, the latest first.
	ArchiveJobs(ctx context.Context, limit int) ([]Job, error)
	// HurryArchive makes every waiting job due and returns how many there are.
	HurryArchive(ctx context.Context, now time.Time) (int, error)
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Service holds the use cases. The queue is that of all units.
type Service struct {
	store Store
	clock Clock
	set   bool
}

// NewService wires the use cases. set tells whether this program was given an
// archive.
func NewService(store Store, clock Clock, set bool) *Service { return &Service{store, clock, set} }

// Set tells whether this program was given an archive. Another on the same
// database may have been given one all the same.
func (s *Service) Set() bool { return s.set }

// Status counts the jobs.
func (s *Service) Status(ctx context.Context) (Status, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return Status{}, err
	}
	return s.store.ArchiveStatus(access.WholeHouse(ctx))
}

// Latest lists the latest jobs, at most [Latest].
func (s *Service) Latest(ctx context.Context) ([]Job, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return nil, err
	}
	return s.store.ArchiveJobs(access.WholeHouse(ctx), Latest)
}

// Retry makes everything that waits due at once and returns how much that is. A
// job that somebody is at work on just now may be tried twice, which does no
// harm.
func (s *Service) Retry(ctx context.Context) (n int, err error) {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return 0, err
	}
	now := s.clock.Now().UTC().Truncate(time.Microsecond)
	err = s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		if n, err = s.store.HurryArchive(ctx, now); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, audit.Entry{
			At: now, Actor: actor.ID, Role: string(actor.Role), Action: audit.ArchiveRetried,
			Subject: audit.Archive, RequestID: audit.RequestID(ctx),
		})
	})
	return n, err
}
