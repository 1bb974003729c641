package archive

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/work"
)

// The worker's times.
const (
	// Lease is how long a job is one worker's. A worker that was killed leaves
	// its job to the others after this.
	Lease = 2 * time.Minute
	// Patience is how long one try may take, less than the lease.
	Patience = time.Minute

	firstDelay, longestDelay = 5 * time.Second, time.Hour

	closing = 5 * time.Second // to write down how a try ended, also while the program ends
)

// Delay is how long a job rests after its nth try failed, n from 1: 5 s, then
// twice as long each time, and never longer than an hour.
func Delay(n int) time.Duration {
	delay := firstDelay
	for ; n > 1 && delay < longestDelay; n-- {
		delay *= 2
	}
	return min(delay, longestDelay)
}

// Queue is what the worker needs of the database.
type Queue interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	// TakeArchiveJob takes the waiting job that has been due longest, counts the
	// try and keeps the job from all others until the given time. It returns
	// false when none is due.
	TakeArchiveJob(ctx context.Context, now, until time.Time) (Job, bool, error)
	// ArchiveDelivered writes down that the archive has a job's document. It
	// returns false, and changes nothing, when that is written already.
	ArchiveDelivered(ctx context.Context, id uuid.UUID, at time.Time, sha256 string) (bool, error)
	// ArchiveFailed lets a job rest until the given time, unless somebody else
	// has tried it since, or it is no longer waiting.
	ArchiveFailed(ctx context.Context, job Job, next time.Time, problem Problem) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Worker hands what is queued to the archive. Several may work on one database.
type Worker struct {
	queue    Queue
	renderer Renderer
	target   Target
	clock    Clock
	log      *slog.Logger
}

// NewWorker makes a worker.
func NewWorker(queue Queue, renderer Renderer, target Target, clock Clock, log *slog.Logger) *Worker {
	return &Worker{queue, renderer, target, clock, log}
}

func (w *Worker) now() time.Time { return w.clock.Now().UTC().Truncate(time.Microsecond) }

// Run works until the context ends. A try that is under way then is not cut off
// before the target itself gives up.
func (w *Worker) Run(ctx context.Context) {
	work.Loop(ctx, w.Next, func(err error) { w.log.Warn("archive: the queue cannot be read or written", "error", err.Error()) })
}

// Next tries one job that is due. It returns false when there is none, and an
// error only when the queue itself fails: the job is then left to the end of its
// lease.
func (w *Worker) Next(ctx context.Context) (found bool, err error) {
	ctx = access.With(ctx, access.SystemActor)
	now := w.now()
	job, found, err := w.queue.TakeArchiveJob(ctx, now, now.Add(Lease))
	if err != nil || !found {
		return false, err
	}
	sum, err := w.hand(ctx, job)
	// How it ended is written down also when the program is being ended.
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer done()
	if err != nil {
		problem := ProblemOf(err)
		w.log.Warn("archive: a document could not be handed over", "job", job.ID.String(), "kind", string(job.Kind),
			"attempt", job.Attempts, "problem", string(problem), "error", err.Error())
		return true, w.queue.ArchiveFailed(ctx, job, w.now().Add(Delay(job.Attempts)), problem)
	}
	return true, w.delivered(ctx, job, sum)
}

// hand renders a job and hands it to the archive.
func (w *Worker) hand(ctx context.Context, job Job) (sha256 string, err error) {
	ctx, done := context.WithTimeout(ctx, Patience)
	defer done()
	item, err := w.render(ctx, job)
	if err != nil {
		return "", err
	}
	return w.target.Deliver(ctx, item)
}

// render makes the document. One that cannot be made must not keep the others
// from the archive, nor end the program.
func (w *Worker) render(ctx context.Context, job Job) (item Item, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = Fail(NotRendered, errors.New("the renderer panicked"))
			w.log.Error("archive: panic", "job", job.ID.String(), "kind", string(job.Kind), "stack", string(debug.Stack()))
		}
	}()
	if item, err = w.renderer.Render(ctx, job); err != nil {
		return Item{}, Fail(NotRendered, err)
	}
	return item, nil
}

// delivered writes down that the archive has the document, with its row in the
// audit. A second worker that handed the same over finds that written.
func (w *Worker) delivered(ctx context.Context, job Job, sum string) error {
	return w.queue.InTx(ctx, func(ctx context.Context) error {
		now := w.now()
		changed, err := w.queue.ArchiveDelivered(ctx, job.ID, now, sum)
		if err != nil || !changed {
			return err
		}
		action, subject := noted(job.Kind)
		return w.queue.AppendAudit(ctx, audit.Entry{
			At: now, Actor: access.SystemActor.ID, Role: string(access.SystemActor.Role),
			Action: action, Subject: subject, SubjectID: job.Subject.String(), Unit: job.Unit,
		})
	})
}

// noted is how the audit tells that a document was archived.
func noted(kind Kind) (audit.Action, audit.Subject) {
	switch kind {
	case Consent:
		return audit.ConsentArchived, audit.Consent
	case Withdrawal:
		return audit.WithdrawalArchived, audit.Consent
	default:
		return audit.ResultArchived, audit.Assessment
	}
}
