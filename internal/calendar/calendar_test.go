package calendar_test

import (
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

func TestOnlyRealDaysAreDates(t *testing.T) {
	for _, text := range []string{"", "2023-02-30", "2023-02-29", "2023-13-01", "2023-5-5", "5.5.2023", "2023-05-05T00:00:00Z", " 2023-05-05", "1899-12-31", "20230505", "２０２３-05-05"} {
		if d, err := calendar.Parse(text); err == nil {
			t.Errorf("%q was read as %s", text, d)
		}
	}
	for _, text := range []string{"2023-05-05", "2024-02-29", "1900-01-01", "9999-12-31"} {
		d, err := calendar.Parse(text)
		if err != nil || d.String() != text {
			t.Errorf("%q was read as %s, %v", text, d, err)
		}
	}
}

// The day is Finland's: late in the evening UTC it is already tomorrow there,
// an hour earlier in summer than in winter.
func TestDayIsHelsinkis(t *testing.T) {
	for at, want := range map[string]string{
		"2023-01-31T21:59:59Z": "2023-01-31", "2023-01-31T22:00:00Z": "2023-02-01",
		"2023-06-30T20:59:59Z": "2023-06-30", "2023-06-30T21:00:00Z": "2023-07-01",
	} {
		instant, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.DayOf(instant).String(); got != want {
			t.Errorf("at %s it is %s, want %s", at, got, want)
		}
	}
}

func TestMonthsEndWhereTheyDo(t *testing.T) {
	for text, want := range map[string]bool{"2023-02-28": true, "2024-02-28": false, "2024-02-29": true, "2023-12-31": true, "2023-11-12": false} {
		if got := calendar.MustParse(text).LastOfMonth(); got != want {
			t.Errorf("%s is the last of its month: %v", text, got)
		}
	}
	if d := calendar.MustParse("2023-12-31").AddDays(1); d.String() != "2024-01-01" || d.MonthCode() != "2024-01" || !d.FirstOfMonth() {
		t.Errorf("the day after 31.12.2023 is %s", d)
	}
}
