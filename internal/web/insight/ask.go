package insight

import (
	"context"
	"net/url"
	"strings"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/period"
)

// asked is what a reader asks a page of the report, and the words to answer in.
type asked struct {
	*page.Request
	Query    report.Query
	Form     *page.Form
	settings setting.Settings
	units    map[string]string // names by code
	only     string            // the chart that alone is wanted, "" for all of a page
	p        *Pages
}

// ask reads the question of a page. Without days it is about the usual period.
func (p *Pages) ask(r *page.Request) (asked, error) {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return asked{}, err
	}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return asked{}, err
	}
	values := period.Usual(r, settings)
	form := &page.Form{Values: values, Labels: page.Labels{
		"from": "insight.from", "to": "insight.to", "unit": "insight.unit", "battery": "insight.battery",
	}}
	return asked{Request: r, Query: question(values), Form: form, settings: settings, units: units, p: p}, nil
}

// shown is what every page of the report shows around its answer.
type shown struct {
	Path             string        // of the page
	Units, Batteries []page.Option // to narrow the question with
	Periods          []period.Choice
	Parts            []link // the pages of the report, with the same question
	AnyDays          bool   // the period need not be of whole months
	Lead             string // what the page tells
	Period, Scope    string // what the answer is about; "" without one
	Notes            []string
	Answer           any    // of this page, nil without one
	Publishes        bool   // the reader may publish figures
	Done             string // what came of it, "" for nothing
}

// link is one page of the report.
type link struct {
	Name, Address string
	Here          bool
}

func (a asked) shown(path string) shown {
	s := shown{
		Path: path, Units: a.ReportUnits(a.units, page.Option{Label: a.Text("insight.all_units")}), Batteries: a.p.batteries(a.Request),
		Periods: periods(a.Request, path, a.settings, a.Form.Values), AnyDays: a.settings.MinCell <= 1,
	}
	for _, one := range append([]part{distribution}, parts...) {
		s.Parts = append(s.Parts, link{
			Name: a.Code("insight.page", one.code), Address: one.path() + "?" + a.again().Encode(), Here: one.path() == path,
		})
	}
	return s
}

// again is what can be understood of the question, for a link to another page.
func (a asked) again() url.Values {
	values := url.Values{}
	if q := a.Query; !q.From.IsZero() && !q.To.IsZero() {
		values.Set("from", q.From.String())
		values.Set("to", q.To.String())
	}
	if a.units[a.Query.Unit] != "" {
		values.Set("unit", a.Query.Unit)
	}
	if _, known := a.p.Library.Current(a.Query.Battery); known {
		values.Set("battery", a.Query.Battery)
	}
	return values
}

func (p *Pages) batteries(r *page.Request) []page.Option {
	list := []page.Option{{Label: r.Text("insight.all_batteries")}}
	for _, b := range p.Library.Professional() {
		list = append(list, page.Option{Value: b.Code, Label: b.Name.In(r.Lang())})
	}
	return list
}

// ctx is the request's context.
func (a asked) ctx() context.Context { return a.Ctx() }

// labels are the words of the period and of what it is narrowed to.
func (a asked) labels() export.Labels {
	d := report.Distribution{From: a.Query.From, To: a.Query.To, Unit: a.Query.Unit, Battery: a.Query.Battery, MinCell: a.settings.MinCell}
	return export.DistributionLabels(d, a.Words, a.p.Library, a.units)
}

// head is what stands around a chart that is taken along by itself.
func (a asked) head(code, title string, n *int, notes ...string) figure.Head {
	labels := a.labels()
	parts := []string{labels.Period}
	if labels.Scope != "" {
		parts = append(parts, labels.Scope)
	}
	parts = append(parts, a.Text("chart.n", map[string]any{"n": a.number(n)}))
	return figure.Head{
		ID: code, Title: title, Subtitle: strings.Join(parts, " · "), Notes: append(notes, a.notes()...), Hidden: a.Text("chart.hidden"),
		Number: a.Words.Integer, Palette: figure.Light(),
	}
}

// notes are what must be known of every number of the report.
func (a asked) notes() []string {
	labels := a.labels()
	var notes []string
	if a.settings.Demo {
		notes = append(notes, labels.DemoNote)
	}
	if a.settings.MinCell <= 1 {
		return append(notes, labels.OpenNote)
	}
	return append(notes, labels.HiddenNote)
}

// withheld says why numbers are left out that are told of some questions alone.
func (a asked) withheld(are bool) []string {
	if !are {
		return nil
	}
	return []string{a.Text("insight.withheld")}
}

// number writes a count, or the word for a hidden one.
func (a asked) number(count *int) string {
	if count == nil {
		return a.Text("chart.hidden")
	}
	return a.Words.Integer(*count)
}

// share is how much of a whole a count is, "" where that can't be told.
func (a asked) share(count, whole *int) string {
	if p := percentOf(count, whole); p != nil {
		return a.Words.Percent(*p)
	}
	return ""
}

// percentOf is a whole percentage, rounded to the nearest; nil without one.
func percentOf(count, whole *int) *int {
	if count == nil || whole == nil || *whole <= 0 {
		return nil
	}
	p := (200*(*count) + *whole) / (2 * (*whole))
	return &p
}

// segmentNames are the names of the segments, short ones for narrow places.
func (a asked) segmentNames() (names map[segment.Segment]string, short []string) {
	names = map[segment.Segment]string{}
	for _, s := range segment.All {
		names[s] = a.Words.Segment(s)
		short = append(short, a.Words.SegmentShort(s))
	}
	return names, short
}
