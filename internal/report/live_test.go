package report_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// live has facts of the views besides those of the trial.
type live struct {
	*facts
	views    map[report.View][]report.ViewCell
	feedback []report.FeedbackCell
	targets  []report.Target
}

func (l live) ViewCells(_ context.Context, _ report.Query, view report.View, _ []string) ([]report.ViewCell, error) {
	return l.views[view], nil
}

func (l live) FeedbackCells(context.Context, report.Query, []string) ([]report.FeedbackCell, error) {
	return l.feedback, nil
}

func (l live) Targets(context.Context, report.Query, []string) ([]report.Target, error) {
	return l.targets, nil
}

func newLive(minCell int) live {
	return live{facts: trial(minCell), views: map[report.View][]report.ViewCell{}}
}

// put counts so many under a key of a view.
func (l live) put(view report.View, key string, of segment.Segment, count int) {
	l.views[view] = append(l.views[view], report.ViewCell{Key: key, Cell: report.Cell{Segment: of, Battery: "functioning", Unit: "seniori-info", Month: "2023-05", Count: count}})
}

// told writes lines as "code number", with ? for what is hidden.
func told(lines []report.Line) (list []string) {
	for _, l := range lines {
		text := "?"
		if l.Count != nil {
			text = strconv.Itoa(*l.Count)
		}
		list = append(list, l.Code+" "+text)
	}
	return list
}

func value(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

func TestUptakeLeadsFromTheOfferToFeedback(t *testing.T) {
	l := newLive(1)
	for key, count := range map[string]int{"confirmed": 70, "printed": 60, "recorded": 59, "discussed": 61, "feedback": 39} {
		l.put(report.Steps, key, segment.SelfActing, count)
	}
	l.targets = []report.Target{{Unit: "", Assessments: 0, Professionals: 3}, {Unit: "", Assessments: 4, Professionals: 5}, {Unit: "", Assessments: 5, Professionals: 1},
		{Unit: "", Assessments: 10, Professionals: 2}, {Unit: "", Assessments: 31, Professionals: 1}, {Unit: "seniori-info", Assessments: 7, Professionals: 9}}
	u, err := report.NewService(l).Uptake(asExpert(ctx, nil), trialQuery)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"offered 123", "consented 93", "completed 86", "counted 86", "confirmed 70", "printed 60", "recorded 59", "feedback 39"}
	if diff := cmp.Diff(want, told(u.Steps)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"declined 20", "unsuitable 10", "unfinished 7", "without_statistics 0"}, told(u.Missing)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0 3", "1-4 5", "5-9 1", "10- 3"}, told(u.Professionals)); diff != "" || value(u.Reporting) != 12 {
		t.Errorf("of %d: %s", value(u.Reporting), diff)
	}
}

// With a smallest number, no smaller one is in any of the answers.
func TestLiveAnswersHideSmallNumbers(t *testing.T) {
	l := newLive(5)
	l.put(report.Steps, "confirmed", segment.SelfActing, 70)
	l.put(report.Steps, "printed", segment.SelfActing, 2)
	for minute, count := range map[string]int{"12": 3, "17": 6, "22": 30, "31": 20} {
		l.put(report.Minutes, minute, segment.SelfActing, count)
	}
	l.put(report.MinutesFeedback, "1", segment.SelfActing, 4)
	l.feedback = []report.FeedbackCell{{Usefulness: 5, Agreement: "agree", Unit: "seniori-info", Month: "2023-05", Count: 30, Comments: 29},
		{Usefulness: 1, Agreement: "disagree", Unit: "seniori-info", Month: "2023-06", Count: 2}}
	l.targets = []report.Target{{Assessments: 0, Professionals: 9}, {Assessments: 12, Professionals: 2}}
	s := report.NewService(l)
	u, err := s.Uptake(asExpert(ctx, nil), trialQuery)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Minutes(asExpert(ctx, nil), trialQuery)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Opinions(asExpert(ctx, nil), trialQuery)
	if err != nil {
		t.Fatal(err)
	}
	lines := append(append(append(append(u.Steps, u.Missing...), u.Professionals...), o.Usefulness...), o.Agreement...)
	lines = append(lines, report.Line{Code: "comments", Count: o.Comments})
	for _, v := range m.Views {
		lines = append(lines, report.Line{Code: string(v.View), Count: v.N})
		for _, b := range v.Bins {
			lines = append(lines, report.Line{Code: string(v.View) + " " + strconv.Itoa(b.From), Count: b.Count})
		}
	}
	hidden := 0
	for _, l := range lines {
		if l.Count == nil {
			hidden++
		} else if *l.Count > 0 && *l.Count < 5 {
			t.Errorf("%s shows %d", l.Code, *l.Count)
		}
	}
	if hidden < 8 {
		t.Errorf("%d numbers are hidden: %v", hidden, told(lines))
	}
	if got := m.Views[0]; value(got.N) != 59 || got.Median == nil || *got.Median != (report.Stretch{From: 20, To: 25}) {
		t.Errorf("the whole visit: n %d, median %v", value(got.N), got.Median)
	}
	if feedback := m.Views[len(m.Views)-1]; feedback.N != nil || feedback.Median != nil {
		t.Errorf("four measured times are told: %+v", feedback)
	}
}

