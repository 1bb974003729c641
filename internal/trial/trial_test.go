package trial_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/trial"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var whole = trial.Query{From: day("2023-05-05"), To: day("2023-11-12")}

// The demo's replay of the trial gives every figure that the text of the published
// report states, on both databases; with a smallest cell, none that is too small.
func TestThePublishedFigures(t *testing.T) {
	testkit.EnginesFrom(t, "schema", housetest.Prepare, func(t *testing.T, url string) {
		h := housetest.Open(t, url)
		h.Clock.Set(time.Date(2024, 2, 14, 8, 0, 0, 0, time.UTC))
		_, err := demo.Replay(t.Context(), demo.House{Store: h.Store, Library: h.Library, Texts: h.Texts, Secrets: identity.Weak()}, h.Clock.Now(), nil)
		h.Must(err)
		expert := h.As(access.Actor{Role: access.Expert})
		r, err := h.Trials.Trial(expert, whole)
		h.Must(err)
		check(t, r)
		if !r.DemoNote || r.Withheld || r.MinCell != 1 || !slices.IsSorted(r.Feedback.Texts) {
			t.Errorf("demo %v, withheld %v, smallest cell %d, %q", r.DemoNote, r.Withheld, r.MinCell, r.Feedback.Texts)
		}
		if n := len(r.Missing[0].Reasons); n != len(trial.Reasons) || *r.Missing[0].N != 20 {
			t.Errorf("who declined: %+v", r.Missing[0])
		}
		one, err := h.Trials.Trial(expert, trial.Query{From: whole.From, To: whole.To, Unit: "seniori-info"})
		h.Must(err)
		if *one.Distribution.N != 6 || *one.Target.Professionals != 1 || one.Survey.Answers != 7 {
			t.Errorf("Seniori-info: %d assessments by %d, %d answers", *one.Distribution.N, *one.Target.Professionals, one.Survey.Answers)
		}
		smallCells(t, h)
	})
}

// smallCells asks the same with a smallest cell of 5.
func smallCells(t *testing.T, h *housetest.House) {
	t.Helper()
	h.Must(h.Settings.Change(h.System(), setting.MinCell, "5"))
	expert := h.As(access.Actor{Role: access.Expert})
	r, err := h.Trials.Trial(expert, whole)
	h.Must(err)
	if r.Withheld || r.MinCell != 5 || r.Feedback.N == nil || *r.Feedback.N != 39 || len(r.Feedback.Texts) != 19 {
		t.Errorf("the agreed period: %+v", r.Feedback)
	}
	// One disagrees and one has no opinion: the two together are too few to hide in,
	// so that nobody's answer is told, and no sum of them.
	if r.Feedback.Agreeing.Count != nil || slices.ContainsFunc(r.Feedback.Agreement, func(s report.Share) bool { return s.Count != nil }) {
		t.Errorf("agreement: %+v", r.Feedback)
	}
	if r.Target.Reached != nil {
		t.Errorf("%d reached the target", *r.Target.Reached)
	}
	for name, q := range map[string]trial.Query{
		"one unit":           {From: whole.From, To: whole.To, Unit: "malmi-os-3"},
		"another period":     {From: day("2023-05-01"), To: day("2023-10-31")},
		"the agreed period":  whole,
		"a month":            {From: day("2023-06-01"), To: day("2023-06-30")},
		"a month of nothing": {From: day("2023-09-01"), To: day("2023-09-30")},
	} {
		r, err := h.Trials.Trial(expert, q)
		h.Must(err)
		if name != "the agreed period" && (!r.Withheld || r.Feedback.N != nil || r.Missing != nil || r.Target.Goal != 0) {
			t.Errorf("%s: not withheld: %+v", name, r.Feedback)
		}
		nothingSmall(t, name, h, r)
	}
	if _, err := h.Trials.Trial(expert, trial.Query{From: day("2023-05-06"), To: day("2023-05-09")}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("four days: %v", err)
	}
}

// nothingSmall looks through the whole report for counts of 1 to 4. What the
// expert wrote down is about no client.
func nothingSmall(t *testing.T, name string, h *housetest.House, r trial.Report) {
	t.Helper()
	var out bytes.Buffer
	h.Must(export.TrialJSON(&out, r, export.NewTrialLabels(r, locale.For(lang.Finnish), h.Library, nil)))
	var tree map[string]any
	h.Must(json.Unmarshal(out.Bytes(), &tree))
	for _, own := range []string{"training", "support", "taking_part", "dropped_out", "outages", "events"} {
		delete(tree, own)
	}
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch v := value.(type) {
		case map[string]any:
			if v["kind"] == "text" {
				return // how many wrote words can be counted in the words
			}
			for key, one := range v {
				n, number := one.(float64)
				counted := slices.Contains([]string{"count", "n", "comments", "reached", "professionals", "answers", "offered", "completed", "declined", "unsuitable", "unfinished", "without_statistics"}, key)
				if number && counted && n > 0 && n < 5 {
					t.Errorf("%s: %s/%s is %v", name, path, key, n)
				}
				walk(path+"/"+key, one)
			}
		case []any:
			for _, one := range v {
				walk(path, one)
			}
		}
	}
	walk("", tree)
}

// What is told together is hidden with any of its parts, and free words of a reason
// never come out.
func TestReasonsAreCodesAlone(t *testing.T) {
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		h.Must(h.Settings.Change(h.System(), setting.MinCell, "1"))
		professional := h.As(h.Hire("eino", access.Professional, housetest.Unit))
		for _, why := range []string{"memory_illness", "salainen sana", "other"} {
			_, err := h.Assessments.RecordNonParticipation(professional, assessment.RecordNonParticipation{Unit: housetest.Unit, Kind: "unsuitable", Reason: why})
			h.Must(err)
		}
		a := h.Begun(professional, nil)
		h.Must(h.Assessments.Spend(professional, a.ID, assessment.PhaseConsent, 120))
		r, err := h.Trials.Trial(h.As(access.Actor{Role: access.Expert}), trial.Query{From: day("2023-09-01"), To: day("2023-09-30")})
		h.Must(err)
		counts := map[string]int{}
		for _, reason := range r.Missing[1].Reasons {
			counts[reason.Code] = *reason.Count
		}
		if counts["memory_illness"] != 1 || counts["other"] != 2 || len(counts) != len(trial.Reasons) {
			t.Errorf("reasons: %v", counts)
		}
		if len(r.Phases) != 0 { // of a draft
			t.Errorf("phases: %+v", r.Phases)
		}
		var out bytes.Buffer
		h.Must(export.TrialJSON(&out, r, export.NewTrialLabels(r, locale.For(lang.Finnish), h.Library, nil)))
		if strings.Contains(out.String(), "salainen") {
			t.Error("free words came out")
		}
	})
}

func TestOnlyWhoReportsReads(t *testing.T) {
	h := housetest.New(t)
	for _, role := range []access.Role{access.Professional, access.Admin, access.Client, access.Emergency, access.Visitor} {
		if _, err := h.Trials.Trial(h.As(access.Actor{Role: role, Units: []string{housetest.Unit}}), whole); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
	}
	if _, err := h.Trials.Trial(t.Context(), whole); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("nobody: %v", err)
	}
}
