package report_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// facts is a store in memory: it answers from a list of single assessments.
type facts struct {
	report.Counts // which a distribution does without
	settings      setting.Settings
	units         map[string]string
	cells         []report.Cell
	coverage      report.Coverage // without Completed, which follows from the cells
}

func (f *facts) DistributionCells(_ context.Context, q report.Query, units []string) ([]report.Cell, report.Coverage, error) {
	var found []report.Cell
	var coverage report.Coverage
	if q.Unit == "" || q.Unit == "a" {
		coverage = f.coverage // all of it in unit a and one month, with one battery
	}
	coverage.Completed = coverage.WithoutStatistics
	for _, c := range f.cells {
		inPeriod := c.Month >= q.From.MonthCode() && c.Month <= q.To.MonthCode()
		if !inPeriod || q.Unit != "" && c.Unit != q.Unit || q.Battery != "" && c.Battery != q.Battery || units != nil && !contains(units, c.Unit) {
			continue
		}
		found = append(found, c)
		coverage.Completed += c.Count
	}
	return found, coverage, nil
}

func (f *facts) ViewCells(context.Context, report.Query, report.View, []string) ([]report.ViewCell, error) {
	return nil, nil
}

func (f *facts) CoverageCells(_ context.Context, q report.Query, _ []string) ([]report.CoverageCell, error) {
	var cells []report.CoverageCell
	if q.From.MonthCode() > "2023-05" || q.To.MonthCode() < "2023-05" {
		return nil, nil
	}
	for kind, count := range map[report.Kind]int{
		report.WithoutStatistics: f.coverage.WithoutStatistics, report.Declined: f.coverage.Declined,
		report.Unsuitable: f.coverage.Unsuitable, report.Unfinished: f.coverage.Unfinished,
	} {
		if count > 0 {
			cells = append(cells, report.CoverageCell{Kind: kind, Unit: "a", Battery: "functioning", Month: "2023-05", Count: count})
		}
	}
	return cells, nil
}

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}

func (f *facts) UnitNames(context.Context) (map[string]string, error) { return f.units, nil }
func (f *facts) BatteryCodes(context.Context) ([]string, error) {
	return []string{"health-risk", "illness-care", "functioning", "social-wellbeing"}, nil
}
func (f *facts) ReportSettings(context.Context) (setting.Settings, error) { return f.settings, nil }

var (
	ctx        = context.Background()
	trialFrom  = calendar.MustParse("2023-05-05")
	trialTo    = calendar.MustParse("2023-11-12")
	trialQuery = report.Query{From: trialFrom, To: trialTo}
	whole2023  = report.Query{From: calendar.MustParse("2023-01-01"), To: calendar.MustParse("2023-12-31")}
)

// trial is the published trial: the two tables are known, how they cross is not,
// so segments and batteries are dealt out in order.
func trial(minCell int) *facts {
	f := &facts{
		settings: setting.Settings{MinCell: minCell, Periods: []setting.Period{{Name: "trial", From: trialFrom, To: trialTo}}},
		units:    map[string]string{"vuosaari-ta": "Vuosaaren terveysasema", "seniori-info": "Seniori-info"},
		coverage: report.Coverage{Declined: 20, Unsuitable: 10, Unfinished: 7},
	}
	segments, batteries := deal([]int{40, 8, 15, 23}), deal([]int{37, 3, 32, 14})
	codes := []string{"functioning", "illness-care", "social-wellbeing", "health-risk"}
	months := []string{"2023-05", "2023-08", "2023-09", "2023-11"}
	units := []string{"vuosaari-ta", "seniori-info"}
	for i := range segments {
		f.cells = append(f.cells, report.Cell{
			Segment: segment.All[segments[i]], Battery: codes[batteries[(i*37)%86]], Unit: units[i%2], Month: months[i%4], Count: 1,
		})
	}
	return f
}

func deal(counts []int) []int {
	var cards []int
	for which, c := range counts {
		for range c {
			cards = append(cards, which)
		}
	}
	return cards
}