// Quartiles are those of the counted minutes: half of the visits took at most the
// median. With hidden numbers they are told to the bin, where the shown ones leave
// no other.
func TestQuartilesOfMinutes(t *testing.T) {
	for name, c := range map[string]struct {
		minCell int
		minutes map[string]int
		want    [3]string
	}{
		"one of each":      {1, map[string]int{"10": 1, "20": 1, "30": 1, "40": 1}, [3]string{"10–10", "20–20", "30–30"}},
		"all alike":        {1, map[string]int{"7": 86}, [3]string{"7–7", "7–7", "7–7"}},
		"too few":          {1, map[string]int{"7": 1, "9": 2}, [3]string{"", "", ""}},
		"none":             {1, map[string]int{}, [3]string{"", "", ""}},
		"nothing to hide":  {5, map[string]int{"22": 10, "31": 10, "43": 20}, [3]string{"20–25", "30–35", "40–45"}},
		"without an end":   {5, map[string]int{"22": 10, "75": 30}, [3]string{"20–25", "60–120", "60–120"}},
		"small at an end":  {5, map[string]int{"12": 3, "17": 6, "22": 30, "31": 20}, [3]string{"20–25", "20–25", "30–35"}},
		"small everywhere": {5, map[string]int{"12": 3, "22": 3, "31": 3, "45": 3}, [3]string{"", "", ""}},
	} {
		l := newLive(c.minCell)
		for minute, count := range c.minutes {
			l.put(report.Minutes, minute, segment.Network, count)
		}
		m, err := report.NewService(l).Minutes(asExpert(ctx, nil), trialQuery)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Views[0]
		for i, s := range []*report.Stretch{got.Lower, got.Median, got.Upper} {
			text := ""
			if s != nil {
				text = strconv.Itoa(s.From) + "–" + strconv.Itoa(s.To)
			}
			if text != c.want[i] {
				t.Errorf("%s: quartile %d is %q, want %q", name, i+1, text, c.want[i])
			}
		}
		total := 0
		for _, b := range got.Bins {
			total += value(b.Count)
		}
		if c.minCell == 1 && total != value(got.N) {
			t.Errorf("%s: the bins have %d of %d", name, total, value(got.N))
		}
	}
}

// Wherever those may be that are hidden, a quartile that is told is the true one.
func TestAToldQuartileIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shown, hiding := newLive(1), newLive(rapid.IntRange(2, 7).Draw(t, "min cell"))
		for minute := 2; minute < 60; minute += 5 {
			if count := rapid.IntRange(0, 12).Draw(t, "count"); count > 0 {
				shown.put(report.Minutes, strconv.Itoa(minute), segment.Network, count)
				hiding.put(report.Minutes, strconv.Itoa(minute), segment.Network, count)
			}
		}
		all, err := report.NewService(shown).Minutes(asExpert(ctx, nil), trialQuery)
		if err != nil {
			t.Fatal(err)
		}
		some, err := report.NewService(hiding).Minutes(asExpert(ctx, nil), trialQuery)
		if err != nil {
			t.Fatal(err)
		}
		truth, told := all.Views[0], some.Views[0]
		for i, s := range []*report.Stretch{told.Lower, told.Median, told.Upper} {
			exact := []*report.Stretch{truth.Lower, truth.Median, truth.Upper}[i]
			if s != nil && (exact == nil || exact.From < s.From || exact.From >= s.To) {
				t.Fatalf("quartile %d is told as %v and is %v", i+1, s, exact)
			}
		}
	})
}

