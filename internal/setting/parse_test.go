package setting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/setting"
)

var unchanged = setting.Settings{MinCell: 5, Figures: setting.LiveFigures, Target: 10, SessionIdle: 30 * time.Minute, SessionMax: 10 * time.Hour, EmergencyMax: 8 * time.Hour, SecondFactor: setting.Nobody, FirstPassword: 7 * 24 * time.Hour}

// What is not set has its default, and the default as it is shown is read as
// the same setting.
func TestDefaults(t *testing.T) {
	unset, err := setting.Parse(map[string]string{"of.a.newer.release": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unchanged, unset); diff != "" {
		t.Error(diff)
	}
	shown := map[string]string{}
	for _, name := range setting.Names() {
		shown[name] = setting.Default(name)
	}
	if set, err := setting.Parse(shown); err != nil || !cmp.Equal(set, unset) {
		t.Errorf("the defaults %v are read as %v, %v", shown, set, err)
	}
}

func TestValuesThatFit(t *testing.T) {
	got, err := setting.Parse(map[string]string{
		"report.min_cell": " 1 ", "report.figures": "published", "report.demo": "true", "report.periods": "trial 2023-05-05 2023-11-12; day 2024-02-29 2024-02-29;",
		"target.count": "0", "target.from": "2023-05-05", "target.to": "2023-11-12",
		"batteries.in_use": "illness-care, functioning,,illness-care", "session.idle_minutes": "120", "session.max_hours": "24", "emergency.max_hours": "1", "login.second_factor": "admins_and_experts", "login.first_password_days": "30",
		"house.contact": "Neuvonta, 09 000 0000", "house.organisation": strings.Repeat("å", 200),
	})
	if err != nil {
		t.Fatal(err)
	}
	from, to, leap := calendar.MustParse("2023-05-05"), calendar.MustParse("2023-11-12"), calendar.MustParse("2024-02-29")
	want := setting.Settings{
		MinCell: 1, Figures: setting.PublishedFigures, Demo: true, Periods: []setting.Period{{Name: "trial", From: from, To: to}, {Name: "day", From: leap, To: leap}},
		TargetFrom: from, TargetTo: to, Batteries: []string{"illness-care", "functioning"},
		SessionIdle: 2 * time.Hour, SessionMax: 24 * time.Hour, EmergencyMax: time.Hour, SecondFactor: setting.AdminsAndExperts, FirstPassword: 30 * 24 * time.Hour, Contact: "Neuvonta, 09 000 0000", Organisation: strings.Repeat("å", 200),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestValuesThatDoNotFitAreRefusedByName(t *testing.T) {
	for _, one := range []struct{ name, value string }{
		{"report.demo", "maybe"}, {"report.demo", ""}, {"report.demo", "TRUE"}, {"report.demo", "1"},
		{"report.figures", "yesterday"}, {"report.figures", ""},
		{"report.min_cell", "0"}, {"report.min_cell", "101"}, {"report.min_cell", "five"}, {"report.min_cell", ""},
		{"report.periods", "trial 2023-05-05"}, {"report.periods", "trial 2023-11-12 2023-05-05"}, {"report.periods", "trial 2023-02-30 2023-03-01"},
		{"target.count", "-1"}, {"target.count", "1001"}, {"target.from", "5.5.2023"}, {"target.to", "2023-02-30"},
		{"session.idle_minutes", "4"}, {"session.idle_minutes", "121"}, {"session.max_hours", "0"}, {"session.max_hours", "25"}, {"login.first_password_days", "0"}, {"login.first_password_days", "91"},
		{"login.second_factor", ""}, {"login.second_factor", "Everybody"}, {"login.second_factor", "professional"},
		{"house.contact", strings.Repeat("å", 201)}, {"house.organisation", "a\x00b"},
	} {
		_, err := setting.Parse(map[string]string{one.name: one.value})
		if err == nil || !strings.Contains(err.Error(), one.name) {
			t.Errorf("%s = %q: %v", one.name, one.value, err)
		}
	}
}

func TestCircles(t *testing.T) {
	for circle, want := range map[setting.Circle]string{setting.Nobody: "", setting.AdminsAndExperts: "expert admin", setting.Everybody: "professional expert admin"} {
		var got []string
		for _, role := range access.Roles {
			if circle.Has(role) {
				got = append(got, string(role))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v", circle, got)
		}
		for _, tag := range lang.All {
			if !locale.For(tag).Has("setting.circle." + string(circle)) {
				t.Errorf("%s has no name in %s", circle, tag)
			}
		}
	}
}

func TestEverySettingHasWords(t *testing.T) {
	for _, tag := range lang.All {
		for _, name := range setting.Names() {
			for _, part := range []string{".label", ".help"} {
				if key := "setting." + name + part; !locale.For(tag).Has(key) {
					t.Errorf("%s: %s is missing", tag, key)
				}
			}
		}
	}
}
