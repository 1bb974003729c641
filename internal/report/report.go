package report

import (
	"context"

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

// Store is what reports need of the database. Units nil means every unit;
// otherwise only facts of those units are counted.
type Store interface {
	DistributionCells(ctx context.Context, q Query, units []string) ([]Cell, Coverage, error)
	// ViewCells counts the same assessments by the keys of a view as well.
	ViewCells(ctx context.Context, q Query, view View, units []string) ([]ViewCell, error)
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
	Segments   []Share // the four, in the table's order
	Batteries  []Share // the client's own first, then the professional ones
	Units      []Group // by code, also those without assessments
	Months     []Group // every month of the period, also empty ones; Code as 2023-05
	Coverage   Shown
}

// Share is one cell with its whole percentage of the line's total.
type Share struct {
	Code       string
	Count      *int
	Percent    *int
	Suppressed bool
}

// Group is a unit or a month with its own four segments.
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
	for _, groups := range [][]Group{d.Units, d.Months} {
		for _, g := range groups {
			hidden = hidden || g.Suppressed
			for _, s := range g.Segments {
				hidden = hidden || s.Suppressed
			}
		}
	}
	return hidden
}