// Feedback is counted as it was given, each answer and each grade.
func TestOpinionsOfClients(t *testing.T) {
	l := newLive(1)
	for i, f := range []report.FeedbackCell{{Usefulness: 5, Agreement: "agree", Count: 30, Comments: 7}, {Usefulness: 4, Agreement: "partly", Count: 7, Comments: 1}, {Usefulness: 1, Agreement: "no_opinion", Count: 2}} {
		f.Unit, f.Month = "seniori-info", []string{"2023-05", "2023-08", "2023-11"}[i]
		l.feedback = append(l.feedback, f)
	}
	o, err := report.NewService(l).Opinions(asExpert(ctx, nil), trialQuery)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 2", "2 0", "3 0", "4 7", "5 30"}, told(o.Usefulness)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"agree 30", "partly 7", "disagree 0", "no_opinion 2"}, told(o.Agreement)); diff != "" {
		t.Error(diff)
	}
	if value(o.N) != 39 || value(o.Comments) != 8 {
		t.Errorf("n %d, %d with words", value(o.N), value(o.Comments))
	}
}

func TestCrossingOfCalculatedAndAgreed(t *testing.T) {
	l := newLive(1)
	l.put(report.Agreed, "omatoimi", segment.SelfActing, 30)
	l.put(report.Agreed, "yhteiso", segment.Network, 2)
	l.put(report.Agreed, "verkosto", segment.Network, 20)
	l.put(report.Agreed, "none", segment.SelfActing, 8)
	c, err := report.NewService(l).Crossing(asExpert(ctx, nil), trialQuery, report.Agreed)
	if err != nil {
		t.Fatal(err)
	}
	if value(c.N) != 52 || value(c.Same()) != 50 || value(c.Cells[3][1]) != 2 || value(c.Cells[1][3]) != 0 || value(c.Without[0]) != 8 ||
		value(c.Calculated[3]) != 22 || value(c.Other[1]) != 2 {
		t.Errorf("%+v", c)
	}
}

// What a battery's group shows is what the distribution of that battery shows.
func TestBatteryGroupsAreTheNarrowedAnswers(t *testing.T) {
	for _, minCell := range []int{1, 5} {
		f := trial(minCell)
		groups, err := report.NewService(f).BatteryGroups(asExpert(ctx, nil), trialQuery)
		if err != nil || len(groups) != 4 {
			t.Fatalf("%d groups, %v", len(groups), err)
		}
		for _, g := range groups {
			q := trialQuery
			q.Battery = g.Code
			if d := distribution(t, f, q, nil); !cmp.Equal(d.Segments, g.Segments) || !cmp.Equal(d.N, g.N) {
				t.Errorf("%s: %+v, alone %+v", g.Code, g.Segments, d.Segments)
			}
		}
	}
}

func TestLiveAnswersAreForExpertsAndRightQuestions(t *testing.T) {
	s := report.NewService(newLive(1))
	ask := map[string]func(ctx context.Context, q report.Query) error{
		"uptake":   func(ctx context.Context, q report.Query) error { _, err := s.Uptake(ctx, q); return err },
		"minutes":  func(ctx context.Context, q report.Query) error { _, err := s.Minutes(ctx, q); return err },
		"opinions": func(ctx context.Context, q report.Query) error { _, err := s.Opinions(ctx, q); return err },
		"crossing": func(ctx context.Context, q report.Query) error {
			_, err := s.Crossing(ctx, q, report.Previous)
			return err
		},
		"batteries": func(ctx context.Context, q report.Query) error { _, err := s.BatteryGroups(ctx, q); return err },
	}
	for name, one := range ask {
		if err := one(ctx, trialQuery); err == nil {
			t.Errorf("%s answers nobody in particular", name)
		}
		q := trialQuery
		q.Unit = "nowhere"
		if diff := cmp.Diff([]string{"/unit unknown_unit"}, findings(one(asExpert(ctx, nil), q))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
