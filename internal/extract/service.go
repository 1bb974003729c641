package extract

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Store is what the use cases need of the database. What is not there is a fault of
// kind NotFound. Methods called inside InTx take part in its transaction.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
	Units(ctx context.Context) ([]access.Unit, error)
	// UserForChange keeps others from changing the user until the transaction ends.
	UserForChange(ctx context.Context, id uuid.UUID) (access.User, error)

	// InsertPermit keeps a permit and makes its key.
	InsertPermit(ctx context.Context, p Permit) error
	// Permits lists them all, or those of one user, the latest first, at most limit.
	Permits(ctx context.Context, user uuid.UUID, limit int) ([]Permit, error)
	Permit(ctx context.Context, id uuid.UUID) (Permit, error)
	// RevokePermit ends a permit, destroys its key, and deletes the files made under
	// it. It returns false when it is revoked already.
	RevokePermit(ctx context.Context, id, by uuid.UUID, at time.Time) (bool, error)

	// CountRows counts the rows of a scope.
	CountRows(ctx context.Context, scope Scope) (int, error)
	// CountRemovals counts what was taken from the rows of some units since ever.
	CountRemovals(ctx context.Context, units []string) (int, error)

	// InsertJob keeps a job and makes its key.
	InsertJob(ctx context.Context, j Job) error
	// Jobs lists those of a user, the latest first, at most limit.
	Jobs(ctx context.Context, user uuid.UUID, limit int) ([]Job, error)
	// CountJobs counts those of a user in some states.
	CountJobs(ctx context.Context, user uuid.UUID, states ...State) (int, error)
	// JobOf reads a job of a user; anybody else's is not found.
	JobOf(ctx context.Context, user, id uuid.UUID) (Job, error)
	// FetchedJob notes that a file was fetched. It returns false when there is none.
	FetchedJob(ctx context.Context, id uuid.UUID, at time.Time) (bool, error)
	// RemakeJob lets a file that is done be made anew and deletes its bytes.
	RemakeJob(ctx context.Context, id uuid.UUID, at time.Time) error
	// DropJob deletes a file that is done or failed, with its key.
	DropJob(ctx context.Context, id uuid.UUID) error
	// Chunk reads a part of a file that is done, from 0, opened.
	Chunk(ctx context.Context, j Job, number int) ([]byte, error)
}

// Service holds the use cases.
type Service struct {
	store   Store
	library *instrument.Library
	clock   Clock
	ids     IDs
}

// NewService wires the use cases.
func NewService(store Store, library *instrument.Library, clock Clock, ids IDs) *Service {
	return &Service{store, library, clock, ids}
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// Today is the day in Helsinki on which permits are looked at.
func (s *Service) Today() calendar.Date { return calendar.DayOf(s.now()) }

func (s *Service) entry(ctx context.Context, actor access.Actor, action audit.Action, subject audit.Subject, id uuid.UUID) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id.String(), RequestID: audit.RequestID(ctx),
	}
}

// MaxPermits is how many permits are listed.
const MaxPermits = 200

// Grant gives a permit to an expert.
func (s *Service) Grant(ctx context.Context, g Grant) (p Permit, err error) {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return Permit{}, err
	}
	units, err := s.store.Units(ctx)
	if err != nil {
		return Permit{}, err
	}
	if p, err = g.check(units); err != nil {
		return Permit{}, err
	}
	p.ID, p.GrantedBy, p.GrantedAt = s.ids.New(), actor.ID, s.now()
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		user, err := s.store.UserForChange(ctx, p.User)
		if fault.KindOf(err) == fault.NotFound || err == nil && (user.Role != access.Expert || user.Disabled()) {
			return fault.Findings{{Pointer: "/user", Code: fault.NotAnExpert}}.Err()
		}
		if err != nil {
			return err
		}
		return errors.Join(s.store.InsertPermit(ctx, p), s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.PermitGranted, audit.ResearchPermit, p.ID)))
	})
	return p, err
}

