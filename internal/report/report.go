package report

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Query asks for the distribution of a period, both days included, by the date
// of the visit. Unit and Battery are codes that narrow it; "" is all of them.
type Query struct {
	Prior    fault.Findings // what the edge found wrong already
	From, To calendar.Date
	Unit     string
	Battery  string // a professional battery; the client's own narrows nothing
}

// Cell is a group of the facts that a distribution is made of: completed or
// confirmed assessments whose consent covers statistics and is not withdrawn.
type Cell struct {
	Segment segment.Segment // the calculated one, which an agreed one never replaces
	Battery string          // the professional battery
	Unit    string
	Month   string // of the visit, as 2023-05
	Count   int    // above 0
}

// Coverage counts everybody to whom an assessment was offered in the same
// period, unit and battery. Completed are the completed or confirmed
// assessments that are not withdrawn, WithoutStatistics those of them whose
// consent leaves statistics out, so n = Completed − WithoutStatistics.
type Coverage struct {
	Completed, Declined, Unsuitable, Unfinished, WithoutStatistics int
}

// Offered is how many were offered an assessment.
func (c Coverage) Offered() int { return c.Completed + c.Declined + c.Unsuitable + c.Unfinished }

// Kind is a part of the coverage that is not in n.
type Kind string

// The kinds, in the order in which they are protected.
const (
	WithoutStatistics Kind = "without_statistics"
	Declined          Kind = "declined"
	Unsuitable        Kind = "unsuitable"
	Unfinished        Kind = "unfinished"
)

var kinds = []Kind{WithoutStatistics, Declined, Unsuitable, Unfinished}

// CoverageCell is a group of those who were offered an assessment and are not in n.
type CoverageCell struct {
	Kind    Kind
	Battery string // "" where none was chosen yet
	Unit    string
	Month   string // as 2023-05
	Count   int    // above 0
}

// Store is what reports need of the database. Units nil means every unit;
// otherwise only facts of those units are counted.
type Store interface {
	DistributionCells(ctx context.Context, q Query, units []string) ([]Cell, Coverage, error)
	// CoverageCells counts the same coverage but those completed, by month and unit.
	CoverageCells(ctx context.Context, q Query, units []string) ([]CoverageCell, error)
	// ViewCells counts the same assessments by the keys of a view as well.
	ViewCells(ctx context.Context, q Query, view View, units []string) ([]ViewCell, error)
	// PublishedReports lists what was published of days from one to another, both
	// included, the earliest first.
	PublishedReports(ctx context.Context, from, to calendar.Date) ([]Published, error)
	// InsertPublished keeps one; fault.Conflict when its first day is kept already.
	InsertPublished(ctx context.Context, p Published) error
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
	UnitNames(ctx context.Context) (map[string]string, error) // by code, closed units too
	BatteryCodes(ctx context.Context) ([]string, error)       // the professional batteries
	// ReportSettings are the settings as they are now, never remembered ones: an
	// administrator who hides small cells must not see one in the next report.
	ReportSettings(ctx context.Context) (setting.Settings, error)
	Counts
}

// Distribution is the answer: numbers and codes, no labels. A nil number is
// hidden when its Suppressed says so; a nil percentage beside a count of 0 means
// that there is nothing to take a share of.
type Distribution struct {
	From, To   calendar.Date
	Unit       string // what the question was narrowed to, "" for all
	Battery    string
	N          *int // nil when hidden
	Suppressed bool // N is hidden, and with it everything else
	MinCell    int
	DemoNote   bool
	Published  bool          // the figures are those that were published, not those of this moment
	AsOf       calendar.Date // the last day of visits that is in them; zero when nothing of the period is
	Segments   []Share       // the four, in the table's order
	Batteries  []Share       // the client's own first, then the professional ones
	Units      []Group       // by code, also those without assessments
	Months     []Group       // every month of the period, also empty ones; Code as 2023-05
	Registers  []Group       // health, social
	Languages  []Group       // fi, sv, en
	Modes      []Group       // joint, self, phone, paper
	Coverage   Shown
}

// Groups lists the tables by segment with their field names in the REST contract.
func (d Distribution) Groups() []GroupTable {
	return []GroupTable{
		{"units", d.Units}, {"months", d.Months}, {"registers", d.Registers}, {"languages", d.Languages}, {"modes", d.Modes},
	}
}

// GroupTable is one table of groups.
type GroupTable struct {
	Code string
	Rows []Group
}

// Share is one cell with its whole percentage of the line's total.
type Share struct {
	Code       string
	Count      *int
	Percent    *int
	Suppressed bool
}

// Group is a unit, a month or another key with its own four segments.
type Group struct {
	Code       string
	N          *int
	Suppressed bool // N is hidden
	Segments   []Share
}

// Shown is the coverage as it may be shown; a nil number is hidden.
type Shown struct {
	Offered, Completed, Declined, Unsuitable, Unfinished, WithoutStatistics *int
}

// Suppressed tells whether any number of the coverage is hidden.
func (s Shown) Suppressed() bool {
	for _, line := range s.Lines() {
		if line.Count == nil {
			return true
		}
	}
	return false
}

// Line is one number of the coverage with its field name in the REST contract.
type Line struct {
	Code  string
	Count *int
}

// Lines lists the coverage in the order in which it is shown.
func (s Shown) Lines() []Line {
	return []Line{
		{"offered", s.Offered}, {"completed", s.Completed}, {"declined", s.Declined},
		{"unsuitable", s.Unsuitable}, {"unfinished", s.Unfinished}, {"without_statistics", s.WithoutStatistics},
	}
}

// AnySuppressed tells whether anything in the distribution is hidden, so that a
// reader must be told why.
func (d Distribution) AnySuppressed() bool {
	hidden := d.Suppressed || d.Coverage.Suppressed()
	for _, shares := range [][]Share{d.Segments, d.Batteries} {
		for _, s := range shares {
			hidden = hidden || s.Suppressed
		}
	}
	for _, table := range d.Groups() {
		for _, g := range table.Rows {
			hidden = hidden || g.Suppressed
			for _, s := range g.Segments {
				hidden = hidden || s.Suppressed
			}
		}
	}
	return hidden
}
