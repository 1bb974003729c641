package trial

import (
	"net/url"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/trial"
	"github.com/omasuunta/omasuunta/internal/web/chart"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

const downloads = "/report/trial/download"

// shown is what the page shows.
type shown struct {
	Units    []page.Option
	Periods  []period
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

// period is one that was agreed on.
type period struct {
	Name, Address string
	From, To      calendar.Date
	Here          bool
}

// file is the whole report as a file.
type file struct{ Format, Address string }

// question reads what is asked for from an address.
func question(values url.Values) trial.Query {
	q := trial.Query{Unit: values.Get("unit")}
	q.From = day(&q.Prior, "/from", values.Get("from"))
	q.To = day(&q.Prior, "/to", values.Get("to"))
	return q
}

// day reads a day; an empty one whoever is asked complains about.
func day(f *fault.Findings, pointer, text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	d, err := calendar.Parse(text)
	if err != nil {
		f.Add(pointer, fault.NotADate, nil)
	}
	return d
}

// address is a question as part of an address.
func address(from, to calendar.Date, unit string) url.Values {
	values := url.Values{"from": {from.String()}, "to": {to.String()}}
	if unit != "" {
		values.Set("unit", unit)
	}
	return values
}

// report shows the report of a period.
func (p *Pages) report(r *page.Request) error {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	values := r.QueryParams()
	if !values.Has("from") && !values.Has("to") {
		from, to := settings.Usual(calendar.DayOf(r.Now()))
		values = address(from, to, values.Get("unit"))
	}
	form := &page.Form{Values: values, Labels: page.Labels{"from": "insight.from", "to": "insight.to", "unit": "insight.unit"}}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := shown{Units: p.units(r, units), AnyDays: settings.MinCell == 1}
	for _, s := range settings.Periods {
		data.Periods = append(data.Periods, period{
			Name: s.Name, From: s.From, To: s.To, Address: "/report/trial?" + address(s.From, s.To, values.Get("unit")).Encode(),
			Here: values.Get("from") == s.From.String() && values.Get("to") == s.To.String(),
		})
	}
	q := question(values)
	found, err := p.Trials.Trial(r.Ctx(), q)
	if err == nil {
		labels := export.NewTrialLabels(found, r.Words, p.Library, units)
		p.tell(r, &data, labels.Tell(found), address(q.From, q.To, q.Unit))
	} else if err := form.Take(err); err != nil {
		return err
	}
	return p.templates.Render(r, "trial", &page.View{Title: r.Text("trial.title"), Wide: true, Form: form, FormID: "question", Data: data})
}

// units are the ones that the reader's reports cover, by name.
func (p *Pages) units(r *page.Request, names map[string]string) []page.Option {
	limit := r.Session.Actor.ReportUnits()
	var list []page.Option
	for code, name := range names {
		if limit == nil || slices.Contains(limit, code) {
			list = append(list, page.Option{Value: code, Label: name})
		}
	}
	slices.SortFunc(list, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return slices.Insert(list, 0, page.Option{Label: r.Text("insight.all_units")})
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
		whole := address(calendar.Date{}, calendar.Date{}, "")
		for key, list := range values {
			whole[key] = list
		}
		whole.Set("format", f.code)
		data.Files = append(data.Files, file{f.code, downloads + "?" + whole.Encode()})
	}
}

func chartOf(c export.TrialChart) chart.Chart {
	return chart.Chart{Sheet: c.Sheet, N: c.N, Lead: c.Lead, Figure: c.Figure}
}