// AllPermits lists the permits of the whole house, the latest first.
func (s *Service) AllPermits(ctx context.Context) ([]Permit, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return nil, err
	}
	return s.store.Permits(ctx, uuid.Nil, MaxPermits)
}

// Revoke ends a permit at once: nothing more is made or given under it, and what was
// made is deleted. Revoking it again changes nothing.
func (s *Service) Revoke(ctx context.Context, id uuid.UUID) error {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return err
	}
	return s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		if _, err := s.store.Permit(ctx, id); err != nil {
			return err
		}
		changed, err := s.store.RevokePermit(ctx, id, actor.ID, s.now())
		if err != nil || !changed {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.PermitRevoked, audit.ResearchPermit, id))
	})
}

// Permits lists the actor's own permits, the latest first, those that are over too.
func (s *Service) Permits(ctx context.Context) ([]Permit, error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return nil, err
	}
	return s.store.Permits(ctx, actor.ID, MaxPermits)
}

// Permit reads one of the actor's own permits that is valid today: with anything else
// there is nothing to be had, and it is not found.
func (s *Service) Permit(ctx context.Context, id uuid.UUID) (Permit, error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return Permit{}, err
	}
	return s.permit(ctx, actor, id)
}

func (s *Service) permit(ctx context.Context, actor access.Actor, id uuid.UUID) (Permit, error) {
	p, err := s.store.Permit(ctx, id)
	if err == nil && (p.User != actor.ID || p.StateOn(s.Today()) != Valid) {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return Permit{}, err
	}
	return p, nil
}

// Columns are what rows under a permit have.
func (s *Service) Columns(p Permit) []Column { return Columns(p, s.library) }

// Library is what the columns of items are made from.
func (s *Service) Library() *instrument.Library { return s.library }

// sight is a context in which nothing is seen but the permit's units.
func sight(ctx context.Context, p Permit) context.Context {
	return access.OfUnits(ctx, p.Units)
}

// Ask has a file made under one of the actor's own permits.
func (s *Service) Ask(ctx context.Context, permit uuid.UUID, format string) (j Job, err error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return Job{}, err
	}
	p, err := s.permit(ctx, actor, permit)
	if err != nil {
		return Job{}, err
	}
	f, known := parseFormat(format)
	if !known {
		return Job{}, fault.Findings{{Pointer: "/format", Code: fault.NotInList, Args: fault.Args{"allowed": join(FormatCodes)}}}.Err()
	}
	total, err := s.store.CountRows(sight(ctx, p), p.Scope())
	if err != nil {
		return Job{}, err
	}
	if total > f.maxRows() {
		code := fault.TooManyRows
		if f == XLSX {
			code = fault.TooManyForWorkbook
		}
		return Job{}, fault.Findings{{Pointer: "/format", Code: code, Args: fault.Args{"max": f.maxRows()}}}.Err()
	}
	now := s.now()
	j = Job{ID: s.ids.New(), Permit: p.ID, User: actor.ID, Format: f, State: Waiting, NextAt: now, AskedAt: now, Total: total}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.room(ctx, actor.ID); err != nil {
			return err
		}
		return errors.Join(s.store.InsertJob(ctx, j), s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.RowsAsked, audit.Rows, j.ID)))
	})
	return j, err
}

// room makes sure that a user has room for another file.
func (s *Service) room(ctx context.Context, user uuid.UUID) error {
	if _, err := s.store.UserForChange(ctx, user); err != nil { // one question at a time
		return err
	}
	open, err := s.store.CountJobs(ctx, user, Waiting, Running)
	if err != nil {
		return err
	}
	if open >= MaxOpen {
		return fault.Coded(fault.Conflict, fault.CodeTooManyExports)
	}
	kept, err := s.store.CountJobs(ctx, user, Waiting, Running, Done)
	if err == nil && kept >= MaxKept {
		return fault.Coded(fault.Conflict, fault.CodeTooManyExports)
	}
	return err
}