func distribution(t *testing.T, f *facts, q report.Query, units []string) report.Distribution {
	t.Helper()
	d, err := report.NewService(f).Distribution(asExpert(ctx, units), q)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

type line struct {
	Code           string
	Count, Percent int // −1 when hidden
}

func lines(shares []report.Share) []line {
	var list []line
	for _, s := range shares {
		l := line{s.Code, -1, -1}
		if s.Count != nil && s.Percent != nil {
			l.Count, l.Percent = *s.Count, *s.Percent
		}
		list = append(list, l)
	}
	return list
}

func TestTheTrialComesOutAsPublished(t *testing.T) {
	d := distribution(t, trial(1), trialQuery, nil)
	if d.N == nil || *d.N != 86 || d.AnySuppressed() {
		t.Fatalf("n %v, suppressed %v", d.N, d.AnySuppressed())
	}
	if diff := cmp.Diff([]line{{"omatoimi", 40, 47}, {"yhteiso", 8, 9}, {"yhteistyo", 15, 17}, {"verkosto", 23, 27}}, lines(d.Segments)); diff != "" {
		t.Error(diff)
	}
	want := []line{{"individual-client", 86, 100}, {"functioning", 37, 43}, {"illness-care", 3, 4}, {"social-wellbeing", 32, 37}, {"health-risk", 14, 16}}
	if diff := cmp.Diff(want, lines(d.Batteries)); diff != "" {
		t.Error(diff)
	}
	var months []string
	for _, m := range d.Months {
		months = append(months, m.Code)
	}
	if diff := cmp.Diff([]string{"2023-05", "2023-06", "2023-07", "2023-08", "2023-09", "2023-10", "2023-11"}, months); diff != "" {
		t.Error(diff)
	}
	if june := d.Months[1]; *june.N != 0 || june.Segments[0].Percent != nil || *june.Segments[0].Count != 0 {
		t.Errorf("an empty month is %+v", june)
	}
	if *d.Coverage.Offered != 123 || *d.Coverage.Completed != 86 {
		t.Errorf("coverage %+v", d.Coverage)
	}
}

func TestASmallBatteryIsHiddenWithItsNeighbour(t *testing.T) {
	d := distribution(t, trial(5), trialQuery, nil)
	want := []line{{"individual-client", 86, 100}, {"functioning", -1, -1}, {"illness-care", -1, -1}, {"social-wellbeing", 32, 37}, {"health-risk", 14, 16}}
	if diff := cmp.Diff(want, lines(d.Batteries)); diff != "" {
		t.Error(diff)
	}
	if d.Batteries[1].Suppressed != true || !d.AnySuppressed() {
		t.Error("hidden, but not said so")
	}
}

// Whoever asks for the neighbour alone must not get what the wide answer hides.
func TestANarrowedAnswerKeepsTheSecretsOfTheWideOne(t *testing.T) {
	q := trialQuery
	for _, q.Battery = range []string{"functioning", "illness-care"} {
		d := distribution(t, trial(5), q, nil)
		if d.N != nil || !d.Suppressed || d.Segments[0].Count != nil || d.Coverage.Completed != nil {
			t.Errorf("%s: n %v shown", q.Battery, d.N)
		}
	}
	q.Battery = "health-risk"
	if d := distribution(t, trial(5), q, nil); d.N == nil || *d.N != 14 {
		t.Errorf("n of a shown battery is %v", d.N)
	}
}

func TestAVerySmallAnswerHidesEverything(t *testing.T) {
	f := &facts{settings: setting.Settings{MinCell: 5}, units: map[string]string{"a": "A"}, cells: []report.Cell{{Segment: segment.Network, Battery: "functioning", Unit: "a", Month: "2023-03", Count: 4}}}
	d := distribution(t, f, whole2023, nil)
	for _, l := range d.Coverage.Lines() {
		if l.Count != nil {
			t.Errorf("coverage %s shows %d", l.Code, *l.Count)
		}
	}
	for _, group := range append(d.Units, d.Months...) {
		for _, s := range group.Segments {
			if group.N != nil || s.Count != nil || s.Percent != nil {
				t.Errorf("%s shows something", group.Code)
			}
		}
	}
	if d.N != nil || lines(d.Segments)[3].Count != -1 || d.Batteries[0].Count != nil || d.Batteries[0].Percent != nil {
		t.Error("n can be seen")
	}
}

func TestNobodyAtAllIsNoSecret(t *testing.T) {
	f := &facts{settings: setting.Settings{MinCell: 5}, units: map[string]string{"a": "A"}}
	d := distribution(t, f, whole2023, nil)
	if d.N == nil || *d.N != 0 || d.AnySuppressed() {
		t.Fatalf("n %v", d.N)
	}
	for _, s := range append(d.Segments, d.Batteries...) {
		if s.Count == nil || *s.Count != 0 || s.Percent != nil {
			t.Errorf("%+v", s)
		}
	}
}

func TestATrueZeroIsShownBesideAHiddenCell(t *testing.T) {
	f := &facts{settings: setting.Settings{MinCell: 5}, units: map[string]string{"a": "A"}}
	for i, count := range []int{30, 0, 3, 20} {
		if count > 0 {
			f.cells = append(f.cells, report.Cell{Segment: segment.All[i], Battery: "functioning", Unit: "a", Month: "2023-03", Count: count})
		}
	}
	d := distribution(t, f, whole2023, nil)
	if zero := d.Segments[1]; zero.Count == nil || *zero.Count != 0 || zero.Suppressed {
		t.Errorf("true zero is %+v", zero)
	}
	if d.Segments[2].Count != nil || *d.N != 53 {
		t.Error("the small cell is shown, or n is not")
	}
}

func TestUnitsOutsideTheScopeAreUnknown(t *testing.T) {
	f := trial(1)
	d := distribution(t, f, trialQuery, []string{"seniori-info"})
	if *d.N != 43 || len(d.Units) != 1 || d.Units[0].Code != "seniori-info" {
		t.Errorf("n %d, units %v", *d.N, d.Units)
	}
	q := trialQuery
	q.Unit = "vuosaari-ta"
	_, err := report.NewService(f).Distribution(asExpert(ctx, []string{"seniori-info"}), q)
	if diff := cmp.Diff([]string{"/unit unknown_unit"}, findings(err)); diff != "" {
		t.Error(diff)
	}
}

func findings(err error) []string {
	var list []string
	if e, ok := err.(*fault.Error); ok && e.Kind == fault.Invalid {
		for _, f := range e.Findings {
			list = append(list, f.Pointer+" "+f.Code)
		}
	}
	return list
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	day := calendar.MustParse
	for name, c := range map[string]struct {
		minCell int
		q       report.Query
		want    []string
	}{
		"nothing given":          {5, report.Query{Unit: "x", Battery: "y"}, []string{"/battery unknown_battery", "/from required", "/to required", "/unit unknown_unit"}},
		"backwards":              {5, report.Query{From: day("2023-05-05"), To: day("2023-05-04")}, []string{"/to end_before_start"}},
		"too long and not whole": {5, report.Query{From: day("2013-05-05"), To: day("2023-05-05")}, []string{"/from period_not_whole", "/to too_great", "/to period_not_whole"}},
		"exactly ten years":      {5, report.Query{From: day("2013-05-01"), To: day("2023-04-30")}, nil},
		"any days with 1":        {1, report.Query{From: day("2023-05-02"), To: day("2023-05-02")}, nil},
		"configured":             {5, trialQuery, nil},
		"half configured":        {5, report.Query{From: trialFrom, To: day("2023-11-30")}, []string{"/from period_not_whole"}},
		"leap day":               {5, report.Query{From: day("2024-02-01"), To: day("2024-02-28")}, []string{"/to period_not_whole"}},
		"the client's own":       {5, report.Query{From: day("2023-05-01"), To: day("2023-05-31"), Battery: "individual-client"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := report.NewService(trial(c.minCell)).Distribution(asExpert(ctx, nil), c.q)
			if diff := cmp.Diff(c.want, findings(err)); diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

// Whatever the facts: with 1 nothing is hidden and all adds up; with more, no
// count below it is shown, hidden and shown agree in every place, and what is
// shown is true.
func TestAnyFacts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := &facts{units: map[string]string{"a": "A", "b": "B", "c": "C", "d": "D"}}
		f.coverage = report.Coverage{
			Declined: rapid.IntRange(0, 9).Draw(t, "declined"), Unsuitable: rapid.IntRange(0, 9).Draw(t, "unsuitable"),
			Unfinished: rapid.IntRange(0, 9).Draw(t, "unfinished"), WithoutStatistics: rapid.IntRange(0, 9).Draw(t, "without"),
		}
		f.cells = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) report.Cell {
			return report.Cell{
				Segment: rapid.SampledFrom(segment.All[:]).Draw(t, "segment"),
				Battery: rapid.SampledFrom([]string{"functioning", "illness-care", "health-risk", "old-one"}).Draw(t, "battery"),
				Unit:    rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "unit"),
				Month:   rapid.SampledFrom([]string{"2023-01", "2023-02", "2023-07"}).Draw(t, "month"),
				Count:   rapid.IntRange(1, 40).Draw(t, "count"),
			}
		}), 0, 30).Draw(t, "cells")
		q := whole2023
		q.Unit = rapid.SampledFrom([]string{"", "a", "d"}).Draw(t, "of unit")
		q.Battery = rapid.SampledFrom([]string{"", "functioning"}).Draw(t, "of battery")

		f.settings.MinCell = 1
		open, err := report.NewService(f).Distribution(asExpert(ctx, nil), q)
		if err != nil {
			t.Fatal(err)
		}
		f.settings.MinCell = rapid.IntRange(2, 7).Draw(t, "min cell")
		shown, err := report.NewService(f).Distribution(asExpert(ctx, nil), q)
		if err != nil {
			t.Fatal(err)
		}
		again, err := report.NewService(f).Distribution(asExpert(ctx, nil), q)
		if err != nil || !cmp.Equal(shown, again) {
			t.Fatal("the second answer differs from the first")
		}
		if open.AnySuppressed() {
			t.Fatal("with 1 something is hidden")
		}
		truth, answer := flat(open), flat(shown)
		for place, want := range truth {
			got, hidden := answer[place], answer[place] == nil
			if !hidden && (*got != *want || *got > 0 && *got < f.settings.MinCell) {
				t.Fatalf("%s shows %d, true is %d", place, *got, *want)
			}
		}
		checkShares(t, shown)
		if shown.N != nil && sumOf(open.Segments) != *shown.N {
			t.Fatal("segments don't add up to n")
		}
	})
}

