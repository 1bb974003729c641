package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// diary knows the days and hours at which visits can be.
type diary struct {
	*rand.Rand
	open   []calendar.Date // in order
	weight []float64       // beside open
	outage []calendar.Date // weekdays on which nobody could log in
}

// newDiary lists the working days of the trial.
func newDiary(t *trial, random *rand.Rand) (*diary, error) {
	d := &diary{Rand: random}
	days, err := dates(append([]string{t.From, t.To, t.Outage.From, t.Outage.To}, t.Closed...)...)
	if err != nil {
		return nil, err
	}
	from, to, outFrom, outTo, closed := days[0], days[1], days[2], days[3], days[4:]
	for day := from; !day.After(to); day = day.AddDays(1) {
		weekday := day.Time().Weekday()
		switch {
		case weekday == time.Saturday || weekday == time.Sunday || slices.Contains(closed, day):
		case !day.Before(outFrom) && !day.After(outTo):
			d.outage = append(d.outage, day)
		default:
			d.open = append(d.open, day)
			d.weight = append(d.weight, t.Months[day.MonthCode()])
		}
	}
	return d, nil
}

func dates(texts ...string) ([]calendar.Date, error) {
	days := make([]calendar.Date, len(texts))
	for i, text := range texts {
		var err error
		if days[i], err = calendar.Parse(text); err != nil {
			return nil, fmt.Errorf("demo: %q: %w", text, err)
		}
	}
	return days, nil
}

// days picks n different open days, in order, busy months more often.
func (d *diary) days(n int) []calendar.Date {
	weight := slices.Clone(d.weight)
	var picked []calendar.Date
	for range n {
		i := d.pick(weight)
		picked = append(picked, d.open[i])
		weight[i] = 0
	}
	slices.SortFunc(picked, func(a, b calendar.Date) int { return a.Time().Compare(b.Time()) })
	return picked
}

// pick draws an index by weight.
func (d *diary) pick(weight []float64) int {
	total, last := 0.0, 0
	for _, w := range weight {
		total += w
	}
	draw := d.Float64() * total
	for i, w := range weight {
		if w == 0 {
			continue
		}
		if last = i; draw < w {
			break
		}
		draw -= w
	}
	return last
}

// next is the open day after a day, or the last one of the trial.
func (d *diary) next(day calendar.Date) calendar.Date {
	for _, open := range d.open {
		if open.After(day) {
			return open
		}
	}
	return d.open[len(d.open)-1]
}

// at is a moment of a day between two times of the Helsinki clock, given in
// minutes from midnight, to the microsecond.
func (d *diary) at(day calendar.Date, from, to int) time.Time {
	within := time.Duration(d.Int64N(int64(time.Duration(to-from) * time.Minute))).Truncate(time.Microsecond)
	// Through the clock's face, not by adding to midnight: summer time.
	start := time.Date(day.Year, day.Month, day.Day, from/60, from%60, 0, 0, calendar.Helsinki)
	return start.Add(within).UTC()
}

// later is a duration between two numbers of minutes, to the microsecond.
func (d *diary) later(from, to float64) time.Duration {
	minutes := from + d.Float64()*(to-from)
	return time.Duration(minutes * float64(time.Minute)).Truncate(time.Microsecond)
}

// Hours of visits, in minutes from midnight in Helsinki. The longest visit with
// everything around it ends before four.
const (
	firstVisit = 8*60 + 10
	lastVisit  = 14*60 + 50
	ownAhead   = 10 * 60   // a visit for which the client answers beforehand
	deskFrom   = 15*60 + 5 // paper is typed in at the end of a day
	deskTo     = 15*60 + 25
)
