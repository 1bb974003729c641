package invitation

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Store is what the invitations need of the database. One that is not there is
// a fault of kind NotFound. Methods called inside InTx take part in its
// transaction, and those ForUpdate keep everybody else from changing the
// invitation until it ends.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error

	InsertInvitation(ctx context.Context, i Invitation) error
	// UpdateInvitation writes everything that can change.
	UpdateInvitation(ctx context.Context, i Invitation) error
	Invitation(ctx context.Context, id uuid.UUID) (Invitation, error) // any one, as the ones below: for its client
	InvitationForUpdate(ctx context.Context, id uuid.UUID) (Invitation, error)
	InvitationByLinkForUpdate(ctx context.Context, hash []byte) (Invitation, error)
	InvitationBySelectorForUpdate(ctx context.Context, selector string) (Invitation, error)
	// OwnInvitation and OwnInvitationForUpdate read one of these units and
	// registers; any other is neither read nor locked.
	OwnInvitation(ctx context.Context, own access.Scope, id uuid.UUID) (Invitation, error)
	OwnInvitationForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (Invitation, error)
	// Invitations lists at most limit invitations of these units and registers, the
	// newest first.
	Invitations(ctx context.Context, own access.Scope, limit int) ([]Invitation, error)
	// FreeSelector takes the beginning of a code from invitations that are over
	// and tells whether it is nobody's now.
	FreeSelector(ctx context.Context, selector string, now time.Time) (bool, error)
	// EndClientSessions logs the client of an invitation out everywhere.
	EndClientSessions(ctx context.Context, invitation uuid.UUID) error
	// AnsweredBeforehand maps the drafts of these units and registers to when the
	// client said that the own part is ready.
	AnsweredBeforehand(ctx context.Context, own access.Scope) (map[uuid.UUID]time.Time, error)

	InsertNonParticipation(ctx context.Context, n assessment.NonParticipation) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Locksmith makes and checks links and codes.
type Locksmith interface {
	NewSecret() (plain string, hash []byte, err error) // 256 random bits
	HashToken(plain string) []byte                     // of such a secret
	NewCode(ctx context.Context) (code, selector, hash string, err error)
	// SplitCode takes a code apart as somebody typed it; false if it is none.
	SplitCode(typed string) (selector, secret string, ok bool)
	// VerifyPassword takes as long for no hash, "", as for any other.
	VerifyPassword(ctx context.Context, plain, hash string) (bool, error)
}

// Sessions lets a client in.
type Sessions interface {
	OpenClientSession(ctx context.Context, invitation uuid.UUID) (token string, err error)
}

// Assessments gives consent and begins an assessment under it.
type Assessments interface {
	Begin(ctx context.Context, in assessment.Begin) (*assessment.Assessment, consent.Record, error)
	Assessment(ctx context.Context, id uuid.UUID) (*assessment.Assessment, error)
}

// Batteries tells by code which professional batteries can be chosen.
type Batteries interface {
	InUse(ctx context.Context) (map[string]bool, error)
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service holds the use cases.
type Service struct {
	store       Store
	assessments Assessments
	sessions    Sessions
	locksmith   Locksmith
	batteries   Batteries
	clock       Clock
	ids         IDs
}

// NewService wires the use cases. The assessments and sessions must join a
// transaction of the store.
func NewService(store Store, assessments Assessments, sessions Sessions, locksmith Locksmith, batteries Batteries, clock Clock, ids IDs) *Service {
	return &Service{store: store, assessments: assessments, sessions: sessions, locksmith: locksmith, batteries: batteries, clock: clock, ids: ids}
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// shown is an invitation as it leaves the service: with its state and without
// its hashes.
func (s *Service) shown(i Invitation) Invitation {
	i.State, i.Hashes = i.state(s.now()), Hashes{}
	return i
}

// open refuses an invitation with which nothing can be done any more.
func (s *Service) open(i Invitation) error {
	if i.over(s.now()) {
		return fault.New(fault.Gone)
	}
	return nil
}

// note writes into the audit what an actor did with an invitation.
func (s *Service) note(ctx context.Context, actor access.Actor, action audit.Action, i Invitation) error {
	return s.store.AppendAudit(ctx, s.entry(ctx, actor, action, audit.Invitation, i.ID, i.Unit))
}

func (s *Service) entry(ctx context.Context, actor access.Actor, action audit.Action, subject audit.Subject, id uuid.UUID, unit string) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id.String(), Unit: unit, RequestID: audit.RequestID(ctx),
	}
}
