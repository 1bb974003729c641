package assessment

import (
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Status is how far an assessment has come.
type Status string

// The statuses.
const (
	Draft     Status = "draft"
	Completed Status = "completed" // scored, the segment proposed
	Confirmed Status = "confirmed" // talked through, the segment agreed
	Withdrawn Status = "withdrawn" // its consent was withdrawn
)

// Mode is how the questionnaire was filled.
type Mode string

// The modes. They are never pooled unchecked in statistics.
const (
	Joint Mode = "joint" // together at one screen
	Self  Mode = "self"  // the client's part beforehand
	Phone Mode = "phone"
	Paper Mode = "paper"
)

// Who can be present besides the client and the professional.
const (
	PresentClosePerson       = "close_person"
	PresentInterpreter       = "interpreter"
	PresentOtherProfessional = "other_professional"
	PresentPersonalAssistant = "personal_assistant"
)

// PresentCodes lists who can be present, in the order in which it is asked.
var PresentCodes = []string{PresentClosePerson, PresentInterpreter, PresentOtherProfessional, PresentPersonalAssistant}

// Assessment is one assessment of one client.
type Assessment struct {
	ID                  uuid.UUID
	Revision            int // counts up with every change, from 1
	Status              Status
	ConsentID           uuid.UUID
	Statistics          bool // its consent covers statistics
	Unit                string
	Register            access.Register
	Language            lang.Tag // the client's
	Mode                Mode
	Plain               bool            // the client reads plain language
	Present             []string        // who else is there, codes of PresentCodes in their order
	AssessedOn          calendar.Date   // the day of the visit
	ClientRef           string          // pseudonym or external identifier, "" for an unidentified client; personal data
	Expected            segment.Segment // the professional's own guess beforehand, zero where none
	ClientBattery       Version
	ProfessionalBattery Version
	Client              instrument.Sheet
	Professional        instrument.Sheet
	Result              *scoring.Result // nil until completed
	Confirmation        *Confirmation   // nil until confirmed
	FeedbackGiven       bool
	CreatedBy           uuid.UUID
	CreatedAt           time.Time
	CompletedAt         time.Time // zero until completed
}

// Version names the version of a battery that an assessment is pinned to.
type Version struct {
	Code    string
	Version int
}

// Agreed is the segment that was agreed on, zero before that.
func (a *Assessment) Agreed() segment.Segment {
	if a.Confirmation == nil {
		return 0
	}
	return a.Confirmation.Segment
}

// String keeps the assessment out of error texts.
func (a Assessment) String() string { return "[redacted]" }

// LogValue keeps the assessment out of logs.
func (a Assessment) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Confirmation is what the professional and the client agreed on.
type Confirmation struct {
	Segment  segment.Segment
	Reason   string // why it differs from the calculated one; personal data
	Actions  []Action
	ReviewOn calendar.Date // zero where none was set
	At       time.Time
}

// Action is one agreed next step.
type Action struct {
	Text        string        // personal data
	Responsible string        // personal data
	Due         calendar.Date // zero where none was set
}

// EventKind is what was done with a result.
type EventKind string

// The kinds of event.
const (
	Printed   EventKind = "printed"
	Recorded  EventKind = "recorded"
	Discussed EventKind = "discussed"
)

// Event is one thing that was done with a result.
type Event struct {
	Assessment uuid.UUID
	Kind       EventKind
	At         time.Time
	By         uuid.UUID
}

// Agreement is what the client thinks of the result.
type Agreement string

// The answers that a client can give.
const (
	Agrees    Agreement = "agree"
	Partly    Agreement = "partly"
	Disagrees Agreement = "disagree"
	NoOpinion Agreement = "no_opinion"
)

// Feedback is a client's feedback. It is stored without the assessment, the
// user or a time finer than the day.
type Feedback struct {
	ID         uuid.UUID
	Unit       string
	GivenOn    calendar.Date
	Usefulness int // 1 (not at all) .. 5 (very)
	Agreement  Agreement
	Comment    string
}

// NonParticipationKind is why there is no assessment.
type NonParticipationKind string

// The kinds of not taking part.
const (
	DeclinedToTakePart NonParticipationKind = "declined"   // offered, the client did not want it
	Unsuitable         NonParticipationKind = "unsuitable" // did not suit the person or the moment
	Unfinished         NonParticipationKind = "unfinished" // started and not finished
)

// NonParticipation is one person who did not take part. Nothing about the
// client is kept but the reason.
type NonParticipation struct {
	ID      uuid.UUID
	Unit    string
	Battery string // code, "" where none was chosen
	Kind    NonParticipationKind
	Reason  string // a known code such as "memory_illness", or own words
	On      calendar.Date
	By      uuid.UUID
	At      time.Time
}
