package report

import (
	"context"
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Opinions is what clients said about the assessment. It has no link to an
// assessment and knows no battery.
type Opinions struct {
	N          *int // who gave feedback; nil when hidden
	MinCell    int
	DemoNote   bool
	Usefulness []Line // 1 to 5
	Agreement  []Line // see Agreements
	Comments   *int   // how many came with words
	Withheld   bool   // everything is left out: see Opinions
}

// Agreements are the answers to whether the result was right.
var Agreements = []string{"agree", "partly", "disagree", "no_opinion"}

const (
	byUsefulness View = "usefulness"
	byComment    View = "comment" // yes, no

	stepFeedback = "feedback" // the key of Steps that has the same people
)

// Opinions counts the feedback that was given in a period. Errors are those of
// Distribution; the battery of the question is not looked at.
//
// Whoever gave feedback is in the step of that name, too. With a smallest cell
// opinions are told for whole stretches of time and all units together, where it is
// shown how many went that step: so both have only one number in common, which is no
// secret.
func (s *Service) Opinions(ctx context.Context, q Query) (Opinions, error) {
	if _, err := s.ask(ctx, q); err != nil { // also for a battery that isn't there
		return Opinions{}, err
	}
	q.Battery = ""
	a, err := s.ask(ctx, q)
	if err != nil {
		return Opinions{}, err
	}
	if a.settings.MinCell > 1 {
		step, err := a.breakdown(ctx, Steps, []string{stepFeedback})
		if err != nil {
			return Opinions{}, err
		}
		at := slices.IndexFunc(step.Groups, func(g Group) bool { return g.Code == stepFeedback })
		if !a.entire() || step.Groups[at].N == nil {
			return a.withheld(), nil
		}
	}
	feedback := NewService(opinions{of: s.store})
	d, err := feedback.Distribution(ctx, q)
	if err != nil {
		return Opinions{}, err
	}
	o := Opinions{N: d.N, MinCell: d.MinCell, DemoNote: d.DemoNote}
	for i, share := range d.Segments {
		o.Agreement = append(o.Agreement, Line{Agreements[i], share.Count})
	}
	useful, err := feedback.Breakdown(ctx, q, byUsefulness, "1", "2", "3", "4", "5")
	if err != nil {
		return Opinions{}, err
	}
	for _, g := range useful.Groups {
		o.Usefulness = append(o.Usefulness, Line{g.Code, g.N})
	}
	words, err := feedback.Breakdown(ctx, q, byComment, "yes", "no")
	if err != nil {
		return Opinions{}, err
	}
	o.Comments = words.Groups[0].N
	return o, nil
}

// withheld has every line, and no number.
func (a *answer) withheld() Opinions {
	o := Opinions{MinCell: a.settings.MinCell, DemoNote: a.settings.Demo, Withheld: true}
	for _, code := range Agreements {
		o.Agreement = append(o.Agreement, Line{Code: code})
	}
	for grade := range 5 {
		o.Usefulness = append(o.Usefulness, Line{Code: strconv.Itoa(grade + 1)})
	}
	return o
}

// opinions is a store that has the clients' feedback in place of assessments, with
// the four answers of Agreements in the places of the four segments: so it is
// protected by the same means, over units and periods too. Every method of Store is
// written out: one that spoke of assessments would be taken for feedback.
type opinions struct {
	of Store
	Counts
}

const anyBattery = "feedback" // which stands for all of them

// UnitNames implements Store.
func (o opinions) UnitNames(ctx context.Context) (map[string]string, error) {
	return o.of.UnitNames(ctx)
}

// ReportSettings implements Store.
func (o opinions) ReportSettings(ctx context.Context) (setting.Settings, error) {
	return o.of.ReportSettings(ctx)
}

// BatteryCodes implements Store.
func (o opinions) BatteryCodes(context.Context) ([]string, error) { return []string{anyBattery}, nil }

// CoverageCells implements Store: whoever gave no feedback is counted elsewhere.
func (o opinions) CoverageCells(context.Context, Query, []string) ([]CoverageCell, error) {
	return nil, nil
}

// PublishedReports implements Store. Feedback is not published: where published
// figures are shown, there is none of it.
func (o opinions) PublishedReports(context.Context, calendar.Date, calendar.Date) ([]Published, error) {
	return nil, nil
}

// InsertPublished implements Store.
func (o opinions) InsertPublished(context.Context, Published) error { return fault.New(fault.Internal) }

// InTx implements Store.
func (o opinions) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	return o.of.InTx(ctx, f)
}

// AppendAudit implements Store.
func (o opinions) AppendAudit(context.Context, ...audit.Entry) error {
	return fault.New(fault.Internal)
}

// DistributionCells implements Store.
func (o opinions) DistributionCells(ctx context.Context, q Query, units []string) ([]Cell, Coverage, error) {
	list, err := o.ViewCells(ctx, q, "", units)
	cells, coverage := make([]Cell, len(list)), Coverage{}
	for i, c := range list {
		cells[i] = c.Cell
		coverage.Completed += c.Count
	}
	return cells, coverage, err
}

// ViewCells implements Store for the views of feedback.
func (o opinions) ViewCells(ctx context.Context, q Query, view View, units []string) ([]ViewCell, error) {
	q.Battery = ""
	list, err := o.of.FeedbackCells(ctx, q, units)
	if err != nil {
		return nil, err
	}
	var cells []ViewCell
	for _, f := range list {
		at := slices.Index(Agreements, f.Agreement)
		if at < 0 {
			continue // the store's schema has no other
		}
		add := func(key string, count int) {
			if count > 0 {
				cells = append(cells, ViewCell{Key: key, Cell: Cell{Segment: segment.All[at], Battery: anyBattery, Unit: f.Unit, Month: f.Month, Count: count}})
			}
		}
		if view == byComment {
			add("yes", f.Comments)
			add("no", f.Count-f.Comments)
			continue
		}
		add(strconv.Itoa(f.Usefulness), f.Count)
	}
	return cells, nil
}
