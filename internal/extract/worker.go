package extract

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/work"
)

// The worker's times.
const (
	// Lease is how long a job is one worker's unless it says that it is still at
	// work. A worker that was killed leaves its job to the others after this.
	Lease = time.Minute

	beat    = time.Second     // between two words about how far it is
	closing = 5 * time.Second // to write down how it ended, also while the program ends

	chunkBytes = 1 << 20 // of a file, before they are compressed and sealed
)

// errLost is a job that is somebody else's by now, or nobody's any more.
var errLost = errors.New("extract: the job was lost")

// errTooMuch is a file that grew beyond what one may have.
var errTooMuch = errors.New("extract: the file is too large")

// Queue is what the worker needs of the database.
type Queue interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error

	// TakeJob takes the job that has been due longest, of those that wait and of
	// those whose worker has not been heard of, counts the attempt and keeps the job
	// from all others until the given time. It returns false when none is due.
	TakeJob(ctx context.Context, now, until time.Time) (Job, bool, error)
	// KeepJob says that the job is still at work, and how many rows there are. It
	// returns false when it is no longer this attempt's.
	KeepJob(ctx context.Context, j Job, rows int, until time.Time) (bool, error)
	// PutChunk seals and keeps a part of the file. It returns false likewise.
	PutChunk(ctx context.Context, j Job, number int, part []byte) (bool, error)
	// FinishJob writes down a file that is whole and deletes what other attempts have
	// left. It returns false likewise.
	FinishJob(ctx context.Context, j Job) (bool, error)
	// FailJob gives a job up, deletes its bytes and destroys its key.
	FailJob(ctx context.Context, j Job, problem Problem) error
	// LeaveJob lets others have the job at once.
	LeaveJob(ctx context.Context, j Job, at time.Time) error

	Permit(ctx context.Context, id uuid.UUID) (Permit, error)
	// PermitKey is the key that a permit's pseudonyms are made with.
	PermitKey(ctx context.Context, id uuid.UUID) (envelope.IndexKey, error)
	// Rows reads a scope as of one moment, in an order that only key leads to: first
	// how many rows there are and how many removals are known, then each. The source
	// is good until the next.
	Rows(ctx context.Context, scope Scope, key envelope.IndexKey, begin func(total, removals int) error, each func(*Source) error) error

	// OverdueJobs lists at most limit files whose time is over, or whose permit has
	// ended by a day.
	OverdueJobs(ctx context.Context, now time.Time, today calendar.Date, limit int) ([]Job, error)
	DropJob(ctx context.Context, id uuid.UUID) error
}

// Table is a file as it is written, row by row.
type Table interface {
	Row(cells []Cell) error
	// Close writes what is left. It leaves the writer below open.
	Close() error
}

// Formats writes files.
type Formats interface {
	Begin(f Format, columns []Column, w io.Writer) (Table, error)
}

// Worker makes the files, one at a time. Several may work on one database.
type Worker struct {
	queue   Queue
	library *instrument.Library
	formats Formats
	clock   Clock
	log     *slog.Logger
}

// NewWorker makes a worker.
func NewWorker(queue Queue, library *instrument.Library, formats Formats, clock Clock, log *slog.Logger) *Worker {
	return &Worker{queue, library, formats, clock, log}
}

func (w *Worker) now() time.Time { return w.clock.Now().UTC().Truncate(time.Microsecond) }

// Run works until the context ends. What is under way then is left to be begun anew.
func (w *Worker) Run(ctx context.Context) {
	work.Loop(ctx, w.Next, func(err error) {
		w.log.Warn("extract: the files of rows cannot be read or written", "error", err.Error())
	})
}

// Next deletes what is overdue and makes one file that is due. It returns false when
// there is none, and an error only when the queue itself fails.
func (w *Worker) Next(ctx context.Context) (found bool, err error) {
	ctx = access.With(ctx, access.SystemActor)
	if err := w.clear(ctx); err != nil {
		return false, err
	}
	now := w.now()
	j, found, err := w.queue.TakeJob(ctx, now, now.Add(Lease))
	if err != nil || !found {
		return false, err
	}
	problem := Interrupted
	if j.Tries <= MaxTries {
		err = w.attempt(ctx, &j)
		problem = problemOf(err)
	} else {
		err = errors.New("begun too often")
	}
	// How it ended is written down also when the program is being ended.
	ending, done := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer done()
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, errLost):
		return true, nil
	case ctx.Err() != nil:
		return true, w.queue.LeaveJob(ending, j, w.now())
	case fault.KindOf(err) == fault.Unavailable: // when the lease is over, it is begun again
		return true, err
	}
	w.log.Warn("extract: a file could not be made", "job", j.ID.String(), "format", string(j.Format),
		"attempt", j.Attempts, "problem", string(problem), "error", err.Error())
	return true, w.queue.FailJob(ending, j, problem)
}

// atOnce is how many overdue files are deleted at a time.
const atOnce = 20

