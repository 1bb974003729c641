// Package calendar owns days: a date without a time, and which day it is in
// Finland. Times elsewhere are UTC; a visit's date and a report's period are
// days in Europe/Helsinki.
//
// It belongs to the ground floor and imports nothing of ours. The time zone
// data is embedded, because the container image has none.
package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // the image is static and has no zone files
)

// Helsinki is the time zone of the service's days.
var Helsinki = mustLoad("Europe/Helsinki")

func mustLoad(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic("calendar: " + err.Error()) // impossible: the data is embedded
	}
	return zone
}

// Date is a day in the calendar. The zero Date means "none".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// Parse reads a date of the form 2023-05-05. It refuses days that do not exist
// and years outside 1900..9999.
func Parse(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil || len(text) != len(time.DateOnly) || t.Year() < 1900 {
		return Date{}, fmt.Errorf("calendar: not a date")
	}
	return fromTime(t), nil
}

// MustParse is Parse for dates written in code.
func MustParse(text string) Date {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// DayOf returns the day in Helsinki at an instant.
func DayOf(t time.Time) Date { return fromTime(t.In(Helsinki)) }

func fromTime(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// IsZero tells whether the date is "none".
func (d Date) IsZero() bool { return d == Date{} }

// String is the date as 2023-05-05, "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MonthCode is the date's month as 2023-05.
func (d Date) MonthCode() string { return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month)) }

// Time is midnight of the date in UTC, for arithmetic and for storage.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// AddDays moves the date by whole days.
func (d Date) AddDays(n int) Date { return fromTime(d.Time().AddDate(0, 0, n)) }

// Before tells whether d comes before other.
func (d Date) Before(other Date) bool { return d.Time().Before(other.Time()) }

// After tells whether d comes after other.
func (d Date) After(other Date) bool { return other.Before(d) }

// FirstOfMonth tells whether d is the first day of its month.
func (d Date) FirstOfMonth() bool { return d.Day == 1 }

// LastOfMonth tells whether d is the last day of its month.
func (d Date) LastOfMonth() bool { return d.AddDays(1).Day == 1 }