func sumOf(shares []report.Share) int {
	total := 0
	for _, s := range shares {
		total += *s.Count
	}
	return total
}

// flat lists every count by its place.
func flat(d report.Distribution) map[string]*int {
	all := map[string]*int{"n": d.N}
	for _, s := range d.Segments {
		all["segment "+s.Code] = s.Count
	}
	for _, s := range d.Batteries {
		all["battery "+s.Code] = s.Count
	}
	for _, g := range append(d.Units[:len(d.Units):len(d.Units)], d.Months...) {
		all["group "+g.Code] = g.N
		for _, s := range g.Segments {
			all["group "+g.Code+" "+s.Code] = s.Count
		}
	}
	for _, l := range d.Coverage.Lines() {
		all["coverage "+l.Code] = l.Count
	}
	return all
}

// checkShares demands that hidden cells are hidden whole and say so.
func checkShares(t *rapid.T, d report.Distribution) {
	check := func(s report.Share) {
		if s.Suppressed != (s.Count == nil) || s.Suppressed && s.Percent != nil {
			t.Fatalf("half hidden: %+v", s)
		}
	}
	for _, s := range append(d.Segments[:4:4], d.Batteries...) {
		check(s)
	}
	for _, g := range append(d.Units[:len(d.Units):len(d.Units)], d.Months...) {
		if g.Suppressed != (g.N == nil) {
			t.Fatalf("half hidden: %+v", g)
		}
		for _, s := range g.Segments {
			check(s)
		}
	}
}

// asExpert is an expert who reports on these units, or on all.
func asExpert(ctx context.Context, units []string) context.Context {
	return access.With(ctx, access.Actor{Role: access.Expert, Units: units})
}

func (f *facts) PublishedReports(context.Context, calendar.Date, calendar.Date) ([]report.Published, error) {
	return nil, nil
}
func (f *facts) InsertPublished(context.Context, report.Published) error        { return nil }
func (f *facts) InTx(ctx context.Context, do func(context.Context) error) error { return do(ctx) }
func (f *facts) AppendAudit(context.Context, ...audit.Entry) error              { return nil }
