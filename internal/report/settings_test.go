package report_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
)

// What is not set has its default, and the default as it is shown is read as
// the same setting.
func TestDefaultSettings(t *testing.T) {
	unset, err := report.ParseSettings(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(report.Settings{MinCell: 5}, unset); diff != "" {
		t.Error(diff)
	}
	shown := map[string]string{}
	for _, name := range report.SettingNames {
		shown[name] = report.DefaultSetting(name)
	}
	if set, err := report.ParseSettings(shown); err != nil || !cmp.Equal(set, unset) {
		t.Errorf("the defaults %v are read as %v, %v", shown, set, err)
	}
}

func TestSettingsThatFit(t *testing.T) {
	got, err := report.ParseSettings(map[string]string{
		"report.min_cell": "1", "report.demo": "true", "report.periods": "trial 2023-05-05 2023-11-12; day 2024-02-29 2024-02-29;",
	})
	if err != nil {
		t.Fatal(err)
	}
	leap := calendar.MustParse("2024-02-29")
	want := report.Settings{MinCell: 1, DemoNote: true, Periods: []report.Period{
		{Name: "trial", From: trialFrom, To: trialTo}, {Name: "day", From: leap, To: leap},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSettingsThatDoNotFitAreRefusedByName(t *testing.T) {
	for _, one := range []struct{ name, value string }{
		{"report.demo", "maybe"}, {"report.demo", ""}, {"report.demo", "TRUE"}, {"report.demo", "1"},
		{"report.min_cell", "0"}, {"report.min_cell", "101"}, {"report.min_cell", "five"}, {"report.min_cell", ""},
		{"report.periods", "trial 2023-05-05"}, {"report.periods", "trial 2023-11-12 2023-05-05"}, {"report.periods", "trial 2023-02-30 2023-03-01"},
	} {
		if _, err := report.ParseSettings(map[string]string{one.name: one.value}); err == nil || !strings.Contains(err.Error(), one.name) {
			t.Errorf("%s = %q: %v", one.name, one.value, err)
		}
	}
}
