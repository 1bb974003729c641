package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// visited is an assessment with a result: at 4-7 of the plane, with no neighbour.
func visited(on string, seg segment.Segment, change func(*assessment.Assessment)) func(*assessment.Assessment) {
	return func(a *assessment.Assessment) {
		completed(seg)(a)
		a.ClientRef, a.Expected = "", 0
		a.AssessedOn = calendar.MustParse(on)
		a.Result.Resources, a.Result.Challenge = scoring.Score{Sum: 48, Weight: 10, Cutoff: 50}, scoring.Score{Sum: 79, Weight: 10, Cutoff: 50}
		a.Result.Borderline = nil
		if change != nil {
			change(a)
		}
	}
}

var all2023 = report.Query{From: calendar.MustParse("2023-01-01"), To: calendar.MustParse("2023-12-31")}

// keyed are the cells of a view, one line for each.
func (h *house) keyed(q report.Query, view report.View, units ...string) map[string]int {
	h.Helper()
	cells, err := h.ViewCells(h.Context(), q, view, units)
	h.must(err)
	found := map[string]int{}
	for _, c := range cells {
		found[fmt.Sprintf("%s %s %s %s %s", c.Key, c.Segment.Code(), c.Battery, c.Unit, c.Month)] += c.Count
	}
	return found
}

func TestViewsCountEachAssessmentUnderItsKey(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c, silent, other := h.consent(), h.consent(), h.consent()
		h.exec("UPDATE consents SET for_statistics = FALSE WHERE id = ?", silent.ID.String())
		first := h.assessment(c, visited("2023-05-31", segment.Network, nil))
		second := h.assessment(c, visited("2023-06-01", segment.Community, func(a *assessment.Assessment) {
			a.Register, a.Language, a.Mode, a.ProfessionalBattery.Code = access.Health, lang.English, assessment.Phone, "health-risk"
			a.Expected, a.FeedbackGiven = segment.Community, true
			a.Result.Borderline = []segment.Segment{segment.Cooperating}
			a.Result.Resources, a.Result.Challenge = scoring.Score{Sum: 10, Weight: 1, Cutoff: 50}, scoring.Score{Sum: 0, Weight: 1, Cutoff: 50}
			a.Status = assessment.Confirmed
			a.Confirmation = &assessment.Confirmation{Segment: segment.Network, Reason: "syy", At: start}
		}))
		// What is not counted: a draft, one without statistics, one withdrawn, one of another year.
		h.assessment(c, nil)
		h.assessment(silent, visited("2023-06-01", segment.Network, nil))
		h.assessment(other, visited("2023-06-01", segment.Network, nil))
		h.assessment(c, visited("2022-12-31", segment.SelfActing, func(a *assessment.Assessment) { a.Register = access.Social }))
		_, err := h.WithdrawConsent(ctx, other.ID, start, "")
		h.must(err)
		for _, e := range []assessment.EventKind{assessment.Printed, assessment.Printed, assessment.Recorded} {
			h.must(h.InsertEvent(ctx, assessment.Event{Assessment: first.ID, Kind: e, At: start, By: userID}))
		}
		h.must(h.AddSeconds(ctx, first.ID, assessment.PhaseClient, 89))
		h.must(h.AddSeconds(ctx, first.ID, assessment.PhaseResult, 30))
		h.must(h.AddSeconds(ctx, second.ID, assessment.PhaseBegin, 9000))

		const a, b = " verkosto functioning vuosaari-ta 2023-05", " yhteiso health-risk vuosaari-ta 2023-06"
		for view, want := range map[report.View]map[string]int{
			report.ByRegister:          {"health" + a: 1, "health" + b: 1},
			report.ByLanguage:          {"sv" + a: 1, "en" + b: 1},
			report.ByMode:              {"paper" + a: 1, "phone" + b: 1},
			report.Places:              {"4-7" + a: 1, "9-0" + b: 1},
			report.Agreed:              {"none" + a: 1, "verkosto" + b: 1},
			report.Expected:            {"none" + a: 1, "yhteiso" + b: 1},
			report.Steps:               {"printed" + a: 1, "recorded" + a: 1, "confirmed" + b: 1, "feedback" + b: 1},
			report.Borderline:          {"no" + a: 1, "yes" + b: 1},
			report.Previous:            {"verkosto" + b: 1}, // that of 2022 is another register's
			report.Minutes:             {"2" + a: 1, "120" + b: 1},
			report.MinutesBegin:        {"120" + b: 1},
			report.MinutesConsent:      {},
			report.MinutesClient:       {"1" + a: 1},
			report.MinutesProfessional: {},
			report.MinutesResult:       {"1" + a: 1},
			report.MinutesFeedback:     {},
		} {
			if diff := cmp.Diff(want, h.keyed(all2023, view)); diff != "" {
				t.Errorf("%s:\n%s", view, diff)
			}
		}
		for _, view := range report.Views {
			if view == report.MinutesConsent || view == report.MinutesProfessional || view == report.MinutesFeedback {
				continue
			}
			narrow := all2023
			narrow.Battery = "health-risk"
			if len(h.keyed(narrow, view)) == 0 && view != report.MinutesClient && view != report.MinutesResult {
				t.Errorf("%s: nothing of the battery", view)
			}
			if found := h.keyed(all2023, view, "seniori-info"); len(found) > 0 {
				t.Errorf("%s: %v of a unit without assessments", view, found)
			}
		}
		if _, err := h.ViewCells(ctx, all2023, "author", nil); err == nil {
			t.Error("what is counted by professional is no view")
		}
	})
}

