package setting

import (
	"cmp"
	"slices"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// Usual is the period that a report is about when none is asked for: the one
// that was agreed on last, or the twelve whole months before the month of a day.
func (s Settings) Usual(today calendar.Date) (from, to calendar.Date) {
	if len(s.Periods) == 0 {
		first := calendar.Date{Year: today.Year, Month: today.Month, Day: 1}
		return calendar.Date{Year: first.Year - 1, Month: first.Month, Day: 1}, first.AddDays(-1)
	}
	last := slices.MaxFunc(s.Periods, func(a, b Period) int { return cmp.Compare(a.To.String(), b.To.String()) })
	return last.From, last.To
}
