package trial

import (
	"maps"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/trial"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/period"
)

const downloads = "/report/trial/download"

// shown is what the page shows.
type shown struct {
	Units    []page.Option
	Periods  []period.Choice
	AnyDays  bool // the period need not be of whole months
	Subtitle string
	Notes    []string
	Sections []section
	Files    []file
}

// section is one part of the report.
type section struct {
	Code, Title string
	Text        []string
	Charts      []chart.View
	Words       []export.TrialWords
}

// file is the whole report as a file.
type file struct{ Format, Address string }

// question reads what is asked for from an address.
func question(values url.Values) trial.Query {
	q := trial.Query{Unit: values.Get("unit")}
	q.From = page.Day(&q.Prior, values, "from")
	q.To = page.Day(&q.Prior, values, "to")
	return q
}

// report shows the report of a period.
func (p *Pages) report(r *page.Request) error {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	values := period.Usual(r, settings)
	form := &page.Form{Values: values, Labels: page.Labels{"from": "insight.from", "to": "insight.to", "unit": "insight.unit"}}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := shown{
		Units:   r.ReportUnits(units, page.Option{Label: r.Text("insight.all_units")}),
		Periods: period.Agreed("/report/trial", settings, values), AnyDays: settings.MinCell == 1,
	}
	q := question(values)
	found, err := p.Trials.Trial(r.Ctx(), q)
	if err == nil {
		labels := export.NewTrialLabels(found, r.Words, p.Library, units)
		p.tell(r, &data, labels.Tell(found), period.Values(q.From, q.To, url.Values{"unit": {q.Unit}}))
	} else if err := form.Take(err); err != nil {
		return err
	}
	return p.templates.Render(r, "trial", &page.View{Title: r.Text("trial.title"), Wide: true, Form: form, FormID: "question", Data: data})
}

func (p *Pages) tell(r *page.Request, data *shown, told export.TrialTold, values url.Values) {
	data.Subtitle, data.Notes = told.Subtitle, told.Notes
	for _, s := range told.Sections {
		one := section{Code: "s-" + s.Code, Title: s.Title, Text: s.Text, Words: s.Words}
		for _, c := range s.Charts {
			view := chartOf(c).Show(r, downloads, values)
			view.Under = true
			one.Charts = append(one.Charts, view)
		}
		data.Sections = append(data.Sections, one)
	}
	for _, f := range formats {
		whole := maps.Clone(values)
		whole.Set("format", f.code)
		data.Files = append(data.Files, file{f.code, downloads + "?" + whole.Encode()})
	}
}

func chartOf(c export.TrialChart) chart.Chart {
	return chart.Chart{Sheet: c.Sheet, N: c.N, Lead: c.Lead, Figure: c.Figure}
}
