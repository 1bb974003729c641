package demo

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// The smallest spread, in points of 0..100, that a segment's scores may have on
// each axis: a cloud of people, not one person copied.
const (
	leastDeviation = 6
	leastRange     = 20
)

func TestPeopleDiffer(t *testing.T) {
	p := onSQLite(t)
	seen := map[string]bool{}
	borderline, shaky := 0, 0
	low, high := 1.0, 0.0
	for _, a := range p.final {
		for _, sheet := range []instrument.Sheet{a.Client, a.Professional} {
			// The items' codes are in the key, so sheets of two batteries never meet.
			if key := fingerprint(sheet); seen[key] {
				t.Error("two sheets are the same")
			} else {
				seen[key] = true
			}
		}
		if len(a.Result.Borderline) > 0 {
			borderline++
		}
		if a.Result.Stability < 0.95 {
			shaky++
		}
		low, high = min(low, a.Result.Stability), max(high, a.Result.Stability)
	}
	if borderline < 10 || borderline > 43 {
		t.Errorf("%d of 86 are borderline; several should be, and not most", borderline)
	}
	if shaky < 10 || low > 0.7 || high < 0.999 {
		t.Errorf("stability goes from %.3f to %.3f, %d below 0.95", low, high, shaky)
	}
	for _, s := range segment.All {
		var resources, challenge []float64
		for _, a := range p.final {
			if a.Result.Segment == s {
				resources = append(resources, a.Result.Resources.Value())
				challenge = append(challenge, a.Result.Challenge.Value())
			}
		}
		spreadOf(t, s.Code()+", resources", resources)
		spreadOf(t, s.Code()+", challenge", challenge)
	}
}

func fingerprint(sheet instrument.Sheet) string {
	var key []byte
	for _, a := range sheet {
		key = append(key, a.Item...)
		key = append(key, a.Skip...)
		key = append(key, byte('a'+a.Value))
	}
	return string(key)
}

func spreadOf(t *testing.T, what string, scores []float64) {
	t.Helper()
	total, squares := 0.0, 0.0
	for _, s := range scores {
		total += s
	}
	mean := total / float64(len(scores))
	for _, s := range scores {
		squares += (s - mean) * (s - mean)
	}
	deviation, width := math.Sqrt(squares/float64(len(scores)-1)), slices.Max(scores)-slices.Min(scores)
	if deviation < leastDeviation || width < leastRange {
		t.Errorf("%s: standard deviation %.1f and range %.1f, below %d and %d", what, deviation, width, leastDeviation, leastRange)
	}
}

func TestPeopleArePlausible(t *testing.T) {
	p := onSQLite(t)
	var skips, unclear int
	kinds := map[instrument.Skip]int{}
	helped := map[segment.Segment][]int{} // the one reversed item: close people can be relied on
	for _, a := range p.final {
		for _, sheet := range []instrument.Sheet{a.Client, a.Professional} {
			scored := 0
			for _, answer := range sheet {
				if answer.Scored() {
					scored++
				} else {
					skips++
					kinds[answer.Skip]++
				}
				if answer.Unclear {
					unclear++
				}
				if answer.Item == "close-support" && answer.Scored() {
					helped[a.Result.Segment] = append(helped[a.Result.Segment], answer.Value)
				}
			}
			if scored*5 < len(sheet)*4 {
				t.Errorf("in %s only %d of %d items are scored", a.Unit, scored, len(sheet))
			}
		}
	}
	if len(kinds) != 3 || skips < 30 || unclear < 8 {
		t.Errorf("%d skips of %d kinds and %d unclear marks", skips, len(kinds), unclear)
	}
	if average(helped[segment.SelfActing]) <= average(helped[segment.Network])+1 {
		t.Error("the reversed item is not answered the other way round")
	}
}

func average(values []int) float64 {
	total := 0
	for _, v := range values {
		total += v
	}
	return float64(total) / float64(len(values))
}

