package insight

import (
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// part is one page of the report: what it is called in addresses and messages,
// and its charts.
type part struct {
	code   string
	charts func(a asked) ([]chart.Chart, error)
}

// distribution is the first page of the report, which has more than charts.
var distribution = part{"distribution", groupCharts}

// parts are the other pages, in the order of the navigation.
var parts = []part{
	{"plane", planeCharts},
	{"use", useCharts},
	{"time", timeCharts},
	{"change", changeCharts},
	{"agreement", agreementCharts},
}

func (one part) path() string {
	if one.code == distribution.code {
		return "/report"
	}
	return "/report/" + one.code
}

// download is where a page's charts can be had as files.
func (one part) download() string { return one.path() + "/download" }

// show shows the charts of a page.
func (p *Pages) show(one part) func(r *page.Request) error {
	return func(r *page.Request) error {
		a, err := p.ask(r)
		if err != nil {
			return err
		}
		data := a.shown(one.path())
		data.Lead = a.Code("insight.lead", one.code)
		charts, err := one.charts(a)
		if err == nil {
			labels := a.labels()
			data.Period, data.Scope, data.Notes = labels.Period, labels.Scope, a.notes()
			data.Answer = a.views(one, charts)
		} else if err := a.Form.Take(err); err != nil {
			return err
		}
		return p.templates.Render(r, "charts", &page.View{Title: a.Code("insight.page", one.code), Wide: true, Form: a.Form, FormID: "question", Data: data})
	}
}

func (a asked) views(one part, charts []chart.Chart) []chart.View {
	var views []chart.View
	for _, c := range charts {
		views = append(views, c.Show(a.Request, one.download(), a.again()))
	}
	return views
}

// send sends one chart of a page as a file.
func (p *Pages) send(one part) func(r *page.Request) error {
	return func(r *page.Request) error {
		a, err := p.ask(r)
		if err != nil {
			return err
		}
		a.only = r.QueryParam("chart")
		charts, err := one.charts(a)
		if err != nil {
			return err
		}
		c, err := chart.Find(charts, a.only)
		if err != nil {
			return fault.New(fault.NotFound)
		}
		return c.Send(r, r.QueryParam("format"), a.Query.From.String()+"-"+a.Query.To.String())
	}
}
