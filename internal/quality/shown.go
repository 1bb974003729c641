package quality

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
	"github.com/omasuunta/omasuunta/internal/report"
)

// Report is the answer: numbers and codes, no labels. A nil count is hidden, a nil
// estimate or mean can't be told: too few, or nothing varies.
type Report struct {
	Battery  *instrument.Battery
	From, To calendar.Date

	MinCell  int
	DemoNote bool
	N        *int // nil when hidden, and with it everything else
	Withheld bool // N is hidden because of what is asked, whatever there is: see Service.Report
	Ready    bool // there are figures; without, why is in Few, N and Making

	AsOf        time.Time // when the figures were made, zero before
	Making      bool      // they are being made, anew or for the first time
	Done, Total int       // how many assessments have been read, of how many
	Few         bool      // fewer assessments than any figure needs
	Preliminary bool      // fewer than Firm

	Alpha, Omega *ps.Estimate
	RMSR         *float64 // of the one-factor model
	Pairs        int      // assessments behind the least known pair of items
	Score        Spread
	Items        []Item
	Borderline   Count
	Stability    [3]*int // steady, fair, sensitive
	Languages    []Group
	Modes        []Group
	Guess        Agreement // of the professional's guess beforehand with the result
	Retest       Retest

	told told
}

// Count is a part of N; nil is hidden.
type Count struct{ Part, Of *int }

// Spread is how values are distributed.
type Spread struct {
	N              *int
	Mean, SD       *float64
	Quartiles      *[3]float64
	Floor, Ceiling *int // how many have the lowest and the highest value
}

// Item is one item.
type Item struct {
	Code                                             string
	Spread                                           Spread // after reversing
	Discuss, Declined, NotApplicable, Blank, Unclear *int
	Rest                                             *ps.Estimate // corrected item–total correlation
	Without                                          *float64     // α without it
}

// Group is those who answered in one language or one way.
type Group struct {
	Code       string
	N          *int
	Mean, SD   *float64     // of the score
	Difference *ps.Estimate // Hedges' g from the first group; nil for that one
	Items      []Differing
}

// Differing is how differently an item works in a group, beside the first one.
type Differing struct {
	Item     string
	Estimate ps.Estimate
	Degree   ps.Degree
	Matched  float64 // share of the group that could be compared, 0..1
}

// Agreement is how well two judgements agree.
type Agreement struct {
	N                             *int
	Same                          *int // pairs with the same segment
	Segment, Resources, Challenge *ps.Estimate
}

// Retest is how well a repetition within RetestDays agrees with the first time.
type Retest struct {
	Agreement
	ICC        *ps.Estimate
	Difference *float64 // the second scores' mean minus the first ones'
}

// show fills in what may be shown of figures when counts of 1..k−1 must not be.
func (r *Report) show(f figures, k int) {
	if !r.told.version || f.N > 0 && f.N < k || f.Others > 0 && f.Others < k {
		r.N = nil // all versions together are counted elsewhere
		return
	}
	if f.N < max(Least, k) {
		r.Few = true
		return
	}
	r.Ready, r.Preliminary = true, f.N < Firm
	r.Alpha, r.Omega, r.Pairs = f.Alpha, f.Omega, f.Pairs
	if f.Omega != nil {
		r.RMSR = &f.RMSR
	}
	r.Score = f.Score.shown(k)
	parts := parts(k, f.Borderline, f.N-f.Borderline)
	if r.Borderline.Of = &f.N; r.told.plane {
		r.Borderline.Part = parts[0]
	}
	if r.told.plane {
		copy(r.Stability[:], partsOf(k, f.Stability[:]))
	}
	ends := true
	for _, i := range f.Items {
		one := i.shown(f.N, k)
		r.Items = append(r.Items, one)
		ends = ends && one.Spread.Floor != nil && one.Spread.Ceiling != nil
	}
	if k > 1 && !ends { // who is at the end of every question is at the end of the scale
		r.Score.Floor, r.Score.Ceiling = nil, nil
	}
	r.Languages, r.Modes = groupsShown(f.Languages, r.told.groups, k), groupsShown(f.Modes, r.told.groups, k)
	r.Guess = f.Guesses.shown(f.N, k, r.told.guess)
	r.Retest = f.Retest.shown(f.N, k, r.told)
}

