package setting

import (
	"cmp"
	"slices"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// Usual is the period that a report is about when none is asked for: the one
// that was agreed on last, or the last twelve whole months.
func (s Settings) Usual(today calendar.Date) (from, to calendar.Date) {
	if len(s.Periods) == 0 {
		return LastTwelveMonths(today)
	}
	last := slices.MaxFunc(s.Periods, func(a, b Period) int { return cmp.Compare(a.To.String(), b.To.String()) })
	return last.From, last.To
}

// LastTwelveMonths are the twelve whole months before the one of a day.
func LastTwelveMonths(today calendar.Date) (from, to calendar.Date) {
	first := calendar.Date{Year: today.Year, Month: today.Month, Day: 1}
	return calendar.Date{Year: first.Year - 1, Month: first.Month, Day: 1}, first.AddDays(-1)
}
