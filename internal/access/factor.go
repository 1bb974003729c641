package access

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

const (
	// RecoveryCodes is how many codes somebody gets for when there is no other
	// factor at hand.
	RecoveryCodes = 10
	// MaxPasskeys is how many passkeys a user may have.
	MaxPasskeys = 10
	// MaxPasskeyName is the length of a passkey's name, in characters.
	MaxPasskeyName = 60

	appSetUpFor  = 15 * time.Minute // how long the secret of an app waits for its first code
	challengeFor = 5 * time.Minute  // how long a browser may take with a passkey
)

// Factors are what a user has beside the password. Recovery codes go along with
// the others and are none by themselves.
type Factors struct {
	AppSince time.Time // since when there is an authenticator app, zero without
	Passkeys []Passkey // oldest first
	Codes    int       // recovery codes that are left
}

// HasApp tells whether there is an authenticator app.
func (f Factors) HasApp() bool { return !f.AppSince.IsZero() }

// Any tells whether there is a second factor.
func (f Factors) Any() bool { return f.HasApp() || len(f.Passkeys) > 0 }

// waits is what a login with the password leaves to be done, where the house
// wants a second factor or doesn't.
func (f Factors) waits(wanted bool) Step {
	switch {
	case f.Any():
		return SecondFactor
	case wanted:
		return AddFactor
	}
	return ""
}

// App is the authenticator app of a user.
type App struct {
	Secret []byte // shared with the app
	Step   int64  // the latest time step whose code was used
}

// String keeps the secret out of error texts.
func (App) String() string { return "[redacted]" }

// LogValue keeps the secret out of logs.
func (App) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Passkey is a key pair on a device of a user's. Its private half never leaves
// the device.
type Passkey struct {
	ID, User       uuid.UUID
	Name           string // the user's own, for example of the device
	Credential     []byte // by which the device knows it
	PublicKey      []byte // in COSE form
	Transports     []string
	SignCount      uint32 // how often the device says it was used; 0 where it doesn't count
	BackupEligible bool   // it may be copied to the user's other devices
	BackedUp       bool
	CreatedAt      time.Time
	UsedAt         time.Time // zero for never
}

// String keeps the name out of error texts.
func (Passkey) String() string { return "[redacted]" }

// LogValue keeps the name out of logs.
func (Passkey) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Challenge is what was asked of a browser and awaits its answer.
type Challenge struct {
	Holder  []byte // the hash of the browser's secret
	Purpose string // a holder has one challenge for each
	Content []byte
	Expires time.Time
}

// FactorStore is what second factors need of the database.
type FactorStore interface {
	FactorsOf(ctx context.Context, user uuid.UUID) (Factors, error)
	// DeleteFactors deletes all of them, recovery codes and all.
	DeleteFactors(ctx context.Context, user uuid.UUID) error

	InsertApp(ctx context.Context, user uuid.UUID, a App, at time.Time) error // Conflict when there is one
	AppOf(ctx context.Context, user uuid.UUID) (App, error)
	// UseApp takes a time step as used, and is false when it or a later one was.
	UseApp(ctx context.Context, user uuid.UUID, step int64) (bool, error)
	DeleteApp(ctx context.Context, user uuid.UUID) (bool, error)

	InsertPasskey(ctx context.Context, p Passkey) error // Conflict when somebody has it
	// UsePasskey writes count, backup and time of use, and is false when the
	// count is not what it was any more.
	UsePasskey(ctx context.Context, p Passkey, was uint32) (bool, error)
	DeletePasskey(ctx context.Context, user, id uuid.UUID) (bool, error)

	ReplaceRecoveryCodes(ctx context.Context, user uuid.UUID, hashes [][]byte) error
	UseRecoveryCode(ctx context.Context, user uuid.UUID, hash []byte) (bool, error)

	// PutChallenge takes the place of the one before for the same purpose.
	PutChallenge(ctx context.Context, c Challenge, now time.Time) error
	Challenge(ctx context.Context, holder []byte, purpose string, now time.Time) ([]byte, error)
	// TakeChallenge deletes it; of several at once one gets it.
	TakeChallenge(ctx context.Context, holder []byte, purpose string, now time.Time) ([]byte, error)

	// SetWaits says what is left to be done in a session, "" for nothing.
	SetWaits(ctx context.Context, hash []byte, step Step) error
	DeleteOtherSessions(ctx context.Context, user uuid.UUID, keep []byte) error
}

