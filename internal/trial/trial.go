package trial

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// Query asks for a period, both days included. Unit narrows it; "" is all units.
type Query struct {
	Prior    fault.Findings // what the edge found wrong already
	From, To calendar.Date
	Unit     string
}

// Report is a trial as it may be shown. A nil number is hidden, unless it says
// otherwise.
type Report struct {
	From, To     calendar.Date
	Unit         string // "" for all
	MinCell      int
	DemoNote     bool
	Distribution report.Distribution
	Months       []Month

	// Withheld tells that Feedback, the reasons in Missing, Target and Phases are
	// left out: with a smallest cell they are told for one whole stretch of time (an
	// agreed period, or a calendar year without those) and all units together only.
	Withheld bool
	Feedback Feedback
	Missing  []Missing // declined, unsuitable, unfinished
	Target   Target
	Phases   []Phase // in the order of a visit, those with time only

	Diary  Diary
	Survey *survey.Results // of the round that holds the whole period; nil without one
}

// Part is a count with its share of a whole, as a whole percentage rounded half
// up.
type Part struct {
	Count, Percent *int
}

// Feedback is what the clients said. It is kept by unit and day, without the
// assessment and its segment.
type Feedback struct {
	N          *int
	Usefulness []report.Share // "1" (not at all) to "5" (very)
	Useful     Part           // 4 and 5
	Agreement  []report.Share // agree, partly, disagree, no_opinion
	Agreeing   Part           // agree and partly
	Comments   *int           // how many wrote one
	Texts      []string       // the comments, by the alphabet: their order tells nothing; nil where it is not told how many there are
	More       bool           // there are more than MaxComments
}

// MaxComments bounds how many comments are told.
const MaxComments = 500

// MaxReasons bounds of how many people the reasons are looked at; with more, no
// reasons are told.
const MaxReasons = 20000

// Missing is one kind of not taking part with its reasons. Free words count as
// "other".
type Missing struct {
	Kind    assessment.NonParticipationKind
	N       *int
	Reasons []report.Share // in the order of Reasons; nil where they can't be told
}

// Reasons are the known codes, "other" last.
var Reasons = []string{
	"memory_illness", "acute_confusion", "language", "no_time", "technical_fault", "too_tired",
	"not_interested", "specific_question", "consent_not_wanted", "other",
}

// Target is how many professionals did as many assessments as was hoped for.
type Target struct {
	Goal          int  // assessments by one professional in the period; 0 for no target
	Professionals *int // who did at least one
	Reached       *int
}

// Phase is the active time that one phase of a visit took.
type Phase struct {
	Phase   assessment.Phase
	N       int     // assessments with time in this phase, at least the smallest cell
	Minutes float64 // the mean
}

// Month is one month's part of the period.
type Month struct {
	Code       string // 2023-05
	From, To   calendar.Date
	Count      *int          // assessments
	OutageDays int           // days of it on which the service was out
	OpenFrom   calendar.Date // the first and last day without an outage, zero where there is none
	OpenTo     calendar.Date
	PerWeek    *float64 // assessments per seven days in use; nil where hidden or where there were none
}

// Diary is what the expert wrote down about the trial.
type Diary struct {
	TakingPart, DroppedOut []diary.Entry
	Training, Support      Sessions
	Outages                []diary.Entry
	Events                 []diary.Entry // launches and notes, by day
}

// Sessions are the sessions of one kind.
type Sessions struct {
	Entries             []diary.Entry
	Minutes             int // together
	WithClients, Others int // people, each counted once
}

// People is how many were there.
func (s Sessions) People() int { return s.WithClients + s.Others }

// DroppedShare is which part of the units dropped out.
func (d Diary) DroppedShare() *int {
	return report.PercentOf(len(d.DroppedOut), len(d.DroppedOut)+len(d.TakingPart))
}

// OutageDays is how many days of the period the service was out.
func (r Report) OutageDays() int {
	days := 0
	for _, m := range r.Months {
		days += m.OutageDays
	}
	return days
}
