package report

import (
	"slices"
	"sort"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// batteryOrder is the order of the published table; other professional
// batteries follow by code.
var batteryOrder = []string{"functioning", "illness-care", "social-wellbeing", "health-risk"}

// facts are the true numbers of one question.
type facts struct {
	segments  [4]int
	batteries []row
	units     []row
	months    []row
	coverage  Coverage
}

func (f facts) n() int { return sum(f.segments[:]) }

// gather sorts cells into tables with a row for every code of the lists. A cell
// with a code that no list has gets a row of its own, so that nothing is lost.
func gather(cells []Cell, coverage Coverage, batteries, units, months []string) facts {
	f := facts{coverage: coverage}
	byBattery, byUnit, byMonth := newTally(batteries), newTally(units), newTally(months)
	for _, c := range cells {
		if !c.Segment.Valid() {
			continue // the store's schema has no other
		}
		at := int(c.Segment - segment.SelfActing)
		f.segments[at] += c.Count
		byBattery.add(c.Battery, at, c.Count)
		byUnit.add(c.Unit, at, c.Count)
		byMonth.add(c.Month, at, c.Count)
	}
	f.batteries, f.units, f.months = byBattery.rows, byUnit.rows, byMonth.rows
	byRank(f.batteries)
	byCode(f.units)
	byCode(f.months)
	return f
}

// tally collects rows by code.
type tally struct {
	rows []row
	at   map[string]int
}

func newTally(codes []string) *tally {
	t := &tally{at: make(map[string]int, len(codes))}
	for _, code := range codes {
		t.add(code, 0, 0)
	}
	return t
}

func (t *tally) add(code string, at, count int) {
	i, known := t.at[code]
	if !known {
		i = len(t.rows)
		t.at[code] = i
		t.rows = append(t.rows, row{code: code})
	}
	t.rows[i].cells[at] += count
}

func byCode(rows []row) {
	sort.Slice(rows, func(i, j int) bool { return rows[i].code < rows[j].code })
}

func byRank(rows []row) {
	rank := func(code string) int {
		if i := slices.Index(batteryOrder, code); i >= 0 {
			return i
		}
		return len(batteryOrder)
	}
	sort.Slice(rows, func(i, j int) bool {
		if a, b := rank(rows[i].code), rank(rows[j].code); a != b {
			return a < b
		}
		return rows[i].code < rows[j].code
	})
}

// monthsOf lists the months of a period as 2023-05, both ends included.
func monthsOf(from, to calendar.Date) []string {
	var months []string
	for d := (calendar.Date{Year: from.Year, Month: from.Month, Day: 1}); !d.After(to); d = nextMonth(d) {
		months = append(months, d.MonthCode())
	}
	return months
}

// show puts true numbers and masks together into the answer.
func show(f facts, m masks, d Distribution) Distribution {
	d.N, d.Suppressed = visible(f.n(), m.n), m.n
	var codes []string
	for _, s := range segment.All {
		codes = append(codes, s.Code())
	}
	d.Segments = shares(codes, f.segments[:], m.segments)
	own := Share{Code: instrument.ClientBattery, Count: d.N, Suppressed: m.n}
	if d.N != nil && *d.N > 0 {
		own.Percent = visible(100, false)
	}
	batteryCodes, batteryCounts := make([]string, len(f.batteries)), make([]int, len(f.batteries))
	for i, r := range f.batteries {
		batteryCodes[i], batteryCounts[i] = r.code, r.total()
	}
	d.Batteries = append([]Share{own}, shares(batteryCodes, batteryCounts, m.batteries.totals)...)
	d.Units = groups(f.units, m.units, codes)
	d.Months = groups(f.months, m.months, codes)
	d.Coverage = Shown{
		Offered:           visible(f.coverage.Offered(), m.coverage.offered),
		Completed:         visible(f.coverage.Completed, m.coverage.completed),
		Declined:          visible(f.coverage.Declined, m.coverage.declined),
		Unsuitable:        visible(f.coverage.Unsuitable, m.coverage.unsuitable),
		Unfinished:        visible(f.coverage.Unfinished, m.coverage.unfinished),
		WithoutStatistics: visible(f.coverage.WithoutStatistics, m.coverage.withoutStatistics),
	}
	return d
}

func groups(rows []row, mask gridMask, codes []string) []Group {
	list := make([]Group, 0, len(rows))
	for i, r := range rows {
		list = append(list, Group{
			Code: r.code, N: visible(r.total(), mask.totals[i]), Suppressed: mask.totals[i],
			Segments: shares(codes, r.cells[:], mask.cells[i][:]),
		})
	}
	return list
}

func shares(codes []string, counts []int, hidden []bool) []Share {
	percent := percentages(counts)
	list := make([]Share, 0, len(counts))
	for i, c := range counts {
		s := Share{Code: codes[i], Count: visible(c, hidden[i]), Suppressed: hidden[i]}
		if percent != nil {
			s.Percent = visible(percent[i], hidden[i])
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

func nextMonth(d calendar.Date) calendar.Date {
	if d.Month == time.December {
		return calendar.Date{Year: d.Year + 1, Month: time.January, Day: 1}
	}
	return calendar.Date{Year: d.Year, Month: d.Month + 1, Day: 1}
}
