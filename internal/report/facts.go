package report

import (
	"context"
	"slices"
	"sort"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// columns are the segments in the table's order.
var columns = segment.All

// batteryOrder is the order of the published table; other professional
// batteries follow by code.
var batteryOrder = []string{"functioning", "illness-care", "social-wellbeing", "health-risk"}

func byRank(codes []string) {
	rank := func(code string) int {
		if i := slices.Index(batteryOrder, code); i >= 0 {
			return i
		}
		return len(batteryOrder)
	}
	sort.Slice(codes, func(i, j int) bool {
		if a, b := rank(codes[i]), rank(codes[j]); a != b {
			return a < b
		}
		return codes[i] < codes[j]
	})
}

// always are the keys that a distribution lists whoever is counted under them.
var always = []struct {
	view View
	keys []string
}{
	{ByRegister, []string{"health", "social"}},
	{ByLanguage, []string{"fi", "sv", "en"}},
	{ByMode, []string{"joint", "self", "phone", "paper"}},
}

// distribution puts an answer together.
func (a *answer) distribution(ctx context.Context) (Distribution, error) {
	for _, v := range always {
		if err := a.load(ctx, v.view, v.keys); err != nil {
			return Distribution{}, err
		}
	}
	total := a.total()
	d := Distribution{
		From: a.From, To: a.To, Unit: a.Unit, Battery: a.Battery, MinCell: a.settings.MinCell, DemoNote: a.settings.Demo,
		Published: a.published, AsOf: a.asOf,
		N: total.total.shown(), Suppressed: total.total.hidden, Segments: a.segments(total),
		Batteries: a.batteries(total), Coverage: a.shownCoverage(total),
	}
	units := a.keysOf(byUnit, a.scope.units())
	if a.scope.limit != nil {
		units = a.scope.units()
	}
	if a.Unit != "" {
		units = []string{a.Unit}
	}
	slices.Sort(units)
	d.Units, d.Months = a.groups(byUnit, units, total), a.groups(byMonth, monthsOf(a.From, a.To), total)
	d.Registers = a.groups(ByRegister, a.keysOf(ByRegister, always[0].keys), total)
	d.Languages = a.groups(ByLanguage, a.keysOf(ByLanguage, always[1].keys), total)
	d.Modes = a.groups(ByMode, a.keysOf(ByMode, always[2].keys), total)
	return d, nil
}

// breakdown answers by the keys of a view.
func (a *answer) breakdown(ctx context.Context, view View, keys []string) (Breakdown, error) {
	if err := a.load(ctx, view, keys); err != nil {
		return Breakdown{}, err
	}
	total := a.total()
	return Breakdown{
		View: view, N: total.total.shown(), Suppressed: total.total.hidden,
		MinCell: a.settings.MinCell, DemoNote: a.settings.Demo, Published: a.published, AsOf: a.asOf,
		Segments: a.segments(total), Groups: a.groups(view, a.keysOf(view, keys), total),
	}, nil
}

// segments are the shares of the four.
func (a *answer) segments(total line) []Share {
	return shares(segmentCodes(), total.cells[:], total.total, a.exact())
}

func segmentCodes() []string {
	codes := make([]string, len(columns))
	for i, s := range columns {
		codes[i] = s.Code()
	}
	return codes
}

// batteries are the shares of the client's own and the professional ones.
func (a *answer) batteries(total line) []Share {
	own := Share{Code: instrument.ClientBattery, Count: total.total.shown(), Suppressed: total.total.hidden}
	if own.Count != nil && *own.Count > 0 {
		own.Percent = visible(100, false)
	}
	codes := []string{a.Battery}
	if a.Battery == "" {
		codes = a.keysOf(byBattery, a.scope.batteries)
		byRank(codes)
	}
	figures := make([]figure, len(codes))
	for i, code := range codes {
		figures[i] = a.under(total, a.row(byBattery, code)).total
	}
	return append([]Share{own}, shares(codes, figures, total.total, a.exact())...)
}

// under hides everything where not even n is shown.
func (a *answer) under(total, l line) line {
	if total.total.hidden {
		return hiddenLine
	}
	return l
}

func (a *answer) groups(view View, keys []string, total line) []Group {
	list := make([]Group, 0, len(keys))
	for _, key := range keys {
		l := a.under(total, a.row(view, key))
		list = append(list, Group{
			Code: key, N: l.total.shown(), Suppressed: l.total.hidden,
			Segments: shares(segmentCodes(), l.cells[:], l.total, false),
		})
	}
	return list
}

func (a *answer) shownCoverage(total line) Shown {
	c := a.coverage
	not := line{total: figure{c.Offered() - c.Completed + c.WithoutStatistics, false}}
	for i, v := range []int{c.WithoutStatistics, c.Declined, c.Unsuitable, c.Unfinished} {
		not.cells[i].value = v
	}
	if !a.direct {
		not = a.under(total, a.covered())
	}
	return Shown{
		Offered: total.total.plus(not.total).shown(), Completed: total.total.plus(not.cells[0]).shown(),
		WithoutStatistics: not.cells[0].shown(), Declined: not.cells[1].shown(),
		Unsuitable: not.cells[2].shown(), Unfinished: not.cells[3].shown(),
	}
}

// shares are the parts of a line with their whole percentages. Where the line's
// own percentages were not protected and some of it is hidden, all that is hidden
// counts as one part: so they follow from what is shown.
func shares(codes []string, parts []figure, total figure, exact bool) []Share {
	var known []int
	hidden := total.value
	for _, p := range parts {
		if exact || !p.hidden {
			known = append(known, p.value)
			hidden -= p.value
		}
	}
	var percent []int
	if !total.hidden {
		percent = percentages(append(known, hidden))
	}
	list := make([]Share, 0, len(parts))
	for i, p := range parts {
		s := Share{Code: codes[i], Count: p.shown(), Suppressed: p.hidden}
		if percent != nil && (exact || !p.hidden) {
			s.Percent = visible(percent[0], p.hidden)
			percent = percent[1:]
		}
		list = append(list, s)
	}
	return list
}

func visible(value int, hidden bool) *int {
	if hidden {
		return nil
	}
	return &value
}
