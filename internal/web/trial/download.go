package trial

import (
	"bytes"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/trial"
	"github.com/omasuunta/omasuunta/internal/typeset"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// format is a kind of file that the whole report is written as.
type format struct {
	code, media string
	write       func(w io.Writer, r trial.Report, l export.TrialLabels, words *locale.Printer) error
}

// formats are the kinds of files, in the order in which they are offered.
var formats = []format{
	{"pdf", "application/pdf", PDF},
	{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func(w io.Writer, r trial.Report, l export.TrialLabels, _ *locale.Printer) error {
		return export.TrialXLSX(w, l.Tell(r))
	}},
	{"json", echo.MIMEApplicationJSON, func(w io.Writer, r trial.Report, l export.TrialLabels, _ *locale.Printer) error {
		return export.TrialJSON(w, r, l)
	}},
}

// download sends one chart, or the whole report, as a file. Its name has the days
// and nothing that could tell of anybody.
func (p *Pages) download(r *page.Request) error {
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	found, err := p.Trials.Trial(r.Ctx(), question(r.QueryParams()))
	if err != nil {
		return err
	}
	labels := export.NewTrialLabels(found, r.Words, p.Library, units)
	days := found.From.String() + "-" + found.To.String()
	if code := r.QueryParam("chart"); code != "" {
		var charts []chart.Chart
		for _, c := range labels.Tell(found).Charts() {
			charts = append(charts, chartOf(c))
		}
		one, err := chart.Find(charts, code)
		if err != nil {
			return err
		}
		return one.Send(r, r.QueryParam("format"), days)
	}
	i := slices.IndexFunc(formats, func(f format) bool { return f.code == r.QueryParam("format") })
	if i < 0 {
		return fault.New(fault.NotFound)
	}
	var body bytes.Buffer
	if err := formats[i].write(&body, found, labels, r.Words); err != nil {
		return err
	}
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="trial-`+days+"."+formats[i].code+`"`)
	r.Response().Header().Set("Content-Language", string(r.Lang()))
	return r.Blob(http.StatusOK, formats[i].media, body.Bytes())
}

// PDF writes the report as a document.
func PDF(w io.Writer, r trial.Report, l export.TrialLabels, words *locale.Printer) error {
	doc, err := Paper(r, l, words)
	if err != nil {
		return err
	}
	made, err := doc.PDF()
	if err != nil {
		return err
	}
	_, err = w.Write(made.Bytes)
	return err
}

// Paper is the report as a document: every table with its figure, and what people
// wrote.
func Paper(r trial.Report, l export.TrialLabels, words *locale.Printer) (typeset.Document, error) {
	told := l.Tell(r)
	out := document.Report{Title: told.Title, Subtitle: told.Subtitle, Foot: words.Text("trial.paper.foot"), Until: r.To, Notes: told.Notes}
	for _, s := range told.Sections {
		part := document.ReportPart{Title: s.Title, Text: s.Text}
		for _, w := range s.Words {
			part.Words = append(part.Words, document.ReportWords{Title: w.Title, Texts: w.Texts})
		}
		for _, c := range s.Charts {
			n := words.Text("chart.hidden")
			if c.N != nil {
				n = words.Integer(*c.N)
			}
			table := document.ReportTable{Title: c.Sheet.Title + " · " + words.Text("chart.n", map[string]any{"n": n}), Lead: c.Lead, Head: c.Sheet.Head, Notes: c.Sheet.Notes}
			if c.Figure != nil { // the heading is the paper's
				bare := c.Figure.Bare()
				table.Figure = &bare
			}
			for _, row := range c.Sheet.Rows {
				cells := make([]typeset.Cell, len(row))
				for i, value := range row {
					_, isText := value.(string)
					cells[i] = typeset.Cell{Text: l.Cell(value), Right: i > 0 && !isText}
				}
				table.Rows = append(table.Rows, cells)
			}
			part.Tables = append(part.Tables, table)
		}
		out.Parts = append(out.Parts, part)
	}
	return document.ReportPaper(out, words.Tag())
}
