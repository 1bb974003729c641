package quality

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// shown is what the page shows.
type shown struct {
	Batteries, Units, Languages, Modes []page.Option
	Answer                             *answer
}

// answer is a report in the words of a reader.
type answer struct {
	Name, Period string
	State        []string // what it is made of, or why there are no figures
	Making       string   // how far the count is, "" when none is under way
	Again        string   // the address to look again
	Asked        []input  // the question, for the wish for newer figures
	Renewable    bool
	Charts       []chart.View
}

type input struct{ Name, Value string }

// show answers how good a battery is.
func (p *Pages) show(r *page.Request) error {
	values, err := p.asked(r, r.QueryParams())
	if err != nil {
		return err
	}
	form := &page.Form{Values: values, Labels: page.Labels{
		"battery": "quality.battery", "from": "quality.from", "to": "quality.to", "unit": "quality.unit", "language": "quality.language", "mode": "quality.mode",
	}}
	data := shown{
		Batteries: p.batteries(r),
		Languages: append([]page.Option{{Label: r.Text("quality.all_languages")}}, page.Named(r, "quality.languages", lang.All...)...),
		Modes:     append([]page.Option{{Label: r.Text("quality.all_modes")}}, page.Named(r, "quality.modes", quality.Modes...)...),
	}
	if data.Units, err = p.units(r); err != nil {
		return err
	}
	report, err := p.Quality.Report(r.Ctx(), p.question(values))
	if err == nil {
		data.Answer = p.answer(r, report, values)
	} else if err := form.Take(err); err != nil {
		return err
	}
	return p.templates.Render(r, "instrument", &page.View{Title: r.Text("quality.title"), Wide: true, Form: form, FormID: "question", Data: data})
}

func (p *Pages) answer(r *page.Request, report quality.Report, values url.Values) *answer {
	a := &answer{
		Name: p.named(r, report.Battery), Period: r.Text("report.period", map[string]any{"from": report.From, "to": report.To}),
		State: export.InstrumentState(report, r.Words), Again: address + "?" + values.Encode(), Renewable: report.Ready && !report.Making,
	}
	if report.Making {
		a.Making = r.Text("quality.making", map[string]any{"done": report.Done, "total": report.Total})
	}
	for _, name := range fields {
		if values.Get(name) != "" {
			a.Asked = append(a.Asked, input{name, values.Get(name)})
		}
	}
	for _, c := range charts(r, report) {
		a.Charts = append(a.Charts, c.Show(r, download, values))
	}
	return a
}

// charts are the parts of a report as the pages show and send them.
func charts(r *page.Request, report quality.Report) (list []chart.Chart) {
	for _, p := range export.InstrumentPanels(report, r.Words) {
		list = append(list, chart.Chart{Sheet: p.Sheet, N: p.N, Lead: p.Lead, Notes: p.Notes, Figure: p.Figure})
	}
	return list
}

// renew asks for newer figures and shows the page again.
func (p *Pages) renew(r *page.Request) error {
	values, err := p.asked(r, r.Posted())
	if err != nil {
		return err
	}
	if _, err := p.Quality.Renew(r.Ctx(), p.question(values)); err != nil {
		return err
	}
	return r.Redirect(address + "?" + values.Encode())
}

// download sends one part as a file.
func (p *Pages) download(r *page.Request) error {
	values, err := p.asked(r, r.QueryParams())
	if err != nil {
		return err
	}
	report, err := p.Quality.Report(r.Ctx(), p.question(values))
	if err != nil {
		return err
	}
	found, err := chart.Find(charts(r, report), r.QueryParam("chart"))
	if err != nil {
		return err
	}
	b := report.Battery
	return found.Send(r, r.QueryParam("format"), b.Code+"-"+report.From.String()+"-"+report.To.String())
}