// parts are the parts of a line that may be shown.
func parts(k int, counts ...int) []*int { return partsOf(k, counts) }

func partsOf(k int, counts []int) []*int {
	hidden := report.ProtectLine(counts, k, false)
	list := make([]*int, len(counts))
	for i := range counts {
		if !hidden[i] {
			list[i] = &counts[i]
		}
	}
	return list
}

func (s spread) shown(k int) Spread {
	if s.N < max(Least, k) {
		return Spread{}
	}
	line := parts(k, s.Floor, s.Ceiling, s.N-s.Floor-s.Ceiling)
	return Spread{N: &s.N, Mean: &s.Mean, SD: &s.SD, Quartiles: &s.Quarter, Floor: line[0], Ceiling: line[1]}
}

func (i itemFigures) shown(n, k int) Item {
	line := parts(k, i.Spread.N, i.Discuss, i.Declined, i.NotApplicable, i.Blank)
	item := Item{
		Code: i.Code, Discuss: line[1], Declined: line[2], NotApplicable: line[3], Blank: line[4],
		Unclear: parts(k, i.Unclear, n-i.Unclear)[0], Rest: i.Rest, Without: i.Without, Spread: i.Spread.shown(k),
	}
	if item.Spread.N = line[0]; line[0] == nil { // with the number of values, floor and ceiling would tell it
		item.Spread.Floor, item.Spread.Ceiling = nil, nil
	}
	return item
}

// groupsShown leaves out the figures of groups that are small or hidden. What is
// left beside the others is never small, as what a line hides has room for more;
// so the whole tells nothing about it. Nothing is compared with a first group
// that is left out.
func groupsShown(groups []groupFigures, told func(code string) bool, k int) []Group {
	counts := make([]int, len(groups))
	for i, g := range groups {
		counts[i] = g.N
	}
	line := partsOf(k, counts)
	open := make([]bool, len(groups))
	for i, g := range groups {
		if !told(g.Code) {
			line[i] = nil
		}
		open[i] = g.N >= max(LeastGroup, k) && line[i] != nil
	}
	list := make([]Group, len(groups))
	for i, g := range groups {
		list[i] = Group{Code: g.Code, N: line[i]}
		if !open[i] {
			continue
		}
		list[i].Mean, list[i].SD = &g.Mean, &g.SD
		if i > 0 && open[0] {
			list[i].Difference = g.Difference
			for _, d := range g.Items {
				list[i].Items = append(list[i].Items, Differing{d.Item, d.Estimate, ps.DegreeOf(d.Estimate), d.Matched})
			}
		}
	}
	return list
}

// shown tells of a table with its coefficients, where it may be told whole: they
// follow from its counts, and these could be worked out of them.
func (a agreement) shown(n, k int, whole bool) Agreement {
	count := a.Table.n()
	if !whole {
		return Agreement{}
	}
	shown := Agreement{N: parts(k, count, n-count)[0]}
	if count >= max(Least, k) && shown.N != nil {
		shown.Same = partsOf(k, a.Table.agreeing())[0]
		shown.Segment, shown.Resources, shown.Challenge = a.Segment, a.Resources, a.Challenge
	}
	return shown
}

func (t retestFigures) shown(n, k int, of told) Retest {
	count := t.Agreement.Table.n()
	if !of.partOfPrevious(count, k) {
		return Retest{}
	}
	shown := Retest{Agreement: t.Agreement.shown(n, k, of.within(t.Agreement.Table, k))}
	if shown.N = parts(k, count, n-count)[0]; t.N >= max(Least, k) && shown.N != nil {
		shown.ICC, shown.Difference = t.ICC, &t.Difference
	}
	return shown
}
