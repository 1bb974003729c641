package document

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// reportPapers is a report with everything that one can have.
func reportPapers() []paper {
	return []paper{{name: "report", pages: 4, image: true, desk: true, set: func(t testing.TB, tag lang.Tag, _ bool) typeset.Document {
		t.Helper()
		doc, err := ReportPaper(sampleReport(tag), tag)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}}}
}

func sampleReport(tag lang.Tag) Report {
	p := locale.For(tag)
	number := func(n int) typeset.Cell { return typeset.Cell{Text: p.Integer(n), Right: true} }
	percent := func(n int) *int { return &n }
	bars := figure.Bars(figure.BarsSpec{
		ID: "usefulness", Title: p.Text("trial.usefulness"), Palette: figure.Light(),
		Groups: []figure.BarGroup{{Bars: []figure.Bar{
			{Label: p.Text("usefulness.5"), Value: "14 (36 %)", Percent: percent(36)}, {Label: p.Text("usefulness.4"), Value: "19 (49 %)", Percent: percent(49)},
		}}},
	}).Bare()
	line := figure.Timeline(figure.TimelineSpec{
		ID: "months", Title: p.Text("trial.months"), Palette: figure.Light(), Days: 192,
		Columns: []figure.TimelineColumn{
			{Last: 26, Label: p.Text("trial.month.5"), Value: "19", Height: percent(19)},
			{First: 119, Last: 148, None: true, Label: p.Text("trial.month.9"), Value: "0", Height: percent(0)},
			{First: 153, Last: 179, Label: p.Text("trial.month.10"), Value: p.Text("chart.hidden")},
		},
		Gaps: []figure.TimelineGap{{First: 119, Last: 152, Label: p.Text("trial.gap", map[string]any{"from": calendar.MustParse("2023-09-01"), "to": calendar.MustParse("2023-10-04")})}},
	}).Bare()
	return Report{
		Title: p.Text("trial.title"), Subtitle: "5.5.–12.11.2023", Foot: p.Text("trial.paper.foot"), Until: calendar.MustParse("2023-11-12"),
		Notes: []string{p.Text("trial.rounding")},
		Parts: []ReportPart{
			{Title: p.Text("trial.timeline"), Text: []string{p.Text("trial.coverage.text")}, Tables: []ReportTable{{
				Title: p.Text("trial.months") + " · n = 86", Figure: &line, Head: []string{p.Text("report.month"), p.Text("report.count"), p.Text("trial.outage_days")},
				Rows:  [][]typeset.Cell{{{Text: "5/2023"}, number(19), number(0)}, {{Text: "9/2023"}, number(0), number(30)}},
				Notes: []string{p.Text("trial.months.note")},
			}}},
			{Title: p.Text("trial.feedback"), Tables: []ReportTable{{
				Title: p.Text("trial.usefulness") + " · n = 39", Lead: p.Text("trial.useful.lead", map[string]any{"count": 33, "n": 39, "percent": p.Percent(85)}), Figure: &bars,
				Head: []string{p.Text("trial.answer"), p.Text("report.count"), p.Text("trial.percent")},
				Rows: [][]typeset.Cell{{{Text: p.Text("usefulness.5")}, number(14), number(36)}, {{Text: p.Text("usefulness.4")}, number(19), number(49)}},
			}}, Words: []ReportWords{{p.Text("trial.comments", map[string]any{"n": 2}), []string{"Lämmin juttutuokio.", "Numeroilla oli helppo vastata."}}}},
		},
	}
}

// A figure is told to who can't see it, with the gap and every number, and its
// table follows it.
func TestReportTellsItsFigures(t *testing.T) {
	t.Parallel()
	for _, tag := range lang.All {
		doc, err := ReportPaper(sampleReport(tag), tag)
		if err != nil {
			t.Fatal(err)
		}
		pictures, after := 0, ""
		for i, block := range doc.Blocks {
			picture, ok := block.(typeset.Picture)
			if !ok {
				continue
			}
			pictures++
			after += picture.Figure.Desc
			if _, ok := doc.Blocks[i+1].(typeset.Table); !ok {
				t.Errorf("%s: no table follows the figure %q", tag, picture.Figure.Title)
			}
		}
		gap := locale.For(tag).Text("trial.gap", map[string]any{"from": calendar.MustParse("2023-09-01"), "to": calendar.MustParse("2023-10-04")})
		if pictures != 2 || !strings.Contains(after, gap) || !strings.Contains(after, "19 (49 %)") {
			t.Errorf("%s: %d figures, told as %q", tag, pictures, after)
		}
	}
	for name, r := range map[string]Report{"without a title": {Parts: make([]ReportPart, 1)}, "without parts": {Title: "x"}} {
		if _, err := ReportPaper(r, lang.Finnish); err == nil {
			t.Errorf("%s it is a paper", name)
		}
	}
}
