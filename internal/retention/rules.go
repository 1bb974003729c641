package retention

import (
	"slices"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// Kind is a kind of record that has a time of its own.
type Kind string

// The kinds. The day from which the time runs is the day in Helsinki.
const (
	Consent          Kind = "consent"           // with nothing under it any more; from its withdrawal, or else from when it was given
	HealthAssessment Kind = "assessment_health" // of the health care register; from the withdrawal of its consent, or else from its confirmation or completion
	SocialAssessment Kind = "assessment_social" // of the social care register; the same
	Draft            Kind = "draft"             // never completed; from its beginning
	Invitation       Kind = "invitation"        // from its cancellation or expiry
	InvitationSecret Kind = "invitation_secret" // the hashes of its link and code, which are overwritten; the same
	NonParticipation Kind = "non_participation" // from its day
	Feedback         Kind = "feedback"          // from its day
	Barrier          Kind = "barrier_report"    // from its day
	SurveyRound      Kind = "survey_round"      // with its answers; from when it was closed
	Extract          Kind = "extract"           // what is known of a file of rows, not its bytes; from when it was asked for, made or fetched the last time
	ResearchPermit   Kind = "research_permit"   // with no file under it any more; from its last day, or else its revocation
	Session          Kind = "session"           // that has ended by itself; from its last use
	IdempotencyKey   Kind = "idempotency_key"   // with the answer that was kept; from the call
	ArchiveJob       Kind = "archive_job"       // delivered or dropped; from the delivery, or else the last try
	SetupLink        Kind = "setup_link"        // once there is a user; from when it was made
)

// Keep is the time of what is kept for ever.
const Keep = 0

// MaxDays bounds a time: about a hundred years.
const MaxDays = 36500

// Rule is how long a kind is kept.
type Rule struct {
	Kind      Kind
	Days      int  // whole days; Keep for ever
	Default   int  // Days until the house decides
	Least     int  // the fewest days that can be set
	Technical bool // a left-over of the program's own, nothing about a client
}

// definitions is in the order in which a run works: what stands under something
// goes before it. Whatever tells about clients is kept until the house decides. A
// session lasts a day at most and a repeated call is known for a day, so that two
// days are over when both are.
var definitions = []Rule{
	{Kind: Session, Default: 7, Least: 2, Technical: true},
	{Kind: IdempotencyKey, Default: 2, Least: 2, Technical: true},
	{Kind: SetupLink, Default: 7, Least: 1, Technical: true},
	{Kind: Barrier, Default: 730, Least: 30, Technical: true},
	{Kind: SurveyRound, Default: Keep, Least: 30},
	{Kind: Extract, Default: Keep, Least: 30},
	{Kind: ResearchPermit, Default: Keep, Least: 30},
	{Kind: ArchiveJob, Default: Keep, Least: 30},
	{Kind: Feedback, Default: Keep, Least: 30},
	{Kind: NonParticipation, Default: Keep, Least: 30},
	{Kind: InvitationSecret, Default: 30, Least: 1, Technical: true},
	{Kind: Invitation, Default: Keep, Least: 30},
	{Kind: Draft, Default: Keep, Least: 7},
	{Kind: HealthAssessment, Default: Keep, Least: 30},
	{Kind: SocialAssessment, Default: Keep, Least: 30},
	{Kind: Consent, Default: Keep, Least: 30},
}

// shown is the order for people: what is about clients first.
var shown = []Kind{
	Consent, HealthAssessment, SocialAssessment, Draft, Invitation, NonParticipation, Feedback, ArchiveJob,
	SurveyRound, Extract, ResearchPermit, Session, InvitationSecret, IdempotencyKey, SetupLink, Barrier,
}

// Kinds lists the kinds in the order of every table.
func Kinds() []Kind { return slices.Clone(shown) }

// Defaults lists the rules that hold until the house decides, in the order of
// Kinds.
func Defaults() []Rule { return rules(nil) }

// rules lays what the house has decided over the defaults. A kind that this
// program doesn't know is passed over, because a newer one may have left it.
func rules(changed map[Kind]int) []Rule {
	list := make([]Rule, len(shown))
	for i, kind := range shown {
		r := definitions[slices.IndexFunc(definitions, func(d Rule) bool { return d.Kind == kind })]
		r.Days = r.Default
		if days, ok := changed[kind]; ok {
			r.Days = days
		}
		list[i] = r
	}
	return list
}

// Cuts say for each kind that is not kept the last day of a start whose time is
// over. A kind that is kept is absent.
type Cuts map[Kind]calendar.Date

// cuts of some rules on a day: what began on D is due on D plus the days, and on
// no day before.
func cuts(list []Rule, today calendar.Date) Cuts {
	all := Cuts{}
	for _, r := range list {
		if r.Days != Keep {
			all[r.Kind] = today.AddDays(-r.Days)
		}
	}
	return all
}
