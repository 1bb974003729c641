package insight

import (
	"html/template"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// answer is a distribution in the words of a reader.
type answer struct {
	Period, Scope string
	Sentence      string
	Empty         bool
	Notes         []string
	Figure        template.HTML
	Segments      []line
	Batteries     []line
	Charts        []chart.View // by unit, month and more
	Coverage      []line
	Files         []file
}

// report shows the distribution of a period.
func (p *Pages) report(r *page.Request) error {
	a, err := p.ask(r)
	if err != nil {
		return err
	}
	data := a.shown(distribution.path())
	data.Publishes = a.settings.Figures == setting.PublishedFigures && r.Session.Actor.ReportUnits() == nil
	switch r.QueryParam("published") {
	case "some":
		data.Done = r.Text("insight.publish.done")
	case "none":
		data.Done = r.Text("insight.publish.nothing")
	}
	d, err := p.Reports.Distribution(r.Ctx(), a.Query)
	if err == nil {
		if data.Answer, err = p.answer(a, d); err != nil {
			return err
		}
	} else if err := a.Form.Take(err); err != nil {
		return err
	}
	return p.templates.Render(r, "report", &page.View{Title: r.Text("insight.title"), Wide: true, Form: a.Form, FormID: "question", Data: data})
}

func (p *Pages) answer(asked asked, d report.Distribution) (*answer, error) {
	labels := export.DistributionLabels(d, asked.Words, p.Library, asked.units)
	w := words{asked.Request, labels}
	a := &answer{
		Period: labels.Period, Scope: labels.Scope, Sentence: w.sentence(d), Empty: d.N != nil && *d.N == 0,
		Segments: w.lines(d.Segments, labels.Segment), Batteries: w.lines(d.Batteries, labels.Battery),
		Coverage: w.coverage(d.Coverage), Files: downloads(asked.Query),
	}
	if d.DemoNote {
		a.Notes = append(a.Notes, labels.DemoNote)
	}
	if d.Published {
		a.Notes = append(a.Notes, labels.PublishedNote)
	}
	if d.AnySuppressed() {
		a.Notes = append(a.Notes, labels.HiddenNote)
	}
	if d.MinCell <= 1 {
		a.Notes = append(a.Notes, labels.OpenNote)
	}
	if a.Empty {
		return a, nil
	}
	charts, err := groupCharts(asked)
	if err != nil {
		return nil, err
	}
	a.Charts = asked.views(distribution, charts)
	a.Figure = template.HTML(export.DistributionFigure(d, labels).Inline()) // escaped where it is drawn
	return a, nil
}

// file is the distribution as a file to download.
type file struct{ Format, Address string }

func downloads(q report.Query) []file {
	var list []file
	for _, f := range formats {
		values := address(q)
		values.Set("format", f.code)
		list = append(list, file{Format: f.code, Address: (&url.URL{Path: "/report/download", RawQuery: values.Encode()}).String()})
	}
	return list
}
