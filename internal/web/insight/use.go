package insight

import (
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/web/chart"
)

// useCharts show how far those got to whom an assessment was offered, who is
// missing, and how many professionals have come how far.
func useCharts(a asked) ([]chart.Chart, error) {
	u, err := a.p.Reports.Uptake(a.ctx(), a.Query)
	if err != nil {
		return nil, err
	}
	return []chart.Chart{a.funnel(u), a.missing(u), a.professionals(u)}, nil
}

func (a asked) funnel(u report.Uptake) chart.Chart {
	first := u.Steps[0].Count
	title := a.Text("insight.funnel")
	ofFirst, ofBefore := a.Text("insight.of_offered"), a.Text("insight.of_before")
	spec := figure.FunnelSpec{Head: a.head("uptake", title, first), OfFirst: ofFirst, OfBefore: ofBefore}
	sheet := export.Sheet{Code: "uptake", Title: title, Head: []string{a.Text("insight.step"), a.Text("report.count"), ofFirst + " %", ofBefore + " %"}}
	for i, step := range u.Steps {
		label := a.Code("insight.step", step.Code)
		one := figure.FunnelStep{Label: label, Count: step.Count}
		row := []any{label, step.Count, nil, nil}
		if i > 0 {
			before := u.Steps[i-1].Count
			one.OfFirst, one.OfBefore = a.share(step.Count, first), a.share(step.Count, before)
			row[2], row[3] = percentValue(step.Count, first), percentValue(step.Count, before)
		}
		spec.Steps = append(spec.Steps, one)
		sheet.Rows = append(sheet.Rows, row)
	}
	c := chart.Chart{Sheet: sheet, N: first, Lead: a.reached(u), Notes: []string{a.Text("insight.funnel.note")}}
	if first != nil && *first > 0 {
		f := figure.Funnel(spec)
		c.Figure = &f
	}
	return c
}

// reached says in a sentence how many of those who were asked came to the end.
func (a asked) reached(u report.Uptake) string {
	offered, completed := u.Steps[0].Count, u.Steps[2].Count
	share := a.share(completed, offered)
	if share == "" {
		return ""
	}
	return a.Text("insight.sentence.coverage", map[string]any{"offered": *offered, "completed": *completed, "percent": share})
}

// percentValue is a percentage in a table, nil where there is none.
func percentValue(count, whole *int) any {
	if p := percentOf(count, whole); p != nil {
		return *p
	}
	return nil
}

// bars is a chart of bars on one scale of shares of a whole.
func (a asked) bars(code, title, head string, n *int, lines []report.Line, name func(string) string) chart.Chart {
	group := figure.BarGroup{Heading: head}
	h := a.head(code, title, n)
	sheet := export.Sheet{Code: code, Title: title, Head: []string{head, a.Text("report.count"), a.Text("report.percent") + " %"}}
	for _, l := range lines {
		value := a.number(l.Count)
		if share := a.share(l.Count, n); share != "" {
			value += " (" + share + ")"
		}
		group.Bars = append(group.Bars, figure.Bar{Label: name(l.Code), Value: value, Percent: percentOf(l.Count, n)})
		sheet.Rows = append(sheet.Rows, []any{name(l.Code), l.Count, percentValue(l.Count, n)})
	}
	c := chart.Chart{Sheet: sheet, N: n}
	if n != nil && *n > 0 {
		f := figure.Bars(figure.BarsSpec{ID: h.ID, Title: h.Title, Subtitle: h.Subtitle, Notes: h.Notes, Palette: h.Palette, Groups: []figure.BarGroup{group}})
		c.Figure = &f
	}
	return c
}

func (a asked) missing(u report.Uptake) chart.Chart {
	c := a.bars("missing", a.Text("insight.missing"), a.Text("insight.missing.head"), u.Steps[0].Count, u.Missing, func(code string) string { return a.Text("report." + code) })
	c.Lead = a.Text("insight.missing.lead")
	return c
}

func (a asked) professionals(u report.Uptake) chart.Chart {
	c := a.bars("targets", a.Text("insight.targets"), a.Text("insight.targets.head"), u.Reporting, u.Professionals, func(code string) string { return a.Code("insight.target", code) })
	c.Lead = a.Text("insight.targets.lead", map[string]any{"target": report.TargetEach})
	c.Notes = append([]string{a.Text("insight.targets.note")}, a.withheld(u.Withheld)...)
	return c
}
