package report

import (
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// days are days one after another, both ends included.
type days struct{ from, to calendar.Date }

func (d days) meets(other days) bool { return !d.from.After(other.to) && !other.from.After(d.to) }

func (d days) holds(other days) bool { return !other.from.Before(d.from) && !other.to.After(d.to) }

// without are the days that are not among others.
func (d days) without(other days) []days {
	if !d.meets(other) {
		return []days{d}
	}
	var left []days
	if d.from.Before(other.from) {
		left = append(left, days{d.from, other.from.AddDays(-1)})
	}
	if d.to.After(other.to) {
		left = append(left, days{other.to.AddDays(1), d.to})
	}
	return left
}

// months cuts days at the ends of months.
func (d days) months() []days {
	var list []days
	for first := d.from; !first.After(d.to); {
		next := nextMonth(first)
		list = append(list, days{first, calendar.Date{Year: next.Year, Month: next.Month, Day: 1}.AddDays(-1)})
		first = next
	}
	list[len(list)-1].to = d.to
	return list
}

// stretch is the time of a node: days that may have gaps.
type stretch []days

// stretchesOf are the fixed stretches of time that a question touches: the
// configured periods, of two that overlap the earlier in the list, and what they
// leave of each calendar year.
func stretchesOf(asked days, periods []setting.Period) []stretch {
	var fixed []days
	for _, p := range periods {
		if own := (days{p.From, p.To}); !slices.ContainsFunc(fixed, own.meets) {
			fixed = append(fixed, own)
		}
	}
	slices.SortFunc(fixed, func(a, b days) int {
		if a.from.Before(b.from) {
			return -1
		}
		return 1
	})
	var list []stretch
	for _, own := range fixed {
		if own.meets(asked) {
			list = append(list, stretch{own})
		}
	}
	for year := asked.from.Year; year <= asked.to.Year; year++ {
		left := stretch{{calendar.Date{Year: year, Month: time.January, Day: 1}, calendar.Date{Year: year, Month: time.December, Day: 31}}}
		for _, own := range fixed {
			var less stretch
			for _, d := range left {
				less = append(less, d.without(own)...)
			}
			left = less
		}
		if slices.ContainsFunc(left, asked.meets) {
			list = append(list, left)
		}
	}
	return list
}

// monthCodes are the months of a stretch, as 2023-05.
func (s stretch) monthCodes() []string {
	var codes []string
	for _, d := range s {
		for _, m := range d.months() {
			if code := m.from.MonthCode(); !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// in tells which months of a stretch are asked for whole, and which only in part,
// by their place in monthCodes.
func (s stretch) in(asked days) (whole, cut []int) {
	codes := s.monthCodes()
	inside, outside := make([]bool, len(codes)), make([]bool, len(codes))
	for _, d := range s {
		for _, m := range d.months() {
			at := slices.Index(codes, m.from.MonthCode())
			inside[at] = inside[at] || asked.meets(m)
			outside[at] = outside[at] || !asked.holds(m)
		}
	}
	for i := range codes {
		switch {
		case inside[i] && outside[i]:
			cut = append(cut, i)
		case inside[i]:
			whole = append(whole, i)
		}
	}
	return whole, cut
}

// monthsOf lists the months of a period as 2023-05, both ends included.
func monthsOf(from, to calendar.Date) []string { return stretch{{from, to}}.monthCodes() }

// nextMonth is the first day of the month after a day.
func nextMonth(d calendar.Date) calendar.Date {
	if d.Month == time.December {
		return calendar.Date{Year: d.Year + 1, Month: time.January, Day: 1}
	}
	return calendar.Date{Year: d.Year, Month: d.Month + 1, Day: 1}
}
