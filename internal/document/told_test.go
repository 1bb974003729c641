package document

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// What is said to change the result does: with those answers the scoring comes
// to the segment that was named.
func TestTheSmallestChangeLeadsWhereItSays(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		r := s.result(t)
		told, err := Tell(r, lang.English)
		if err != nil {
			t.Fatal(err)
		}
		pair := scoring.Pair{ClientBattery: r.ClientBattery, ProfessionalBattery: r.ProfessionalBattery,
			Client: slices.Clone(r.Client), Professional: slices.Clone(r.Professional)}
		for _, change := range told.SmallestChange {
			battery, sheet := r.ClientBattery, pair.Client
			if change.Side == instrument.Professional {
				battery, sheet = r.ProfessionalBattery, pair.Professional
			}
			at := slices.IndexFunc(battery.Items, func(i instrument.Item) bool { return i.Topic.En == change.Topic })
			if sheet[at].Value != change.From {
				t.Errorf("%s: %s is %d, not %d", s.name, change.Topic, sheet[at].Value, change.From)
			}
			sheet[at].Value = change.To
		}
		if after, err := scoring.Evaluate(pair); err != nil || after.Segment != told.ChangesTo || after.Segment == r.Scoring.Segment {
			t.Errorf("%s: leads to %v, not to %v: %v", s.name, after.Segment, told.ChangesTo, err)
		}
	}
}

func TestPullsAddUpToTheDistanceFromTheCutoff(t *testing.T) {
	t.Parallel()
	told, err := Tell(named(t, "verkosto"), lang.Finnish)
	if err != nil {
		t.Fatal(err)
	}
	for side, score := range map[instrument.Side]scoring.Score{
		instrument.Client: told.result.Scoring.Resources, instrument.Professional: told.result.Scoring.Challenge,
	} {
		sum := 0.0
		for _, one := range told.Pulls(side) {
			sum += one.Pull
		}
		if math.Abs(sum-(score.Value()-float64(score.Cutoff))) > 1e-9 {
			t.Errorf("%s: %v", side, sum)
		}
	}
	if len(told.Pulls(instrument.Client)) != 11 {
		t.Errorf("%d of the client's answers pull, want all but the one to talk about", len(told.Pulls(instrument.Client)))
	}
}

func TestAPageForABrowserLeadsBack(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := Page(&b, named(t, "omatoimi"), lang.Finnish, Screen{Script: "/p.js", Back: "/there?a=1&b=2"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<script src="/p.js" defer></script>`, `<a href="/there?a=1&amp;b=2">Takaisin tulokseen</a>`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not there", want)
		}
	}
	if strings.Contains(rendered(t, named(t, "omatoimi"), lang.Finnish), "Takaisin") {
		t.Error("the page by itself leads somewhere")
	}
}

func TestAnAssessmentIsTakenWhole(t *testing.T) {
	t.Parallel()
	want := named(t, "yhteistyo")
	want.Plain, want.Reason, want.Mode = true, "Sovittiin", "phone"
	a := &assessment.Assessment{
		Result: &want.Scoring, Client: want.Client, Professional: want.Professional, AssessedOn: want.AssessedOn, Mode: assessment.Phone, Plain: true,
		Confirmation: &assessment.Confirmation{Segment: segment.Cooperating, Reason: "Sovittiin", ReviewOn: calendar.MustParse("2023-12-12")},
	}
	for _, one := range want.Actions {
		a.Confirmation.Actions = append(a.Confirmation.Actions, assessment.Action(one))
	}
	got := Result{Library: want.Library, Guidance: want.Guidance, ClientBattery: want.ClientBattery, ProfessionalBattery: want.ProfessionalBattery, Unit: want.Unit}
	got.take(a)
	if text := rendered(t, got, lang.Finnish); text != rendered(t, want, lang.Finnish) {
		t.Errorf("the pages differ: %s", text)
	}
}