// The assessment before is found by the consent and by the reference, of the same
// register, with a result that counts.
func TestReassessmentsOfTheSameClient(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ref := func(a *assessment.Assessment) { a.ClientRef = "viite-7" }
		one, two, three := h.consent(), h.consent(), h.consent()
		h.assessment(one, visited("2022-05-01", segment.SelfActing, ref))
		h.assessment(two, visited("2023-01-10", segment.Community, ref)) // by the reference
		h.assessment(two, visited("2023-01-10", segment.Network, func(a *assessment.Assessment) {
			ref(a)
			a.CreatedAt = start.Add(time.Hour) // the later of the same day
		}))
		h.assessment(three, visited("2023-02-01", segment.Cooperating, nil))
		h.assessment(three, visited("2023-03-01", segment.Cooperating, nil)) // by the consent
		want := map[string]int{
			"omatoimi yhteiso functioning vuosaari-ta 2023-01":    1,
			"yhteiso verkosto functioning vuosaari-ta 2023-01":    1,
			"yhteistyo yhteistyo functioning vuosaari-ta 2023-03": 1,
		}
		if diff := cmp.Diff(want, h.keyed(all2023, report.Previous)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFeedbackAndTargetsAreCounted(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		for i, comment := range []string{"", "kiitos", "hyvä"} {
			h.must(h.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: "vuosaari-ta", GivenOn: calendar.MustParse("2023-05-31"), Usefulness: 4 + i/2, Agreement: assessment.Agrees, Comment: comment}))
		}
		h.must(h.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: "seniori-info", GivenOn: calendar.MustParse("2022-05-31"), Usefulness: 1, Agreement: assessment.Agrees}))
		got, err := h.FeedbackCells(ctx, all2023, nil)
		h.must(err)
		if diff := cmp.Diff([]report.FeedbackCell{
			{Usefulness: 4, Agreement: "agree", Unit: "vuosaari-ta", Month: "2023-05", Count: 2, Comments: 1},
			{Usefulness: 5, Agreement: "agree", Unit: "vuosaari-ta", Month: "2023-05", Count: 1, Comments: 1},
		}, got); diff != "" {
			t.Error(diff)
		}
		if got, err := h.FeedbackCells(ctx, all2023, []string{"seniori-info"}); err != nil || len(got) > 0 {
			t.Errorf("%v of another unit, %v", got, err)
		}

		h.must(h.InsertUser(ctx, access.User{ID: uuid.New(), Username: "toinen", Role: access.Professional, Units: []string{"vuosaari-ta"}, PasswordHash: "x", CreatedAt: start}))
		h.must(h.InsertUser(ctx, access.User{ID: uuid.New(), Username: "kolmas", Role: access.Expert, Units: []string{"vuosaari-ta"}, PasswordHash: "x", CreatedAt: start}))
		c := h.consent()
		elsewhere := c
		elsewhere.ID, elsewhere.Unit = uuid.New(), "seniori-info"
		elsewhere.Purposes = []consent.Purpose{consent.Assessment} // no statistics: the professional's work counts
		h.must(h.InsertConsent(ctx, elsewhere))
		h.assessment(c, visited("2023-05-31", segment.Network, nil))
		h.assessment(c, visited("2023-06-30", segment.Network, func(a *assessment.Assessment) { a.ProfessionalBattery.Code = "health-risk" }))
		h.assessment(elsewhere, visited("2023-06-30", segment.Network, nil))
		for name, test := range map[string]struct {
			q     report.Query
			units []string
			want  []report.Target
		}{
			"all": {all2023, nil, []report.Target{
				{Unit: "", Assessments: 0, Professionals: 1}, {Unit: "", Assessments: 3, Professionals: 1},
				{Unit: "seniori-info", Assessments: 1, Professionals: 1},
				{Unit: "vuosaari-ta", Assessments: 0, Professionals: 1}, {Unit: "vuosaari-ta", Assessments: 2, Professionals: 1},
			}},
			"a unit": {report.Query{From: all2023.From, To: all2023.To, Unit: "seniori-info"}, nil, []report.Target{
				{Unit: "", Assessments: 1, Professionals: 1}, {Unit: "seniori-info", Assessments: 1, Professionals: 1}}},
			"the own units": {all2023, []string{"seniori-info"}, []report.Target{
				{Unit: "", Assessments: 1, Professionals: 1}, {Unit: "seniori-info", Assessments: 1, Professionals: 1}}},
			"a battery": {report.Query{From: all2023.From, To: all2023.To, Battery: "health-risk", Unit: "vuosaari-ta"}, nil, []report.Target{
				{Unit: "", Assessments: 0, Professionals: 1}, {Unit: "", Assessments: 1, Professionals: 1},
				{Unit: "vuosaari-ta", Assessments: 0, Professionals: 1}, {Unit: "vuosaari-ta", Assessments: 1, Professionals: 1}}},
		} {
			got, err := h.Targets(ctx, test.q, test.units)
			h.must(err)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
		}
	})
}