// TestBatteriesFitTheUnits also looks at register, language and target.
func TestBatteriesFitTheUnits(t *testing.T) {
	p := onSQLite(t)
	fits := map[string][]string{
		"vuosaari-ta":                   {"functioning", "illness-care", "health-risk"},
		"oulunkyla-ta":                  {"functioning", "illness-care", "health-risk"},
		"suun-terveydenhuolto":          {"health-risk"},
		"ida-aikuissosiaalityo":         {"social-wellbeing"},
		"ida-nuorten-sosiaalityo":       {"social-wellbeing"},
		"seniori-info":                  {"functioning", "social-wellbeing"},
		"ruotsinkielinen-asiakasohjaus": {"functioning", "social-wellbeing"},
		"malmi-os-3":                    {"functioning"},
		"malmi-os-13":                   {"functioning"},
		"malmi-terveyssosiaalityo":      {"functioning", "social-wellbeing"},
		"malmi-asiakasohjaus":           {"functioning"},
	}
	social := []string{"ida-aikuissosiaalityo", "ida-nuorten-sosiaalityo", "seniori-info", "ruotsinkielinen-asiakasohjaus", "malmi-asiakasohjaus"}
	made, languages, modes := map[string]int{}, map[lang.Tag]int{}, map[assessment.Mode]int{}
	for _, a := range p.final {
		made[a.CreatedBy.String()]++
		languages[a.Language]++
		modes[a.Mode]++
		if !slices.Contains(fits[a.Unit], a.ProfessionalBattery.Code) {
			t.Errorf("%s used %s", a.Unit, a.ProfessionalBattery.Code)
		}
		if slices.Contains(social, a.Unit) != (a.Register == access.Social) {
			t.Errorf("%s writes into the register %s", a.Unit, a.Register)
		}
		if a.Unit == "ruotsinkielinen-asiakasohjaus" && a.Language != lang.Swedish {
			t.Errorf("a client of %s answered in %s", a.Unit, a.Language)
		}
		if a.ClientRef != "" {
			t.Error("a client is not unidentified, as in the trial")
		}
	}
	reached := 0
	for _, n := range made {
		if n >= 10 {
			reached++
		}
	}
	if reached != 2 || len(made) != len(p.users)-2 {
		t.Errorf("%d professionals reached 10, and %d made any", reached, len(made))
	}
	if languages[lang.Finnish] < 70 || languages[lang.Swedish] < 4 || languages[lang.English] < 2 {
		t.Errorf("languages: %v", languages)
	}
	if len(modes) != 4 || modes[assessment.Joint] < 50 {
		t.Errorf("modes: %v", modes)
	}
}

// TestRoads counts what the use cases wrote down about themselves.
func TestRoads(t *testing.T) {
	p := onSQLite(t)
	did := map[audit.Action]int{}
	for _, e := range p.log.Audit {
		did[e.Action]++
	}
	for action, want := range map[audit.Action]int{
		audit.ConsentGiven: 74, audit.AssessmentSubmitted: 60, audit.AssessmentStarted: 26, audit.AssessmentCompleted: 26,
		audit.AssessmentConfirmed: 70, audit.ResultDiscussed: 70, audit.FeedbackGiven: 39, audit.NonParticipationRecorded: 34,
		audit.SettingChanged: 3, audit.UnitAdded: 11,
	} {
		if did[action] != want {
			t.Errorf("%s: %d times, not %d", action, did[action], want)
		}
	}
	if did[audit.AssessmentChanged] < 26 || did[audit.ResultPrinted] < 40 || did[audit.ResultRecorded] < 40 {
		t.Errorf("changed, printed or recorded too seldom: %v", did)
	}
	expected, right, other, reviews, steps := 0, 0, 0, 0, 0
	for _, a := range p.final {
		if a.Expected.Valid() {
			expected++
			if a.Expected == a.Result.Segment {
				right++
			}
		}
		if c := a.Confirmation; c != nil {
			steps += len(c.Actions)
			if !c.ReviewOn.IsZero() {
				reviews++
			}
			if c.Segment != a.Result.Segment {
				other++
				if c.Reason == "" || !slices.Contains(a.Result.Borderline, c.Segment) {
					t.Error("another segment was agreed without a reason or from far away")
				}
			}
		}
	}
	if expected != 44 || right < 20 || right > 40 {
		t.Errorf("%d guesses, %d right: neither blind nor perfect was meant", expected, right)
	}
	if other != 5 || reviews < 20 || steps < 70 {
		t.Errorf("%d other segments, %d reviews, %d agreed steps", other, reviews, steps)
	}
}

