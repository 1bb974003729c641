package retention

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Record is one record that is, or was, due.
type Record struct {
	ID   string // random, or for a session or a link the beginning of its hash
	Unit string // code, "" for what belongs to none
}

// Store is what the use cases need of the database. A record that is not there is
// a fault of kind NotFound. Methods called inside InTx take part in its
// transaction.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error

	// RetentionRules reads the days of every kind that the house has decided on.
	RetentionRules(ctx context.Context) (map[Kind]int, error)
	PutRetentionRule(ctx context.Context, kind Kind, days int) error

	// CountDue counts what is due of a kind, by unit and in the order of units. A
	// held record is not due. What a run deletes on its way to this kind is taken
	// into account.
	CountDue(ctx context.Context, kind Kind, cuts Cuts) ([]Due, error)
	// DueIDs lists the ids that CountDue counts, the oldest first.
	DueIDs(ctx context.Context, kind Kind, cuts Cuts) ([]Record, error)
	// DeleteDue deletes at most limit records that are due, the oldest first, and
	// whatever stands under them, and tells which. It keeps every other caller from
	// deleting anything due until the transaction ends; one that comes too late gets
	// a fault of kind Conflict.
	DeleteDue(ctx context.Context, kind Kind, cuts Cuts, limit int) ([]Record, error)
	// Scrub takes what was deleted out of the database's files as far as the
	// database can. It is called outside transactions.
	Scrub(ctx context.Context) error

	// OwnConsent and OwnConsentForUpdate read a consent of these units; any other is
	// neither read nor locked.
	OwnConsent(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error)
	OwnConsentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error)
	ConsentForUpdate(ctx context.Context, id uuid.UUID) (consent.Record, error)
	// Hold reads the hold on a consent; false when there is none.
	Hold(ctx context.Context, consent uuid.UUID) (Hold, bool, error)
	InsertHold(ctx context.Context, h Hold) error
	DeleteHold(ctx context.Context, consent uuid.UUID) error

	// ClientRecords lists what an erasure that begins from a consent takes in; see
	// Erasure. With lock it keeps everybody else from changing it, or from adding
	// to it under its consents, until the transaction ends.
	ClientRecords(ctx context.Context, of consent.Record, own access.Scope, lock bool) (Erasure, error)
	// EraseRecords deletes what ClientRecords has listed, with all that stands
	// under it and the answers to repeated calls that tell about it.
	EraseRecords(ctx context.Context, e Erasure) error
}

// Service holds the use cases.
type Service struct {
	store Store
	clock Clock
}

// NewService wires the use cases.
func NewService(store Store, clock Clock) *Service { return &Service{store, clock} }

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

func (s *Service) today() calendar.Date { return calendar.DayOf(s.now()) }

// entry makes a row of the audit about something the actor does now.
func (s *Service) entry(ctx context.Context, actor access.Actor, action audit.Action, subject audit.Subject, id, unit string) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id, Unit: unit, RequestID: audit.RequestID(ctx),
	}
}
