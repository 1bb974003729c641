package invitation

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Limits of an invitation.
const (
	DefaultDays = 14
	MaxDays     = 60
	MaxFailures = 5  // wrong codes, after which it is locked
	ListLimit   = 50 // how many the list shows
)

// State is how far an invitation has come.
type State string

// The states. When several are true, the one that asks most of the
// professional counts: cancelled, answered, expired, locked, started.
const (
	Waiting   State = "waiting"
	Started   State = "started"  // consent is given
	Answered  State = "answered" // the client has said that it is ready
	Locked    State = "locked"   // after too many wrong codes
	Expired   State = "expired"
	Cancelled State = "cancelled" // by the professional, or the client declined
)

// Invitation lets one client answer the own part of one assessment beforehand.
type Invitation struct {
	ID          uuid.UUID
	State       State // when it was read; the store leaves it empty
	Unit        string
	Register    access.Register
	Battery     string // the professional's, code
	Language    lang.Tag
	Plain       bool
	ClientRef   string    // "" for an unidentified client; personal data
	CreatedBy   uuid.UUID // the user who invites
	CreatedAt   time.Time // when its link and code were made, for the first time or anew
	ExpiresAt   time.Time // the midnight in Helsinki that ends its last day
	LinkUsedAt  time.Time // zero until then
	Failures    int       // wrong codes since the last right one, 0..MaxFailures
	CancelledAt time.Time // zero until then
	Assessment  uuid.UUID // nil until consent is given
	AnsweredAt  time.Time // zero until the client has said that it is ready
	Hashes      Hashes    // between service and store only
}

// Hashes are what is kept of a link and a code.
type Hashes struct {
	Link     []byte
	Selector string // the part of the code that is no secret
	Code     string // of the part that is
}

// String keeps the invitation out of error texts.
func (i Invitation) String() string { return "[redacted]" }

// LogValue keeps the invitation out of logs.
func (i Invitation) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// LastDay is the last day, in Helsinki, on which the invitation is good.
func (i Invitation) LastDay() calendar.Date {
	return calendar.DayOf(i.ExpiresAt.Add(-time.Microsecond))
}

// days is how many days after the one on which it was made it is good.
func (i Invitation) days() int {
	return int(i.LastDay().Time().Sub(calendar.DayOf(i.CreatedAt).Time()).Hours() / 24)
}

// over tells whether nothing can be done with the invitation any more.
func (i Invitation) over(now time.Time) bool {
	return !i.CancelledAt.IsZero() || !now.Before(i.ExpiresAt)
}

// answered tells whether the client has said that the own part is ready, and
// the professional has not given it up since.
func (i Invitation) answered() bool { return i.Assessment != uuid.Nil && !i.AnsweredAt.IsZero() }

func (i Invitation) state(now time.Time) State {
	switch {
	case !i.CancelledAt.IsZero():
		return Cancelled
	case i.answered():
		return Answered
	case i.over(now):
		return Expired
	case i.Failures >= MaxFailures:
		return Locked
	case i.Assessment != uuid.Nil:
		return Started
	default:
		return Waiting
	}
}

// endOf is the instant at which a day ends in Helsinki.
func endOf(d calendar.Date) time.Time {
	return time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, calendar.Helsinki).UTC()
}

// Secrets are what the client is given, shown to the professional once.
type Secrets struct {
	Link string // the secret part of the link, URL-safe
	Code string // for example "abcd-efgh"
}

// String keeps the secrets out of error texts.
func (s Secrets) String() string { return "[redacted]" }

// GoString keeps the secrets out of what %#v prints.
func (s Secrets) GoString() string { return "[redacted]" }

// LogValue keeps the secrets out of logs.
func (s Secrets) LogValue() slog.Value { return slog.StringValue("[redacted]") }
