package access

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
)

// Unit is a place of work, for example a health station.
type Unit struct {
	Code string // ASCII, kebab-case
	Name string
}

// User is somebody who can log in.
type User struct {
	ID           uuid.UUID
	Username     string
	Name         string
	Role         Role
	Units        []string
	Registers    []Register
	PasswordHash string
	PasswordOnce bool      // the password must be changed at the first login
	PasswordAt   time.Time // when the password was set, zero if that was before it was noted
	DisabledAt   time.Time // zero while enabled
	CreatedAt    time.Time
}

// Disabled tells whether the user is shut out.
func (u User) Disabled() bool { return !u.DisabledAt.IsZero() }

// String keeps the name out of error texts.
func (User) String() string { return "[redacted]" }

// LogValue keeps the name out of logs.
func (User) LogValue() slog.Value { return slog.StringValue("[redacted]") }

func (u User) actor() Actor {
	return Actor{ID: u.ID, Name: u.Name, Role: u.Role, Units: u.Units, Registers: u.Registers}
}

// Token is an API token. Only its hash is kept.
type Token struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Name      string
	Hash      []byte
	ExpiresAt time.Time // zero for never
	CreatedAt time.Time
}

// Store is what access needs of the database. What is not there is NotFound.
type Store interface {
	Identities
	Tickets
	Browsers
	Emergencies
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error

	InsertUnit(ctx context.Context, u Unit) error // Conflict when the code is taken
	RenameUnit(ctx context.Context, code, name string) error
	Units(ctx context.Context) ([]Unit, error) // by code

	InsertUser(ctx context.Context, u User) error // Conflict when the name is taken
	HasUsers(ctx context.Context) (bool, error)
	Users(ctx context.Context) ([]User, error) // by username
	UserByID(ctx context.Context, id uuid.UUID) (User, error)
	UserByName(ctx context.Context, username string) (User, error)
	// UserForChange is UserByID that keeps others from changing the user, or
	// beginning sessions in their name, until the transaction ends.
	UserForChange(ctx context.Context, id uuid.UUID) (User, error)
	// AdminsForChange returns who could manage, and keeps them from being
	// changed until the transaction ends.
	AdminsForChange(ctx context.Context) ([]uuid.UUID, error)
	ChangeUser(ctx context.Context, id uuid.UUID, name string, own Scope) error
	DisableUser(ctx context.Context, id uuid.UUID, at time.Time) error
	EnableUser(ctx context.Context, id uuid.UUID) error
	SetPassword(ctx context.Context, id uuid.UUID, hash string, once bool, at time.Time) error

	InsertToken(ctx context.Context, t Token) error
	// RevokeToken ends a user's tokens of a name and returns how many there were.
	RevokeToken(ctx context.Context, user uuid.UUID, name string, at time.Time) (int, error)
	// ActorByToken returns the enabled user of a token that is in force.
	ActorByToken(ctx context.Context, hash []byte, at time.Time) (Actor, error)

	InsertSession(ctx context.Context, n NewSession) error // Conflict without such a user or invitation
	// SessionByHash returns the session of an enabled user or of an invitation
	// that is in force at a time. It knows no limits: EndsAt is zero, and
	// EndsAtLatest the end of the invitation, or zero.
	SessionByHash(ctx context.Context, hash []byte, at time.Time) (Session, error)
	TouchSession(ctx context.Context, hash []byte, at time.Time) error
	SetHandedOver(ctx context.Context, hash []byte, assessment uuid.UUID) error // the nil UUID takes back; Conflict without such an assessment
	DeleteSession(ctx context.Context, hash []byte) (bool, error)
	DeleteSessionsOf(ctx context.Context, user uuid.UUID) error
	DeleteSessionsSeenBefore(ctx context.Context, at time.Time, most int) error

	InsertSetupLink(ctx context.Context, hash []byte, at time.Time) error
	HasSetupLink(ctx context.Context, hash []byte, since time.Time) (bool, error) // made since then
	// UseSetupLink deletes all links if this is one of them, and tells whether
	// it was. Until the transaction ends nobody else gets that far.
	UseSetupLink(ctx context.Context, hash []byte) (bool, error)

	FactorStore
}

// Secrets makes and hashes what people and programs prove themselves with.
// What takes a context is slow, waits for its turn, and is Unavailable when the
// context ends first.
type Secrets interface {
	NewPassword(ctx context.Context) (plain, hash string, err error)
	HashPassword(ctx context.Context, plain string) (string, error)
	// VerifyPassword takes as long for no hash, "", as for any other.
	VerifyPassword(ctx context.Context, plain, hash string) (bool, error)
	NewSecret() (plain string, hash []byte, err error) // 256 random bits
	NewToken() (plain string, hash []byte, err error)  // for the API
	HashToken(plain string) []byte                     // of a secret or token

	NewTOTP() (secret []byte, err error) // for an authenticator app
	// TOTPStep finds the time step that a typed code is of: now's or one beside
	// it, if it is later than after.
	TOTPStep(secret []byte, typed string, now time.Time, after int64) (step int64, ok bool)
	NewRecoveryCode() (plain string, hash []byte, err error) // 80 random bits
	HashRecoveryCode(typed string) []byte                    // however it was typed

	NewEmergencyCode() (plain string, hash []byte, err error) // at least 128 random bits
	// HashEmergencyCode is false for what was mistyped.
	HashEmergencyCode(typed string) (hash []byte, ok bool)
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service logs people in and out, knows whose a session or a token is, and
// administers units, users and tokens.
type Service struct {
	store   Store
	secrets Secrets
	clock   Clock
	ids     IDs
	limits  func(ctx context.Context) (Limits, error)
	memory  memory

	passkeys   Passkeys // nil without
	noPasskeys string   // why
	wanted     func(ctx context.Context, role Role) (bool, error)
	alarm      func(ctx context.Context, l EmergencyLogin) // nil for nobody
}

// Option is something that a Service need not be told.
type Option func(*Service)

// WithLimits tells how long sessions last; without it DefaultLimits hold.
func WithLimits(limits func(ctx context.Context) (Limits, error)) Option {
	return func(s *Service) { s.limits = limits }
}

// NewService wires access.
func NewService(store Store, secrets Secrets, clock Clock, ids IDs, options ...Option) *Service {
	s := &Service{store: store, secrets: secrets, clock: clock, ids: ids}
	s.limits = func(context.Context) (Limits, error) { return DefaultLimits, nil }
	s.wanted = func(context.Context, Role) (bool, error) { return false, nil }
	for _, option := range options {
		option(s)
	}
	return s
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// change makes an administrative change and its audit row in one transaction.
func (s *Service) change(ctx context.Context, action audit.Action, subject audit.Subject, id string, f func(context.Context) error) error {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := f(ctx); err != nil {
			return err
		}
		return s.note(ctx, actor, action, subject, id)
	})
}

// note writes what somebody did into the audit. Nobody, the zero Actor, is
// who failed to prove who they are.
func (s *Service) note(ctx context.Context, actor Actor, action audit.Action, subject audit.Subject, id string) error {
	return s.store.AppendAudit(ctx, audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id, RequestID: audit.RequestID(ctx),
	})
}