func join[T ~string](codes []T) string {
	text := ""
	for i, c := range codes {
		if i > 0 {
			text += ", "
		}
		text += string(c)
	}
	return text
}

// Listed is a file as its user sees it.
type Listed struct {
	Job
	Permit  Permit
	Fetch   bool // it can be fetched now
	Removed int  // how many rows of its units were taken back since it was made
}

// Files lists the actor's own files, the latest first, at most [Latest].
func (s *Service) Files(ctx context.Context) ([]Listed, error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return nil, err
	}
	permits, err := s.store.Permits(ctx, actor.ID, MaxPermits)
	if err != nil {
		return nil, err
	}
	jobs, err := s.store.Jobs(ctx, actor.ID, Latest)
	if err != nil {
		return nil, err
	}
	list := make([]Listed, len(jobs))
	for i, j := range jobs {
		at := slices.IndexFunc(permits, func(p Permit) bool { return p.ID == j.Permit })
		if at < 0 {
			list[i] = Listed{Job: j}
			continue
		}
		if list[i], err = s.listed(ctx, j, permits[at]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// File reads one of the actor's own files, without its bytes.
func (s *Service) File(ctx context.Context, id uuid.UUID) (Listed, error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return Listed{}, err
	}
	j, err := s.store.JobOf(ctx, actor.ID, id)
	if err != nil {
		return Listed{}, err
	}
	p, err := s.store.Permit(ctx, j.Permit)
	if err != nil {
		return Listed{}, err
	}
	return s.listed(ctx, j, p)
}

func (s *Service) listed(ctx context.Context, j Job, p Permit) (Listed, error) {
	one := Listed{Job: j, Permit: p, Fetch: j.State == Done && p.StateOn(s.Today()) == Valid && s.now().Before(j.Expires)}
	if j.State != Done {
		return one, nil
	}
	removals, err := s.store.CountRemovals(ctx, p.Units)
	one.Removed = removals - j.Removals
	return one, err
}

// Fetch opens one of the actor's own files. What was taken back since it was made, by
// a withdrawal or because its time was over, is in no file that is given out: such a
// file is made anew, and the error is a Conflict with the code export_outdated.
func (s *Service) Fetch(ctx context.Context, id uuid.UUID) (*Content, error) {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return nil, err
	}
	one, err := s.File(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case one.State.Open():
		return nil, fault.Coded(fault.Conflict, fault.CodeExportNotReady)
	case !one.Fetch:
		return nil, fault.New(fault.NotFound)
	case one.Removed != 0:
		err := s.store.InTx(ctx, func(ctx context.Context) error { return s.store.RemakeJob(ctx, id, s.now()) })
		if err == nil {
			err = fault.Coded(fault.Conflict, fault.CodeExportOutdated)
		}
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		there, err := s.store.FetchedJob(ctx, id, s.now())
		if err == nil && !there {
			err = fault.New(fault.NotFound)
		}
		if err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.RowsFetched, audit.Rows, id))
	})
	if err != nil {
		return nil, err
	}
	return &Content{Job: one.Job, store: s.store}, nil
}

// Drop deletes one of the actor's own files that is made or failed, to make room.
func (s *Service) Drop(ctx context.Context, id uuid.UUID) error {
	actor, err := access.Require(ctx, access.ExportRows)
	if err != nil {
		return err
	}
	j, err := s.store.JobOf(ctx, actor.ID, id)
	if err != nil {
		return err
	}
	if j.State != Done {
		return fault.New(fault.Conflict)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		return errors.Join(s.store.DropJob(ctx, id), s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.RowsDeleted, audit.Rows, id)))
	})
}

// Content is the bytes of a file, read part by part.
type Content struct {
	Job
	store Store
}

// Copy writes the file. It fails in the middle when the permit is revoked meanwhile:
// whoever reads then must be made to see that there was more.
func (c *Content) Copy(ctx context.Context, w io.Writer) error {
	for i := range c.Chunks {
		part, err := c.store.Chunk(ctx, c.Job, i)
		if err != nil {
			return err
		}
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}
