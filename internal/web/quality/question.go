package quality

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
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
	q.From = page.Day(&q.Prior, values, "from")
	q.To = page.Day(&q.Prior, values, "to")
	if b, found := p.Library.Ref(values.Get("battery")); found {
		q.Battery, q.Version = b.Code, b.Version
	}
	return q
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

// units are the ones that the reader's reports cover.
func (p *Pages) units(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	return r.ReportUnits(names, page.Option{Label: r.Text("quality.all_units")}), err
}
