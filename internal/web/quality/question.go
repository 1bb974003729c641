package quality

import (
	"net/url"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// fields are the fields of a question, in the order in which they are asked.
var fields = []string{"battery", "from", "to", "unit", "language", "mode"}

// asked is what an address asks for; what it leaves out is the usual.
func (p *Pages) asked(r *page.Request, values url.Values) (url.Values, error) {
	settings, err := p.Settings.Current(r.Ctx())
	if err != nil {
		return nil, err
	}
	full := url.Values{}
	for _, name := range fields {
		if values.Get(name) != "" {
			full.Set(name, values.Get(name))
		}
	}
	if !values.Has("from") && !values.Has("to") {
		from, to := settings.Usual(calendar.DayOf(r.Now()))
		full.Set("from", from.String())
		full.Set("to", to.String())
	}
	if !values.Has("battery") {
		full.Set("battery", p.Library.Client().Ref())
	}
	return full, nil
}

// question reads what is asked for.
func (p *Pages) question(values url.Values) quality.Question {
	q := quality.Question{Unit: values.Get("unit"), Language: lang.Tag(values.Get("language")), Mode: assessment.Mode(values.Get("mode"))}
	q.From = day(&q.Prior, "/from", values.Get("from"))
	q.To = day(&q.Prior, "/to", values.Get("to"))
	if b, found := p.Library.Ref(values.Get("battery")); found {
		q.Battery, q.Version = b.Code, b.Version
	}
	return q
}

// day reads a day; an empty one the report itself complains about.
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

// batteries are all versions that this program knows, the client's first.
func (p *Pages) batteries(r *page.Request) []page.Option {
	var list []page.Option
	for _, b := range p.Library.Versions() {
		list = append(list, page.Option{Value: b.Ref(), Label: p.named(r, b)})
	}
	return list
}

func (p *Pages) named(r *page.Request, b *instrument.Battery) string {
	return r.Text("quality.version", map[string]any{"name": b.Name.In(r.Lang()), "version": b.Version})
}

// units are the ones that the reader's reports cover, by name.
func (p *Pages) units(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return nil, err
	}
	limit := r.Session.Actor.ReportUnits()
	var list []page.Option
	for code, name := range names {
		if limit == nil || slices.Contains(limit, code) {
			list = append(list, page.Option{Value: code, Label: name})
		}
	}
	slices.SortFunc(list, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return slices.Insert(list, 0, page.Option{Label: r.Text("quality.all_units")}), nil
}
