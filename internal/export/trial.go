package export

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// TrialTold is a trial's report in the words of a language: what the page, the
// paper, the workbook and the terminal show, each in its own way.
type TrialTold struct {
	Title    string
	Subtitle string // period, unit, n
	Notes    []string
	Sections []TrialSection
}

// TrialSection is one part of it under a heading.
type TrialSection struct {
	Code, Title string
	Text        []string // before the charts
	Charts      []TrialChart
	Words       []TrialWords // after the charts
}

// TrialWords is what people wrote.
type TrialWords struct {
	Code, Title string
	Texts       []string
}

// TrialChart is a table with what it is made of, and its figure if it has one.
type TrialChart struct {
	Sheet  Sheet
	N      *int // nil where it is hidden
	Lead   string
	Figure *figure.Figure
}

// Charts are all charts in their order.
func (t TrialTold) Charts() []TrialChart {
	var all []TrialChart
	for _, s := range t.Sections {
		all = append(all, s.Charts...)
	}
	return all
}

// TrialLabels are the words of a trial's report.
type TrialLabels struct {
	words        *locale.Printer
	distribution Labels
}

// NewTrialLabels names everything in a report in the words of a language. units
// are the names of units by code.
func NewTrialLabels(r trial.Report, words *locale.Printer, library *instrument.Library, units map[string]string) TrialLabels {
	return TrialLabels{words, DistributionLabels(r.Distribution, words, library, units)}
}

func (l TrialLabels) say(key string, args ...map[string]any) string {
	return l.words.Text("trial."+key, args...)
}

// Tell puts a trial's report into words.
func (l TrialLabels) Tell(r trial.Report) TrialTold {
	told := TrialTold{
		Title:    l.say("title"),
		Subtitle: joined(" · ", l.words.Text("report.period", map[string]any{"from": r.From, "to": r.To}), l.distribution.Scope, "n = "+l.distribution.count(r.Distribution.N)),
		Notes:    l.notes(r),
	}
	told.Sections = append(told.Sections, l.brief(r), l.participation(r), l.training(r), l.segments(r), l.timeline(r), l.coverage(r))
	if !r.Withheld {
		told.Sections = append(told.Sections, l.feedback(r), l.target(r), l.time(r))
	}
	told.Sections = append(told.Sections, l.survey(r)...)
	return told.full(append(told.Sections, l.events(r)))
}

// full leaves out sections that have nothing to tell.
func (t TrialTold) full(sections []TrialSection) TrialTold {
	t.Sections = nil
	for _, s := range sections {
		if len(s.Charts)+len(s.Words)+len(s.Text) > 0 {
			t.Sections = append(t.Sections, s)
		}
	}
	return t
}

func (l TrialLabels) notes(r trial.Report) []string {
	notes := l.distribution.notes(r.Distribution)
	if r.Withheld {
		notes = append(notes, l.say("withheld"))
	}
	return append(notes, l.say("rounding"))
}

// brief is the figures that a reader asks for first.
func (l TrialLabels) brief(r trial.Report) TrialSection {
	sheet := Sheet{Code: "key", Title: l.say("key"), Head: []string{l.say("figure"), l.say("number"), l.say("percent")}}
	add := func(key string, number, percent any) {
		sheet.Rows = append(sheet.Rows, []any{l.say("key." + key), number, percent})
	}
	add("assessments", r.Distribution.N, nil)
	if f := r.Feedback; !r.Withheld {
		add("feedback", f.N, nil)
		add("useful", f.Useful.Count, partPercent(f.Useful))
		add("agreeing", f.Agreeing.Count, partPercent(f.Agreeing))
		add("comments", f.Comments, nil)
		if r.Target.Goal > 0 {
			sheet.Rows = append(sheet.Rows, []any{l.say("key.reached", map[string]any{"goal": r.Target.Goal}), r.Target.Reached, nil})
		}
	}
	l.briefSurvey(r, &sheet)
	d := r.Diary
	if len(d.Training.Entries) > 0 {
		add("trainings", len(d.Training.Entries), nil)
		add("trained", d.Training.People(), nil)
		add("with_clients", d.Training.WithClients, nil)
		add("others", d.Training.Others, nil)
	}
	if len(d.Support.Entries) > 0 {
		add("support", len(d.Support.Entries), nil)
	}
	if r.OutageDays() > 0 {
		add("outage_days", r.OutageDays(), nil)
	}
	return TrialSection{Code: "brief", Title: l.say("brief"), Charts: []TrialChart{{Sheet: sheet, N: r.Distribution.N}}}
}

func partPercent(p trial.Part) any {
	if p.Count != nil && p.Percent == nil {
		return nil // of nothing
	}
	return p.Percent
}