func TestConsents(t *testing.T) {
	p := onSQLite(t)
	forms, givers := map[consent.Form]int{}, map[consent.Giver]int{}
	for _, c := range p.log.Consents {
		forms[c.Form]++
		givers[c.GivenBy]++
		if !slices.Equal(c.Purposes, consent.Purposes) {
			t.Errorf("a consent covers only %v", c.Purposes)
		}
	}
	if forms[consent.Electronic] != 59 || forms[consent.Paper] != 9+6 || givers[consent.ByRepresentative] != 4 {
		t.Errorf("forms %v, givers %v", forms, givers)
	}
}

func TestFeedback(t *testing.T) {
	p := onSQLite(t)
	useful, comments, agreement := 0, 0, map[assessment.Agreement]int{}
	for _, f := range p.log.Feedback {
		if f.Usefulness >= 4 {
			useful++
		}
		if f.Comment != "" {
			comments++
		}
		agreement[f.Agreement]++
	}
	if len(p.log.Feedback) != 39 || useful != 33 || comments != 19 {
		t.Errorf("%d gave feedback, %d found it useful, %d wrote something", len(p.log.Feedback), useful, comments)
	}
	if agreement[assessment.Agrees]+agreement[assessment.Partly] != 37 || agreement[assessment.Disagrees] != 1 || agreement[assessment.NoOpinion] != 1 {
		t.Errorf("agreement: %v", agreement)
	}
}

// TestTimes makes sure that nothing happens when nobody could have been there.
func TestTimes(t *testing.T) {
	p := onSQLite(t)
	for _, a := range p.final {
		workingDay(t, "visit", a.AssessedOn)
		inHours(t, "start", a.CreatedAt)
		inHours(t, "completion", a.CompletedAt)
		if a.CompletedAt.Before(a.CreatedAt) || calendar.DayOf(a.CreatedAt).Before(a.AssessedOn) {
			t.Errorf("started %s, completed %s, of a visit on %s", a.CreatedAt, a.CompletedAt, a.AssessedOn)
		}
		if a.Mode != assessment.Paper && calendar.DayOf(a.CompletedAt) != a.AssessedOn {
			t.Errorf("a visit on %s was completed on %s", a.AssessedOn, a.CompletedAt)
		}
		if a.Confirmation != nil {
			inHours(t, "confirmation", a.Confirmation.At)
		}
	}
	for _, c := range p.log.Consents {
		inHours(t, "consent", c.GivenAt)
	}
	for _, e := range p.log.Events {
		inHours(t, "event", e.At)
	}
	for _, f := range p.log.Feedback {
		workingDay(t, "feedback", f.GivenOn)
	}
	faults := 0
	for _, n := range p.log.Missing {
		inHours(t, "non-participation", n.At)
		if n.Reason == "technical_fault" {
			faults++
			if n.On.Before(outFrom) || n.On.After(outTo) {
				t.Errorf("a technical fault on %s, outside the outage", n.On)
			}
		} else {
			workingDay(t, "non-participation", n.On)
		}
	}
	if faults == 0 {
		t.Error("the outage left nobody unfinished")
	}
	var last time.Time
	for _, e := range p.log.Audit {
		if e.At.Equal(now) {
			continue // units, users, tokens and settings are of now
		}
		if e.At.Before(last) {
			t.Fatalf("the audit goes back from %s to %s", last, e.At)
		}
		last = e.At
	}
}

func inHours(t *testing.T, what string, at time.Time) {
	t.Helper()
	workingDay(t, what, calendar.DayOf(at))
	if hour := at.In(calendar.Helsinki).Hour(); hour < 8 || hour >= 16 {
		t.Errorf("%s at %s", what, at.In(calendar.Helsinki))
	}
}

func workingDay(t *testing.T, what string, day calendar.Date) {
	t.Helper()
	weekday := day.Time().Weekday()
	switch {
	case day.Before(trialFrom) || day.After(trialTo):
		t.Errorf("%s on %s, outside the trial", what, day)
	case !day.Before(outFrom) && !day.After(outTo):
		t.Errorf("%s on %s, while nobody could log in", what, day)
	case weekday == time.Saturday || weekday == time.Sunday:
		t.Errorf("%s on %s, a weekend", what, day)
	}
}
