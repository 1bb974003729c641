package access

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
)

// EmergencySet is the sealed codes of a unit: two sheets, which are kept in two
// hands. A code of each opens one session.
type EmergencySet struct {
	ID        uuid.UUID
	Unit      string
	MadeBy    uuid.UUID // nil for the command line
	MadeAt    time.Time
	ExpiresAt time.Time
	RevokedAt time.Time // zero while it is in force
	Codes     int       // on each sheet
	Left      [2]int    // of them unused, by sheet
}

// InForce tells whether its codes can be used at a time.
func (s EmergencySet) InForce(at time.Time) bool {
	return s.RevokedAt.IsZero() && at.Before(s.ExpiresAt)
}

// EmergencyCode is one of its codes.
type EmergencyCode struct {
	Set           uuid.UUID
	Sheet, Number int // from 1
	Hash          []byte
	Login         uuid.UUID // that it was used for, nil while it is good
}

// String keeps the hash out of error texts.
func (EmergencyCode) String() string { return "[redacted]" }

// LogValue keeps the hash out of logs.
func (EmergencyCode) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// EmergencyLogin is what was opened with two codes, and what was found about it
// afterwards.
type EmergencyLogin struct {
	ID            uuid.UUID
	Set           uuid.UUID
	Unit          string
	User, Witness uuid.UUID
	Numbers       [2]int // of the codes, by sheet
	BegunAt       time.Time
	EndsAt        time.Time // at the latest
	EndedAt       time.Time // zero when it wasn't ended before
	ReviewedAt    time.Time // zero until then
	ReviewedBy    uuid.UUID
	Outcome       EmergencyOutcome
}

// Over is when nothing more could be done in it.
func (l EmergencyLogin) Over() time.Time {
	if !l.EndedAt.IsZero() && l.EndedAt.Before(l.EndsAt) {
		return l.EndedAt
	}
	return l.EndsAt
}

// EmergencyOutcome is what an administrator found afterwards.
type EmergencyOutcome string

// The outcomes.
const (
	EmergencyInOrder   EmergencyOutcome = "in_order"   // needed, and used for what it is meant for
	EmergencyNotNeeded EmergencyOutcome = "not_needed" // there was another way in
	EmergencyMisused   EmergencyOutcome = "misused"    // somebody else, or for something else
)

// EmergencyOutcomes lists them.
var EmergencyOutcomes = []EmergencyOutcome{EmergencyInOrder, EmergencyNotNeeded, EmergencyMisused}

// ActionCount is how often something was done.
type ActionCount struct {
	Action string // of the audit
	Count  int
}

const (
	// EmergencyIdle is how long an emergency session lasts with nothing happening:
	// to come in again costs two codes, so it outlasts a visit.
	EmergencyIdle = 2 * time.Hour
	// DefaultEmergencyCodes is how many codes a sheet has, and MaxEmergencyCodes
	// the most.
	DefaultEmergencyCodes, MaxEmergencyCodes = 20, 60
	// DefaultEmergencyDays is how long they are good, and MaxEmergencyDays the longest.
	DefaultEmergencyDays, MaxEmergencyDays = 365, 730

	maxEmergencyLogins = 200 // shown at once
)

// Emergencies is what emergency logins need of the database.
type Emergencies interface {
	InsertEmergencySet(ctx context.Context, s EmergencySet, codes []EmergencyCode) error
	EmergencySets(ctx context.Context) ([]EmergencySet, error) // the newest first
	// EmergencySetForChange keeps others from using or revoking it until the
	// transaction ends. The codes that are left aren't counted.
	EmergencySetForChange(ctx context.Context, id uuid.UUID) (EmergencySet, error)
	// RevokeEmergencySet ends what it opened, too. It is NotFound unless the set is
	// in force.
	RevokeEmergencySet(ctx context.Context, id uuid.UUID, at time.Time) error
	// EmergencyPrepared tells whether any set could be used at a time.
	EmergencyPrepared(ctx context.Context, at time.Time) (bool, error)
	EmergencyCode(ctx context.Context, hash []byte) (EmergencyCode, error)
	// UseEmergencyCodes is a Conflict unless both were good.
	UseEmergencyCodes(ctx context.Context, login uuid.UUID, first, second []byte) error

	InsertEmergencyLogin(ctx context.Context, l EmergencyLogin) error
	// EndEmergencyLogins ends those of a user that are open, and their sessions.
	EndEmergencyLogins(ctx context.Context, user uuid.UUID, at time.Time) error
	EmergencyLogin(ctx context.Context, id uuid.UUID) (EmergencyLogin, error)
	// EmergencyLogins returns some, those without a review first, then the newest.
	EmergencyLogins(ctx context.Context, most int) ([]EmergencyLogin, error)
	// EmergencyLoginsOf returns those without a review in which somebody came in or
	// stood by.
	EmergencyLoginsOf(ctx context.Context, user uuid.UUID) ([]EmergencyLogin, error)
	UnreviewedEmergencyLogins(ctx context.Context) (int, error)
	// ReviewEmergencyLogin is a Conflict when it was reviewed before.
	ReviewEmergencyLogin(ctx context.Context, id, by uuid.UUID, outcome EmergencyOutcome, at time.Time) error
	// EmergencyActions counts the rows of the audit that were written in it.
	EmergencyActions(ctx context.Context, l EmergencyLogin) ([]ActionCount, error)
}

// WithAlarm has somebody told as soon as an emergency login was opened.
func WithAlarm(alarm func(ctx context.Context, l EmergencyLogin)) Option {
	return func(s *Service) { s.alarm = alarm }
}
