package report

import "github.com/omasuunta/omasuunta/internal/calendar"

// View names what assessments are counted by besides segment, battery, unit and
// month. An assessment is counted under one key of a view, in Steps and
// the minutes under each that it has.
type View string

// The views and their keys.
const (
	ByRegister View = "register" // health, social
	ByLanguage View = "language" // fi, sv, en
	ByMode     View = "mode"     // joint, self, phone, paper
	Places     View = "place"    // "4-7": resources of 40 to below 50, challenge of 70 to below 80; 100 is in the last, 9
	Agreed     View = "agreed"   // the agreed segment's code, "none" where nothing is confirmed
	Expected   View = "expected" // the segment that the professional guessed beforehand, "none" without a guess
	Steps      View = "step"     // confirmed, discussed, printed, recorded, feedback

	Borderline View = "borderline" // yes, no: whether the result, as it was given, named a neighbouring segment too

	// Previous has the segment of the same client's assessment before, whenever
	// that was, of the same unit's register: by the consent or the reference of the
	// client. Who was not assessed before is under no key.
	Previous View = "previous"

	// The time that a visit took, in whole minutes, rounded, 120 for all from there
	// on; a visit is under no key where nothing was measured. First the phases
	// together, then each.
	Minutes             View = "minutes"
	MinutesBegin        View = "minutes-begin"
	MinutesConsent      View = "minutes-consent"
	MinutesClient       View = "minutes-client"
	MinutesProfessional View = "minutes-professional"
	MinutesResult       View = "minutes-result"
	MinutesFeedback     View = "minutes-feedback"
)

// MostMinutes is the last key of the views of minutes: it stands for all from there
// on.
const MostMinutes = 120

// Views lists every view.
var Views = []View{
	ByRegister, ByLanguage, ByMode, Places, Agreed, Expected, Steps, Borderline, Previous,
	Minutes, MinutesBegin, MinutesConsent, MinutesClient, MinutesProfessional, MinutesResult, MinutesFeedback,
}

// ViewCell is a group of the facts behind a distribution, by the key of a view.
type ViewCell struct {
	Key string
	Cell
}

// Breakdown is a table of a view's keys by segment, hidden numbers left out. Keys
// without assessments are in it where they were asked for.
type Breakdown struct {
	View       View
	N          *int // of the whole distribution, not of the keys together; nil when hidden
	Suppressed bool // N is hidden, and with it everything else
	MinCell    int
	DemoNote   bool
	Published  bool          // see Distribution
	AsOf       calendar.Date // see Distribution
	Segments   []Share
	Groups     []Group // by key, in the order asked for, others after them
}
