package consent

import (
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// Purpose is what a client consents to.
type Purpose string

// The purposes. Any non-empty set of them can be consented to.
const (
	Assessment Purpose = "assessment" // the assessment is made
	Recording  Purpose = "record"     // the result is written into the client or patient record
	Statistics Purpose = "statistics" // the result is counted in reports
)

// Purposes lists the purposes in the order in which they are asked for.
var Purposes = []Purpose{Assessment, Recording, Statistics}

// Form is how the consent was given.
type Form string

// The forms.
const (
	Electronic Form = "electronic"
	Paper      Form = "paper"
)

// Giver is who gave the consent.
type Giver string

// The givers.
const (
	ByClient         Giver = "client"
	ByRepresentative Giver = "representative"
)

// Status is whether a consent is in force.
type Status string

// The statuses.
const (
	Active    Status = "active"
	Withdrawn Status = "withdrawn"
)

// Record is one consent that was given.
type Record struct {
	ID               uuid.UUID
	Unit             string
	Language         lang.Tag
	Form             Form
	Purposes         []Purpose // in the order of Purposes, at least one
	GivenBy          Giver
	Ground           string // why a representative could give it, "" for a client; personal data
	SignedName       string // as whoever gave it typed it, "" where nobody did; personal data
	Plain            bool   // the text was read in plain language; false where nobody knows
	TextVersion      int
	TextSHA256       string // hex, of the text in Language
	GivenAt          time.Time
	Before           string    // name of the professional before whom it was given
	BeforeID         uuid.UUID // and the user
	ClientRef        string    // the pseudonym of the client, once an assessment named it; "" before
	WithdrawnAt      time.Time // zero while active
	WithdrawalReason string    // personal data
}

// Status tells whether the consent is in force.
func (r Record) Status() Status {
	if r.WithdrawnAt.IsZero() {
		return Active
	}
	return Withdrawn
}

// Covers tells whether a purpose was consented to, withdrawn or not.
func (r Record) Covers(p Purpose) bool { return slices.Contains(r.Purposes, p) }

// String keeps the record out of error texts.
func (r Record) String() string { return "[redacted]" }

// LogValue keeps the record out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue("[redacted]") }
