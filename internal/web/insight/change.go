package insight

import (
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/web/chart"
)

// changeCharts show who was in which segment at the assessment before.
func changeCharts(a asked) ([]chart.Chart, error) {
	c, err := a.p.Reports.Crossing(a.ctx(), a.Query, report.Previous)
	if err != nil {
		return nil, err
	}
	_, short := a.segmentNames()
	title, before, now := a.Text("insight.change"), a.Text("insight.before"), a.Text("insight.now")
	spec := figure.FlowSpec{Head: a.head("change", title, c.N), From: before, To: now, Names: map[segment.Segment]string{}, Left: c.Other, Right: c.Calculated}
	sheet := export.Sheet{Code: "change", Title: title, Head: []string{before, "n"}}
	for i, to := range segment.All {
		spec.Names[to] = short[i]
		sheet.Head = append(sheet.Head, a.Text("insight.change.to", map[string]any{"segment": short[i]}))
	}
	for i := range segment.All {
		line := []any{short[i], c.Other[i]}
		for j := range segment.All {
			spec.Cells[i][j] = c.Cells[j][i]
			line = append(line, c.Cells[j][i])
		}
		sheet.Rows = append(sheet.Rows, line)
	}
	sheet.Rows = append(sheet.Rows, []any{a.Text("insight.change.all"), c.N, c.Calculated[0], c.Calculated[1], c.Calculated[2], c.Calculated[3]})
	one := chart.Chart{Sheet: sheet, N: c.N, Notes: []string{a.Text("insight.change.note")}}
	if c.N != nil && *c.N == 0 {
		one.Lead = a.Text("insight.change.none")
	} else if same := c.Same(); same != nil && c.N != nil {
		one.Lead = a.Text("insight.change.same", map[string]any{"n": *c.N, "same": *same, "percent": a.share(same, c.N)})
	}
	if !c.Suppressed && (c.N == nil || *c.N > 0) {
		f := figure.Flow(spec)
		one.Figure = &f
	}
	return []chart.Chart{one}, nil
}

// agreementCharts compare the calculated segment with the agreed one and with the
// professional's guess, and tell what clients thought.
func agreementCharts(a asked) ([]chart.Chart, error) {
	agreed, err := a.p.Reports.Crossing(a.ctx(), a.Query, report.Agreed)
	if err != nil {
		return nil, err
	}
	guessed, err := a.p.Reports.Crossing(a.ctx(), a.Query, report.Expected)
	if err != nil {
		return nil, err
	}
	opinions, err := a.p.Reports.Opinions(a.ctx(), a.Query)
	if err != nil {
		return nil, err
	}
	first := a.crossed("agreed", a.Text("insight.agreed"), a.Text("insight.agreed.column"), a.Text("insight.agreed.none"), agreed)
	first.Lead = a.same("insight.agreed.same", agreed)
	second := a.crossed("guess", a.Text("insight.guess"), a.Text("insight.guess.column"), a.Text("insight.guess.none"), guessed)
	second.Lead, second.Notes = a.same("insight.guess.same", guessed), []string{a.Text("insight.guess.note")}
	return append([]chart.Chart{first, second}, a.opinions(opinions)...), nil
}

// same says how many have the same segment both ways.
func (a asked) same(key string, c report.Crossing) string {
	same := c.Same()
	if same == nil || c.N == nil || *c.N == 0 {
		return ""
	}
	return a.Text(key, map[string]any{"n": *c.N, "same": *same, "percent": a.share(same, c.N)})
}

func (a asked) opinions(o report.Opinions) []chart.Chart {
	useful := a.bars("usefulness", a.Text("insight.usefulness"), a.Text("insight.answer"), o.N, o.Usefulness, func(code string) string { return a.Code("usefulness", code) })
	agree := a.bars("agreement", a.Text("insight.opinion"), a.Text("insight.answer"), o.N, o.Agreement, func(code string) string { return a.Code("agreement", code) })
	if o.Comments != nil && o.N != nil && *o.N > 0 {
		useful.Lead = a.Text("insight.opinions.comments", map[string]any{"count": *o.Comments})
	}
	useful.Notes = append([]string{a.Text("insight.opinions.note")}, a.withheld(o.Withheld)...)
	return []chart.Chart{useful, agree}
}
