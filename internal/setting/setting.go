package setting

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
)

// Names of the settings.
const (
	MinCell      = "report.min_cell"      // whole number 1..100
	Periods      = "report.periods"       // "trial 2023-05-05 2023-11-12", several separated by ";"
	Figures      = "report.figures"       // "live" or "published"
	Demo         = "report.demo"          // "true" on fictional data, otherwise "false"
	Target       = "target.count"         // whole number 0..1000
	TargetFrom   = "target.from"          // a day, or empty
	TargetTo     = "target.to"            // a day, or empty
	Batteries    = "batteries.in_use"     // codes separated by commas, or empty
	SessionIdle  = "session.idle_minutes" // whole number 5..120
	SessionMax   = "session.max_hours"    // whole number 1..24
	EmergencyMax = "emergency.max_hours"  // whole number 1..24
	SecondFactor = "login.second_factor"  // "nobody", "admins_and_experts" or "everybody"

	FirstPassword = "login.first_password_days" // whole number 1..90
	Contact       = "house.contact"             // free text up to 200 characters
	Organisation  = "house.organisation"        // free text up to 200 characters
)

// Period is a configured period that reports may be asked for though it is not
// whole months, for example a trial's.
type Period struct {
	Name     string
	From, To calendar.Date
}

// FigureKind is which figures reports show.
type FigureKind string

// The kinds of figures.
const (
	LiveFigures      FigureKind = "live"      // those of the moment
	PublishedFigures FigureKind = "published" // those that were published
)

// Circle is of whom something is wanted.
type Circle string

// The circles.
const (
	Nobody           Circle = "nobody"
	AdminsAndExperts Circle = "admins_and_experts"
	Everybody        Circle = "everybody"
)

// Circles lists them, the smallest first.
var Circles = []Circle{Nobody, AdminsAndExperts, Everybody}

// Has tells whether somebody of a role is in the circle.
func (c Circle) Has(role access.Role) bool {
	return c == Everybody || c == AdminsAndExperts && (role == access.Admin || role == access.Expert)
}

// Settings are what the administrators have decided for the whole house.
type Settings struct {
	MinCell int        // the smallest count that a report shows; 1 shows everything
	Periods []Period   // that reports may be asked for beside whole months
	Figures FigureKind // which figures reports show
	Demo    bool       // the data are fictional, and whatever shows them says so

	Target     int           // assessments per professional within the target's days; 0 for no target
	TargetFrom calendar.Date // zero for open
	TargetTo   calendar.Date // zero for open

	Batteries []string // codes of the professional batteries in use; empty for all

	SessionIdle time.Duration // how long a session lives without being used
	SessionMax  time.Duration // how long it lives at all

	EmergencyMax time.Duration // how long one that sealed codes opened lives

	SecondFactor Circle // of whom a second factor is wanted who logs in with a password

	FirstPassword time.Duration // how long a one-time password can be used

	Contact      string // who answers about accessibility and the service, "" where nobody said
	Organisation string // whose service this is, "" where nobody said
}
