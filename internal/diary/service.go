package diary

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Store is what the diary needs of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
	// DiaryEntries lists what touches the days from..to, the earliest first. A zero
	// day is no bound.
	DiaryEntries(ctx context.Context, from, to calendar.Date) ([]Entry, error)
	// DiaryEntry is NotFound where there is none.
	DiaryEntry(ctx context.Context, id uuid.UUID) (Entry, error)
	CountDiary(ctx context.Context) (int, error)
	InsertDiary(ctx context.Context, e Entry) error
	// UpdateDiary and DeleteDiary are NotFound where there is none.
	UpdateDiary(ctx context.Context, e Entry) error
	DeleteDiary(ctx context.Context, id uuid.UUID) error
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service keeps the diary.
type Service struct {
	store Store
	clock Clock
	ids   IDs
}

// New makes the service.
func New(store Store, clock Clock, ids IDs) *Service { return &Service{store, clock, ids} }

// Entries lists what touches the days from..to, the earliest first. A zero day
// is no bound. It is the house's diary: whoever reads reports reads all of it.
func (s *Service) Entries(ctx context.Context, from, to calendar.Date) ([]Entry, error) {
	if _, err := access.Require(ctx, access.ReadReport); err != nil {
		return nil, err
	}
	return s.store.DiaryEntries(ctx, from, to)
}

// Entry reads one entry, to be changed. One that isn't there is NotFound.
func (s *Service) Entry(ctx context.Context, id uuid.UUID) (Entry, error) {
	if _, err := access.Require(ctx, access.KeepDiary); err != nil {
		return Entry{}, err
	}
	return s.store.DiaryEntry(ctx, id)
}

// Add writes something down. What is wrong with it comes back as one Invalid with
// findings at /kind, /from, /to, /text, /minutes, /with_clients and /others; a
// diary that is full as one at the whole.
func (s *Service) Add(ctx context.Context, w Written) (Entry, error) {
	actor, err := access.Require(ctx, access.KeepDiary)
	if err != nil {
		return Entry{}, err
	}
	e, err := w.entry()
	if err != nil {
		return Entry{}, err
	}
	e.ID = s.ids.New()
	return e, s.store.InTx(ctx, func(ctx context.Context) error {
		n, err := s.store.CountDiary(ctx)
		if err != nil {
			return err
		}
		if n >= MaxEntries {
			var f fault.Findings
			f.Add("", fault.TooMany, fault.Args{"max": MaxEntries})
			return f.Err()
		}
		if err := s.store.InsertDiary(ctx, e); err != nil {
			return err
		}
		return s.log(ctx, actor, audit.DiaryAdded, e.ID)
	})
}

// Change writes an entry anew. Of two who do so at the same time the later one
// stays; the audit has both.
func (s *Service) Change(ctx context.Context, id uuid.UUID, w Written) error {
	actor, err := access.Require(ctx, access.KeepDiary)
	if err != nil {
		return err
	}
	e, err := w.entry()
	if err != nil {
		return err
	}
	e.ID = id
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.UpdateDiary(ctx, e); err != nil {
			return err
		}
		return s.log(ctx, actor, audit.DiaryChanged, id)
	})
}

// Remove takes an entry away.
func (s *Service) Remove(ctx context.Context, id uuid.UUID) error {
	actor, err := access.Require(ctx, access.KeepDiary)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.DeleteDiary(ctx, id); err != nil {
			return err
		}
		return s.log(ctx, actor, audit.DiaryRemoved, id)
	})
}

func (s *Service) log(ctx context.Context, actor access.Actor, action audit.Action, id uuid.UUID) error {
	return s.store.AppendAudit(ctx, audit.Entry{
		At: s.clock.Now().UTC().Truncate(time.Microsecond), Actor: actor.UserID(), Role: string(actor.Role), Action: action,
		Subject: audit.DiaryEntry, SubjectID: id.String(), RequestID: audit.RequestID(ctx),
	})
}