// clear deletes files whose time is over.
func (w *Worker) clear(ctx context.Context) error {
	now := w.now()
	old, err := w.queue.OverdueJobs(ctx, now, calendar.DayOf(now), atOnce)
	if err != nil {
		return err
	}
	for _, j := range old {
		err := w.queue.InTx(ctx, func(ctx context.Context) error {
			return errors.Join(w.queue.DropJob(ctx, j.ID), w.queue.AppendAudit(ctx, w.entry(audit.RowsDeleted, j)))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) entry(action audit.Action, j Job) audit.Entry {
	return audit.Entry{
		At: w.now(), Actor: access.SystemActor.ID, Role: string(access.SystemActor.Role),
		Action: action, Subject: audit.Rows, SubjectID: j.ID.String(),
	}
}

type permitError struct{}

func (permitError) Error() string { return "the permit is not valid" }

func problemOf(err error) Problem {
	switch {
	case errors.As(err, &permitError{}):
		return NotPermitted
	case errors.Is(err, errTooMuch):
		return TooMuch
	default:
		return Broken
	}
}

// attempt makes a file. A panic must not end the program.
func (w *Worker) attempt(ctx context.Context, j *Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("panic")
			w.log.Error("extract: panic", "job", j.ID.String(), "format", string(j.Format), "stack", string(debug.Stack()))
		}
	}()
	p, err := w.queue.Permit(ctx, j.Permit)
	if err != nil {
		return err
	}
	if p.StateOn(calendar.DayOf(w.now())) != Valid {
		return permitError{}
	}
	key, err := w.queue.PermitKey(ctx, p.ID)
	if err != nil {
		return err
	}
	m := &making{Worker: w, job: j, sum: sha256.New()}
	working, stop := m.beating(ctx)
	err = m.write(working, p, key)
	stop()
	if m.lost.Load() {
		return errLost
	}
	if err != nil {
		return err
	}
	return w.finish(ctx, j)
}

// finish writes down that a file is whole, with its row in the audit.
func (w *Worker) finish(ctx context.Context, j *Job) error {
	return w.queue.InTx(ctx, func(ctx context.Context) error {
		j.MadeAt = w.now()
		j.Expires = j.MadeAt.Add(KeptFor)
		mine, err := w.queue.FinishJob(ctx, *j)
		if err == nil && !mine {
			err = errLost
		}
		if err != nil {
			return err
		}
		return w.queue.AppendAudit(ctx, w.entry(audit.RowsMade, *j))
	})
}

// making is one attempt at one file. Its Write takes the bytes of the file.
type making struct {
	*Worker
	job  *Job
	rows atomic.Int64
	lost atomic.Bool
	sum  hash.Hash
	part []byte
	put  func(part []byte) error
}

// beating says again and again that the job is at work, until it is stopped, and ends
// the context when the job is somebody else's.
func (m *making) beating(ctx context.Context) (context.Context, func()) {
	ctx, end := context.WithCancel(ctx)
	stopped, ended := make(chan struct{}), make(chan struct{})
	j := *m.job
	go func() {
		defer close(ended)
		ticker := time.NewTicker(beat)
		defer ticker.Stop()
		for {
			select {
			case <-stopped:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			mine, err := m.queue.KeepJob(ctx, j, int(m.rows.Load()), m.now().Add(Lease))
			if err == nil && !mine {
				m.lost.Store(true)
				end()
				return
			}
		}
	}()
	return ctx, func() { close(stopped); <-ended; end() }
}

// write reads the rows and writes the file.
func (m *making) write(ctx context.Context, p Permit, key envelope.IndexKey) error {
	m.put = func(part []byte) error {
		mine, err := m.queue.PutChunk(ctx, *m.job, m.job.Chunks, part)
		if err == nil && !mine {
			m.lost.Store(true)
			err = errLost
		}
		m.job.Chunks++
		return err
	}
	columns := Columns(p, m.library)
	shape := NewShape(columns, key)
	table, err := m.formats.Begin(m.job.Format, columns, m)
	if err != nil {
		return err
	}
	m.job.AsOf = m.now()
	err = m.queue.Rows(sight(ctx, p), p.Scope(), key, func(total, removals int) error {
		if total > m.job.Format.maxRows() {
			return errTooMuch
		}
		m.job.Total, m.job.Removals = total, removals
		return nil
	}, func(src *Source) error {
		cells, err := shape.Cells(src)
		if err != nil {
			return err
		}
		m.rows.Add(1)
		return table.Row(cells)
	})
	if err == nil {
		err = table.Close()
	}
	if err == nil {
		err = m.flush()
	}
	m.job.Rows, m.job.SHA256 = int(m.rows.Load()), hex.EncodeToString(m.sum.Sum(nil))
	return err
}

// Write implements io.Writer.
func (m *making) Write(b []byte) (n int, err error) {
	n = len(b)
	_, _ = m.sum.Write(b)
	if m.job.Bytes += int64(n); m.job.Bytes > MaxBytes {
		return 0, errTooMuch
	}
	for len(b) > 0 {
		take := min(chunkBytes-len(m.part), len(b))
		m.part, b = append(m.part, b[:take]...), b[take:]
		if len(m.part) == chunkBytes {
			if err := m.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (m *making) flush() error {
	if len(m.part) == 0 {
		return nil
	}
	err := m.put(m.part)
	m.part = m.part[:0]
	return err
}
