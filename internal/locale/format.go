package locale

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
)

const (
	noBreakSpace = "\u00a0"
	minusSign    = "\u2212"
)

// Number writes a number with a fixed count of decimals: 1 234,5 in Finnish and
// Swedish (with a no-break space), 1,234.5 in English. A number that is not
// finite is written as an en dash.
func (p *Printer) Number(value float64, decimals int) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "–"
	}
	digits := strconv.FormatFloat(math.Abs(value), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	group, point := noBreakSpace, ","
	if p.tag == lang.English {
		group, point = ",", "."
	}
	text := grouped(whole, group)
	if fraction != "" {
		text += point + fraction
	}
	if value < 0 && strings.Trim(digits, "0.") != "" {
		text = minusSign + text
	}
	return text
}

// Integer writes a whole number.
func (p *Printer) Integer(value int) string { return p.Number(float64(value), 0) }

// Percent writes a whole percentage: 47 % in Finnish and Swedish (with a
// no-break space), 47% in English.
func (p *Printer) Percent(value int) string {
	if p.tag == lang.English {
		return p.Integer(value) + "%"
	}
	return p.Integer(value) + noBreakSpace + "%"
}

// Date writes a day: 12.11.2023 in Finnish and Swedish, 12 November 2023 in
// English; "" for the zero Date.
func (p *Printer) Date(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	if p.tag == lang.English {
		return strings.ReplaceAll(d.Time().Format("2 January 2006"), " ", noBreakSpace)
	}
	return d.Time().Format("2.1.2006")
}

// Clock writes the time of day in Helsinki: 10.42 in Finnish and Swedish, 10:42
// in English.
func (p *Printer) Clock(t time.Time) string {
	if p.tag == lang.English {
		return t.In(calendar.Helsinki).Format("15:04")
	}
	return t.In(calendar.Helsinki).Format("15.04")
}

// DateTime writes an instant as the day and the time of day in Helsinki, for
// example 12.11.2023 klo 10.42.
func (p *Printer) DateTime(t time.Time) string {
	return p.Text("time.at", map[string]any{"date": p.Date(calendar.DayOf(t)), "clock": p.Clock(t)})
}

// Month writes the month of a day: toukokuu 2023.
func (p *Printer) Month(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return p.Text("month."+strconv.Itoa(int(d.Month))) + noBreakSpace + strconv.Itoa(d.Year)
}

// grouped puts a separator between groups of three digits.
func grouped(digits, separator string) string {
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(digit)
	}
	return b.String()
}
