package administration

import (
	"net/url"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// retentionPage is how long what is kept, and what is due. It shows counts and no
// ids: nothing tells about a client.
type retentionPage struct {
	Clients, Technical []retentionField
	Day                string
	Due                []retentionDue
	Done               string
}

type retentionField struct{ Name, Help string }

type retentionDue struct {
	Kind   retention.Kind
	Unit   string // name, "" for none
	Count  int
	Oldest string
}

func (p *Pages) retention(r *page.Request) error {
	rules, err := p.Retention.Rules(r.Ctx())
	if err != nil {
		return err
	}
	values := url.Values{}
	for _, rule := range rules {
		if rule.Days != retention.Keep {
			values.Set(string(rule.Kind), strconv.Itoa(rule.Days))
		}
	}
	return p.showRetention(r, &page.Form{Values: values})
}

func (p *Pages) showRetention(r *page.Request, form *page.Form) error {
	plan, err := p.Retention.Plan(r.Ctx(), false)
	if err != nil {
		return err
	}
	units, err := p.unitNames(r)
	if err != nil {
		return err
	}
	data := retentionPage{Day: r.Date(plan.Day), Done: done(r)}
	for _, d := range plan.Due {
		data.Due = append(data.Due, retentionDue{d.Kind, units[d.Unit], d.Count, r.Date(d.Oldest)})
	}
	form.Labels = page.Labels{}
	for _, rule := range retention.Defaults() {
		form.Labels[string(rule.Kind)] = "retention.kind." + string(rule.Kind)
		field := retentionField{string(rule.Kind), "help:retention.start." + string(rule.Kind)}
		if rule.Technical {
			data.Technical = append(data.Technical, field)
		} else {
			data.Clients = append(data.Clients, field)
		}
	}
	return p.templates.Render(r, "retention", &page.View{Title: r.Text("nav.retention"), Form: form, FormID: "retention", Data: data})
}

func (p *Pages) changeRetention(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showRetention(r, form)
	}
	values := map[string]string{}
	for _, kind := range retention.Kinds() {
		if posted, ok := r.Posted()[string(kind)]; ok {
			values[string(kind)] = posted[0]
		}
	}
	if err := p.Retention.ChangeRules(r.Ctx(), values); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showRetention(r, form)
	}
	return r.Redirect("/admin/retention?done=saved")
}
