package insight

import (
	"strconv"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/web/chart"
)

// What the trial of 2023 reported: most often 30 to 40 minutes for the whole.
const trialFrom, trialTo = 30, 40

// timeCharts show how long visits take, as a whole and phase by phase.
func timeCharts(a asked) ([]chart.Chart, error) {
	t, err := a.p.Reports.Minutes(a.ctx(), a.Query)
	if err != nil {
		return nil, err
	}
	return []chart.Chart{a.wholeVisit(t.Views[0]), a.phases(t)}, nil
}

func (a asked) wholeVisit(t report.Timing) chart.Chart {
	title := a.Text("insight.visit")
	spec := figure.ColumnsSpec{Head: a.head("visit", title, t.N), Axis: a.Text("insight.minutes")}
	sheet := export.Sheet{Code: "visit", Title: title, Head: []string{a.Text("insight.minutes"), a.Text("report.count"), a.Text("report.percent") + " %"}}
	width := 1
	for _, b := range t.Bins {
		label := strconv.Itoa(b.From) + "–"
		if b.To < report.MostMinutes {
			label += strconv.Itoa(b.To)
			width = b.To - b.From
		}
		spec.Columns = append(spec.Columns, figure.Column{Label: label, Short: label, Count: b.Count})
		sheet.Rows = append(sheet.Rows, []any{label, b.Count, percentValue(b.Count, t.N)})
	}
	at := func(minute float64) float64 { return min(minute/float64(width), float64(len(t.Bins))) }
	spec.Spans = []figure.Span{{From: at(trialFrom), To: at(trialTo), Label: a.Text("insight.visit.trial")}}
	if t.Lower != nil && t.Upper != nil {
		spec.Spans = append(spec.Spans, figure.Span{
			From: at(float64(t.Lower.From)), To: at(max(float64(t.Upper.To), float64(t.Upper.From)+1)),
			Label: a.Text("insight.visit.half", map[string]any{"from": t.Lower.From, "to": t.Upper.To}),
		})
	}
	if t.Median != nil {
		middle := (float64(t.Median.From) + max(float64(t.Median.To), float64(t.Median.From)+1)) / 2
		spec.Points = []figure.Span{{From: at(middle), Label: a.Text("insight.visit.median", map[string]any{"minutes": stretch(t.Median)})}}
	}
	c := chart.Chart{Sheet: sheet, N: t.N, Lead: a.Text("insight.visit.lead"), Notes: []string{a.Text("insight.visit.note")}}
	if t.N != nil && *t.N > 0 {
		f := figure.Columns(spec)
		c.Figure = &f
	}
	return c
}

func (a asked) phases(of report.Timings) chart.Chart {
	views := of.Views
	title, n := a.Text("insight.phases"), views[0].N
	spec := figure.RangesSpec{
		Head: a.head("phases", title, n), N: "n", Unit: a.Text("insight.min"), Median: a.Text("insight.median"), Half: a.Text("insight.half"), None: a.Text("insight.too_few"),
	}
	sheet := export.Sheet{Code: "phases", Title: title, Head: []string{
		a.Text("insight.phase"), "n", a.Text("insight.lower"), a.Text("insight.median"), a.Text("insight.upper"),
	}}
	drawn := false
	for i, t := range views {
		label := a.Code("insight.phase", t.View)
		row := figure.RangeRow{Label: label, N: t.N, Strong: i == 0}
		if t.Median != nil {
			middle := t.Median.Middle()
			row.Median, row.Value = &middle, stretch(t.Median)
		}
		if t.Lower != nil && t.Upper != nil {
			row.Lower, row.Upper = &t.Lower.From, &t.Upper.To
		}
		spec.Rows = append(spec.Rows, row)
		sheet.Rows = append(sheet.Rows, []any{label, t.N, minutesCell(t.Lower), minutesCell(t.Median), minutesCell(t.Upper)})
		drawn = drawn || t.Median != nil
	}
	c := chart.Chart{Sheet: sheet, N: n, Lead: a.Text("insight.phases.lead"), Notes: a.withheld(of.Withheld)}
	if drawn {
		f := figure.Ranges(spec)
		c.Figure = &f
	}
	return c
}

// minutesCell is a quartile in a table: nil where there is none.
func minutesCell(s *report.Stretch) any {
	switch {
	case s == nil:
		return nil
	case s.From == s.To:
		return s.From
	default:
		return stretch(s)
	}
}

// stretch writes where a quartile lies: "23", or "20–25" where it is known to the
// bin.
func stretch(s *report.Stretch) string {
	if s.From == s.To {
		return strconv.Itoa(s.From)
	}
	return strconv.Itoa(s.From) + "–" + strconv.Itoa(s.To)
}
