package visit

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var detailLabels = page.Labels{
	"register": "visit.register", "battery": "visit.battery", "language": "visit.language", "plain": "visit.easy_language", "mode": "visit.mode",
	"present": "visit.present", "assessed_on": "visit.assessed_on", "client_ref": "visit_consent.client_ref",
}

// allModes are those that a draft can have.
var allModes = []assessment.Mode{assessment.Joint, assessment.Self, assessment.Phone, assessment.Paper}

type detailsData struct {
	options
	Assessment *assessment.Assessment
	Revision   int    // that the reader has seen
	Unit       string // which never changes
	Battery    string
	Fixed      bool // the professional has answered: the battery stays
	Today      string
	Stale      bool // somebody else changed it in the meantime
}

// details is the page on which a draft's circumstances are changed.
func (p *Pages) details(r *page.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	return p.showDetails(r, a, nil, a.Revision)
}

// changeDetails changes them.
func (p *Pages) changeDetails(r *page.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	values := r.Posted()
	form := &page.Form{Labels: detailLabels, Values: values}
	seen, _ := strconv.Atoi(values.Get("revision"))
	if r.Setting() {
		return p.showDetails(r, a, form, seen)
	}
	_, err = p.Assessments.Change(r.Ctx(), changeOf(a, values, seen))
	if fault.KindOf(err) == fault.PreconditionFailed {
		if a, err = p.read(r); err != nil {
			return err
		}
		return p.showDetails(r, a, nil, 0)
	}
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showDetails(r, a, form, seen)
	}
	return r.Redirect("/assessments/" + a.ID.String())
}

func changeOf(a *assessment.Assessment, values url.Values, seen int) assessment.Change {
	text := func(name string) *string { value := values.Get(name); return &value }
	plain, present := values.Get("plain") == yes, values["present"]
	in := assessment.Change{
		ID: a.ID, Precondition: assessment.Precondition{Given: true, Revisions: []int{seen}},
		Register: text("register"), Language: text("language"), Plain: &plain, Mode: text("mode"), Present: &present,
		AssessedOn: text("assessed_on"), ClientRef: text("client_ref"),
	}
	if values.Has("battery") {
		in.Battery = text("battery")
	}
	return in
}

// showDetails shows a draft's details, or what was typed in their place. A
// reader who has seen an older revision is told that these are the new ones.
func (p *Pages) showDetails(r *page.Request, a *assessment.Assessment, form *page.Form, seen int) error {
	if a.Status != assessment.Draft {
		return r.Redirect("/assessments/" + a.ID.String())
	}
	data := detailsData{
		Assessment: a, Revision: seen, Fixed: len(a.Professional) > 0, Today: today(r).String(),
	}
	status := 0
	if form == nil {
		form = &page.Form{Labels: detailLabels, Values: detailsOf(a)}
		data.Revision, data.Stale = a.Revision, seen != a.Revision
		if data.Stale {
			status = http.StatusPreconditionFailed
		}
	}
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	data.Unit = names[a.Unit]
	_, battery, err := p.Assessments.Batteries(a)
	if err != nil {
		return err
	}
	data.Battery = battery.Name.In(r.Lang())
	if data.options, err = p.options(r, allModes); err != nil {
		return err
	}
	if !has(data.Batteries, battery.Code) { // the draft keeps one that is no longer in use
		data.Batteries = append(data.Batteries, page.Option{Value: battery.Code, Label: data.Battery})
	}
	return p.templates.Render(r, "details", &page.View{Title: r.Text("visit.details.title"), Address: r.Request().URL.Path, Form: form, FormID: "details", Status: status, Data: data})
}

func has(options []page.Option, value string) bool {
	for _, one := range options {
		if one.Value == value {
			return true
		}
	}
	return false
}

func detailsOf(a *assessment.Assessment) url.Values {
	values := valuesOf(a)
	values.Set("mode", string(a.Mode))
	values.Set("assessed_on", a.AssessedOn.String())
	values.Set("client_ref", a.ClientRef)
	values["present"] = a.Present
	return values
}