// Passkeys does the cryptography of passkeys for one address.
type Passkeys interface {
	Host() string
	// New is what a browser is asked for a new passkey, and what must be kept
	// until it answers.
	New(u User, have []Passkey) (options, kept []byte, err error)
	// Made checks the answer; of the passkey, name and times are left open.
	Made(u User, kept, answer []byte) (Passkey, error)
	// Ask is what a browser is asked for one of somebody's passkeys, or for
	// anybody's: the nil UUID.
	Ask(user uuid.UUID, have []Passkey) (options, kept []byte, err error)
	// Answered checks the answer and returns the passkey with the count and the
	// backup that it tells. have finds the passkeys of a user. A count that did
	// not rise is an error: there may be a copy of the passkey.
	Answered(kept, answer []byte, have func(user uuid.UUID) ([]Passkey, error)) (Passkey, error)
}

// WithPasskeys lets users have passkeys.
func WithPasskeys(p Passkeys) Option { return func(s *Service) { s.passkeys = p } }

// WithoutPasskeys says, in a code, why users cannot have passkeys.
func WithoutPasskeys(why string) Option { return func(s *Service) { s.noPasskeys = why } }

// WithFactorWanted tells of whom the house wants a second factor; without it of
// nobody.
func WithFactorWanted(wanted func(ctx context.Context, role Role) (bool, error)) Option {
	return func(s *Service) { s.wanted = wanted }
}

// PasskeysAt returns the host at which users can have passkeys, "" for nowhere,
// and then a code for the reason.
func (s *Service) PasskeysAt() (host, why string) {
	if s.passkeys == nil {
		return "", s.noPasskeys
	}
	return s.passkeys.Host(), ""
}

func (s *Service) factorWanted(ctx context.Context, role Role) (bool, error) {
	return s.wanted(ctx, role)
}

// OwnFactors returns the factors of a session's user. It is Forbidden for
// somebody who does not log in with a password here.
func (s *Service) OwnFactors(ctx context.Context, token string) (Factors, error) {
	mine, err := s.mine(ctx, token)
	if err != nil {
		return Factors{}, err
	}
	return s.store.FactorsOf(ctx, mine.user.ID)
}

// FactorsOf returns the factors of a user, for an administrator.
func (s *Service) FactorsOf(ctx context.Context, id uuid.UUID) (Factors, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return Factors{}, err
	}
	return s.store.FactorsOf(ctx, id)
}

// ResetFactors takes all second factors from a user and ends their sessions.
func (s *Service) ResetFactors(ctx context.Context, id uuid.UUID) error {
	return s.change(ctx, audit.FactorReset, audit.User, id.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, id); err != nil {
			return err
		}
		if err := s.store.DeleteFactors(ctx, id); err != nil {
			return err
		}
		return s.endEverywhere(ctx, id)
	})
}

// local tells whether a user may come in with what is theirs here. Whose password
// was taken away, because another place looks after them now, has no way around
// that place.
func (u User) local() bool { return !u.Disabled() && u.PasswordHash != "" }

// mine is a session at work on the factors of its user.
type mine struct {
	Session
	hash []byte
	user User
}

// mine returns the session of a token whose user has a password here.
func (s *Service) mine(ctx context.Context, token string) (mine, error) {
	session, hash, err := s.own(ctx, token, OwnAccount)
	if err != nil {
		return mine{}, err
	}
	if session.HandedOverTo != uuid.Nil {
		return mine{}, fault.New(fault.Forbidden)
	}
	user, err := s.store.UserByID(ctx, session.Actor.ID)
	if err == nil && !user.local() { // another place looks after their login
		err = fault.New(fault.Forbidden)
	}
	return mine{session, hash, user}, err
}
