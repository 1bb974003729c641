package report_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

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
	for minute, count := range map[string]int{"12": 3, "22": 30, "31": 20, "45": 1} {
		l.put(report.Minutes, minute, segment.SelfActing, count)
	}
	l.put(report.MinutesFeedback, "1", segment.SelfActing, 4)
	l.feedback = []report.FeedbackCell{{Usefulness: 5, Agreement: "agree", Count: 30, Comments: 29}, {Usefulness: 1, Agreement: "disagree", Count: 2}}
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
	if value(m.Views[0].N) != 54 || value(m.Views[0].Median) != 22 {
		t.Errorf("the whole visit: n %d, median %d", value(m.Views[0].N), value(m.Views[0].Median))
	}
	if feedback := m.Views[len(m.Views)-1]; feedback.N != nil || feedback.Median != nil {
		t.Errorf("four measured times are told: %+v", feedback)
	}
	q := trialQuery
	q.Unit = "seniori-info"
	if o, err = s.Opinions(asExpert(ctx, nil), q); err != nil || !o.Narrowed || o.N != nil || o.Comments != nil || o.Usefulness[0].Count != nil {
		t.Errorf("one unit's feedback: %+v, %v", o, err)
	}
}

// Quartiles are those of the counted minutes: half of the visits took at most the
// median.
func TestQuartilesOfMinutes(t *testing.T) {
	for _, c := range []struct {
		minCell              int
		minutes              map[string]int
		lower, median, upper int // -1 for none
	}{
		{1, map[string]int{"10": 1, "20": 1, "30": 1, "40": 1}, 10, 20, 30},
		{1, map[string]int{"7": 86}, 7, 7, 7},
		{1, map[string]int{"7": 1, "9": 1}, -1, 7, -1},
		{1, map[string]int{"7": 1}, -1, -1, -1},
		{1, map[string]int{}, -1, -1, -1},
		{5, map[string]int{"20": 5, "30": 5, "40": 9}, -1, 30, -1},
		{5, map[string]int{"20": 5, "30": 5, "40": 10}, 20, 30, 40},
		{5, map[string]int{"20": 9}, -1, -1, -1},
	} {
		l := newLive(c.minCell)
		n := 0
		for minute, count := range c.minutes {
			l.put(report.Minutes, minute, segment.Network, count)
			n += count
		}
		m, err := report.NewService(l).Minutes(asExpert(ctx, nil), trialQuery)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Views[0]
		if value(got.Lower) != c.lower || value(got.Median) != c.median || value(got.Upper) != c.upper || value(got.N) != n {
			t.Errorf("%v with %d: n %d, quartiles %d, %d, %d", c.minutes, c.minCell, value(got.N), value(got.Lower), value(got.Median), value(got.Upper))
		}
		total := 0
		for _, b := range got.Bins {
			total += value(b.Count)
		}
		if c.minCell == 1 && total != n {
			t.Errorf("the bins have %d of %d", total, n)
		}
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