// shareRow is a part of a line as cells: its name, its number and its percentage.
func shareRow(name string, s report.Share) []any {
	row := []any{name, s.Count, s.Percent}
	if !s.Suppressed && s.Percent == nil {
		row[2] = nil // of nothing
	}
	return row
}

// line is a line of parts as a chart with bars.
func (l TrialLabels) line(code, title, head string, n *int, shares []report.Share, name func(string) string) TrialChart {
	sheet := Sheet{Code: code, Title: title, Head: []string{head, l.distribution.Heads.Count, l.say("percent")}}
	group := figure.BarGroup{}
	for _, s := range shares {
		sheet.Rows = append(sheet.Rows, shareRow(name(s.Code), s))
		group.Bars = append(group.Bars, figure.Bar{Label: name(s.Code), Value: l.distribution.share(s), Percent: s.Percent, Segment: segmentOf(s.Code)})
	}
	return TrialChart{Sheet: sheet, N: n, Figure: l.bars(code, title, n, []figure.BarGroup{group})}
}

func (l TrialLabels) bars(code, title string, n *int, groups []figure.BarGroup) *figure.Figure {
	f := figure.Bars(figure.BarsSpec{
		ID: code, Title: title, Subtitle: "n = " + l.distribution.count(n), Groups: groups, Palette: figure.Light(),
	})
	return &f
}

// segments are the two published tables of the distribution.
func (l TrialLabels) segments(r trial.Report) TrialSection {
	d := r.Distribution
	s := TrialSection{Code: "distribution", Title: l.say("distribution")}
	if d.N == nil || *d.N == 0 {
		s.Text = []string{l.say("none")}
		return s
	}
	segments := l.line("segments", l.distribution.Tables.Segments, l.distribution.Heads.Segment, d.N, d.Segments, l.distribution.Segment)
	batteries := l.line("batteries", l.distribution.Tables.Batteries, l.words.Text("report.battery"), d.N, d.Batteries, l.distribution.Battery)
	batteries.Sheet.Notes = []string{l.say("batteries.note")}
	s.Charts = []TrialChart{segments, batteries}
	return s
}

// timeline is the assessments by month, with the outages as gaps.
func (l TrialLabels) timeline(r trial.Report) TrialSection {
	sheet := Sheet{
		Code: "months", Title: l.say("months"), Notes: []string{l.say("months.note")},
		Head: []string{l.words.Text("report.month"), l.distribution.Heads.Count, l.say("outage_days"), l.say("per_week")},
	}
	spec := figure.TimelineSpec{
		ID: "months", Title: sheet.Title, Subtitle: "n = " + l.distribution.count(r.Distribution.N), Palette: figure.Light(),
		Days: daysBetween(r.From, r.To) + 1,
	}
	for _, m := range r.Months {
		name := l.distribution.Month(m.Code)
		row := []any{name, m.Count, m.OutageDays, nil}
		column := figure.TimelineColumn{Label: l.words.Text("trial.month." + m.From.Time().Format("1")), Value: l.distribution.count(m.Count), Height: m.Count}
		column.First, column.Last = daysBetween(r.From, m.From), daysBetween(r.From, m.To)
		if m.OpenFrom.IsZero() {
			column.None = m.Count == nil || *m.Count == 0
		} else {
			column.First, column.Last = daysBetween(r.From, m.OpenFrom), daysBetween(r.From, m.OpenTo)
		}
		if m.PerWeek != nil {
			row[3] = Decimal{*m.PerWeek, 1}
		} else if m.Count == nil {
			row[3] = (*int)(nil)
		}
		sheet.Rows = append(sheet.Rows, row)
		spec.Columns = append(spec.Columns, column)
	}
	for _, e := range r.Diary.Outages {
		first, last := max(daysBetween(r.From, e.From), 0), min(daysBetween(r.From, e.To), spec.Days-1)
		if first <= last {
			spec.Gaps = append(spec.Gaps, figure.TimelineGap{First: first, Last: last, Label: l.say("gap", map[string]any{"from": e.From, "to": e.To})})
		}
	}
	f := figure.Timeline(spec)
	return TrialSection{Code: "timeline", Title: l.say("timeline"), Charts: []TrialChart{{Sheet: sheet, N: r.Distribution.N, Figure: &f}}}
}

func daysBetween(from, to calendar.Date) int {
	return int(to.Time().Sub(from.Time()) / (24 * time.Hour))
}