// Whatever happens to an assessment, the one behind it is counted with the one that is
// before it now: at once, and when all is folded.
func TestWhatWasBeforeIsNoLongerBefore(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ref := func(a *assessment.Assessment) { a.ClientRef = "viite-9" }
		c := h.consent()
		first := h.assessment(c, visited("2023-01-10", segment.SelfActing, nil))
		second := h.assessment(c, visited("2023-02-10", segment.Community, ref))
		h.assessment(c, visited("2023-03-10", segment.Network, nil))
		other := h.assessment(h.consent(), visited("2023-04-10", segment.Cooperating, ref))
		after := func(what string, want ...string) {
			t.Helper()
			wanted := map[string]int{}
			for _, one := range want {
				wanted[one] = 1
			}
			for _, when := range []string{"at once", "folded"} {
				if diff := cmp.Diff(wanted, h.keyed(all2023, report.Previous)); diff != "" {
					t.Errorf("%s, %s: %s", what, when, diff)
				}
				h.foldAll()
			}
		}
		const community, network, cooperating = "yhteiso functioning vuosaari-ta 2023-02", "verkosto functioning vuosaari-ta 2023-03", "yhteistyo functioning vuosaari-ta 2023-04"
		after("all are there", "omatoimi "+community, "yhteiso "+network, "yhteiso "+cooperating)
		h.must(h.EraseRecords(h.Context(), retention.Erasure{Assessments: []retention.Record{{ID: second.ID.String()}}}))
		after("the second was erased", "omatoimi "+network)
		h.exec("UPDATE assessments SET assessed_on = '2023-05-10', assessed_month = '2023-05' WHERE id = ?", first.ID.String())
		after("the first was put behind", "verkosto omatoimi functioning vuosaari-ta 2023-05")
		late := h.assessment(h.consent(), visited("2023-01-01", segment.Network, ref))
		after("one came in before", "verkosto omatoimi functioning vuosaari-ta 2023-05", "verkosto "+cooperating)
		_, err := h.WithdrawConsent(h.Context(), late.ConsentID, start, "")
		h.must(err)
		after("that was withdrawn", "verkosto omatoimi functioning vuosaari-ta 2023-05")
		_, err = h.WithdrawConsent(h.Context(), other.ConsentID, start, "")
		h.must(err)
		_, err = h.WithdrawConsent(h.Context(), c.ID, start, "")
		h.must(err)
		after("all were withdrawn")
	})
}
