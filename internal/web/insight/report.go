package insight

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// shown is what the page shows.
type shown struct {
	Units, Batteries []page.Option // to narrow the question with
	Periods          []period
	AnyDays          bool // the period need not be of whole months
	Answer           *answer
	Publishes        bool   // the reader may publish figures
	Done             string // what came of it, "" for nothing
}

// answer is a distribution in the words of a reader.
type answer struct {
	Period, Scope string
	Sentence      string
	Empty         bool
	Notes         []string
	Figure        template.HTML
	Segments      []line
	Batteries     []line
	Heads         []string // the segments, over the columns of the grids
	Grids         []grid
	Coverage      []line
	Files         []file
}

// report shows the distribution of a period.
func (p *Pages) report(r *page.Request) error {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return err
	}
	values := r.QueryParams()
	if !values.Has("from") && !values.Has("to") {
		from, to := usual(settings, calendar.DayOf(r.Now()))
		values = address(report.Query{From: from, To: to, Unit: values.Get("unit"), Battery: values.Get("battery")})
	}
	form := &page.Form{Values: values, Labels: page.Labels{
		"from": "insight.from", "to": "insight.to", "unit": "insight.unit", "battery": "insight.battery",
	}}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data := shown{Units: p.units(r, units), Batteries: p.batteries(r), Periods: periods(r, settings, values), AnyDays: settings.MinCell == 1}
	data.Publishes = settings.Figures == setting.PublishedFigures && r.Session.Actor.ReportUnits() == nil
	switch r.QueryParam("published") {
	case "some":
		data.Done = r.Text("insight.publish.done")
	case "none":
		data.Done = r.Text("insight.publish.nothing")
	}
	q := question(values)
	d, err := p.Reports.Distribution(r.Ctx(), q)
	if err == nil {
		data.Answer = p.answer(r, q, d, units)
	} else if err := form.Take(err); err != nil {
		return err
	}
	return p.templates.Render(r, "report", &page.View{Title: r.Text("insight.title"), Wide: true, Form: form, FormID: "question", Data: data})
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

func (p *Pages) batteries(r *page.Request) []page.Option {
	list := []page.Option{{Label: r.Text("insight.all_batteries")}}
	for _, b := range p.Library.Professional() {
		list = append(list, page.Option{Value: b.Code, Label: b.Name.In(r.Lang())})
	}
	return list
}

func (p *Pages) answer(r *page.Request, q report.Query, d report.Distribution, units map[string]string) *answer {
	labels := export.DistributionLabels(d, r.Words, p.Library, units)
	w := words{r, labels}
	a := &answer{
		Period: labels.Period, Scope: labels.Scope, Sentence: w.sentence(d), Empty: d.N != nil && *d.N == 0,
		Segments: w.lines(d.Segments, labels.Segment), Batteries: w.lines(d.Batteries, labels.Battery),
		Coverage: w.coverage(d.Coverage), Files: downloads(q),
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
		return a
	}
	for _, s := range d.Segments {
		of, _ := segment.Parse(s.Code)
		a.Heads = append(a.Heads, r.Words.SegmentShort(of))
	}
	a.Grids = []grid{
		w.grid("units", labels.Tables.Units, r.Text("insight.unit"), d.Units, labels.Unit),
		w.grid("months", labels.Tables.Months, r.Text("insight.month"), d.Months, labels.Month),
		w.grid("registers", labels.Tables.Registers, r.Text("insight.register"), d.Registers, labels.Register),
		w.grid("languages", labels.Tables.Languages, r.Text("insight.language"), d.Languages, labels.LanguageN),
		w.grid("modes", labels.Tables.Modes, r.Text("insight.mode"), d.Modes, labels.Mode),
	}
	a.Figure = template.HTML(export.DistributionFigure(d, labels).SVG()) // escaped where it is drawn
	return a
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