// coverage is whom the distribution misses, and why.
func (l TrialLabels) coverage(r trial.Report) TrialSection {
	sheet := Sheet{Code: "coverage", Title: l.distribution.Tables.Coverage, Head: []string{l.say("group"), l.distribution.Heads.Count}}
	for _, line := range r.Distribution.Coverage.Lines() {
		sheet.Rows = append(sheet.Rows, []any{l.words.Text("report." + line.Code), line.Count})
	}
	s := TrialSection{
		Code: "coverage", Title: l.say("coverage"), Text: []string{l.say("coverage.text")},
		Charts: []TrialChart{{Sheet: sheet, N: r.Distribution.Coverage.Offered}},
	}
	why := Sheet{Code: "reasons", Title: l.say("reasons"), Head: []string{l.say("kind"), l.say("reason"), l.distribution.Heads.Count, l.say("percent")}, Notes: []string{l.say("reasons.note")}}
	var groups []figure.BarGroup
	missing := 0
	all := &missing
	for _, m := range r.Missing {
		group := figure.BarGroup{Heading: l.words.Code("non_participation", string(m.Kind)) + ", n = " + l.distribution.count(m.N)}
		for _, reason := range m.Reasons {
			if reason.Count != nil && *reason.Count == 0 {
				continue
			}
			name := l.words.Code("reason", reason.Code)
			why.Rows = append(why.Rows, append([]any{l.words.Code("non_participation", string(m.Kind))}, shareRow(name, reason)...))
			group.Bars = append(group.Bars, figure.Bar{Label: name, Value: l.distribution.share(reason), Percent: reason.Percent})
		}
		if m.N == nil {
			all = nil
		} else {
			missing += *m.N
		}
		if len(group.Bars) > 0 {
			groups = append(groups, group)
		}
	}
	if len(groups) > 0 {
		s.Charts = append(s.Charts, TrialChart{Sheet: why, N: all, Figure: l.bars("reasons", why.Title, all, groups)})
	}
	return s
}

// feedback is what the clients said.
func (l TrialLabels) feedback(r trial.Report) TrialSection {
	f := r.Feedback
	s := TrialSection{Code: "feedback", Title: l.say("feedback")}
	if f.N != nil && *f.N == 0 {
		s.Text = []string{l.say("feedback.none")}
		return s
	}
	answer := l.say("answer")
	name := func(family string) func(string) string {
		return func(code string) string { return l.words.Code(family, code) }
	}
	useful := l.line("usefulness", l.say("usefulness"), answer, f.N, f.Usefulness, name("usefulness"))
	useful.Lead = l.sum("useful.lead", f.Useful, f.N)
	agreement := l.line("agreement", l.say("agreement"), answer, f.N, f.Agreement, name("agreement"))
	agreement.Lead = l.sum("agreeing.lead", f.Agreeing, f.N)
	s.Charts = []TrialChart{useful, agreement}
	if len(f.Texts) > 0 {
		s.Words = []TrialWords{{"comments", l.say("comments", map[string]any{"n": l.distribution.count(f.Comments)}), f.Texts}}
	}
	return s
}

// sum tells a sum of parts, "" where it is hidden.
func (l TrialLabels) sum(key string, p trial.Part, n *int) string {
	if p.Count == nil || p.Percent == nil || n == nil {
		return ""
	}
	return l.say(key, map[string]any{"count": *p.Count, "n": *n, "percent": l.words.Percent(*p.Percent)})
}

func (l TrialLabels) target(r trial.Report) TrialSection {
	s := TrialSection{Code: "target", Title: l.say("target")}
	if r.Target.Goal == 0 {
		return s
	}
	sheet := Sheet{Code: "target", Title: l.say("target.title", map[string]any{"goal": r.Target.Goal}), Head: []string{l.say("group"), l.distribution.Heads.Count}}
	sheet.Rows = [][]any{{l.say("target.professionals"), r.Target.Professionals}, {l.say("target.reached"), r.Target.Reached}}
	if o, asked := surveyOption(r, "target_reached", "yes"); asked {
		sheet.Rows = append(sheet.Rows, []any{l.say("target.said"), o.Count})
	}
	s.Charts = []TrialChart{{Sheet: sheet, N: r.Target.Professionals}}
	return s
}

// time is the minutes that the program has measured.
func (l TrialLabels) time(r trial.Report) TrialSection {
	s := TrialSection{Code: "time", Title: l.say("time")}
	if len(r.Phases) == 0 {
		return s
	}
	sheet := Sheet{Code: "phases", Title: l.say("phases"), Head: []string{l.say("phase"), l.say("phase.n"), l.say("minutes")}, Notes: []string{l.say("phases.note")}}
	for _, p := range r.Phases {
		sheet.Rows = append(sheet.Rows, []any{l.words.Code("trial.phase", string(p.Phase)), p.N, Decimal{p.Minutes, 1}})
	}
	s.Charts = []TrialChart{{Sheet: sheet, N: r.Distribution.N}}
	return s
}

// kindName names a kind of the diary's entries.
func (l TrialLabels) kindName(k diary.Kind) string { return l.words.Code("diary.kind", string(k)) }
