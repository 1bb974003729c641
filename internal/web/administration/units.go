package administration

import (
	"net/url"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var unitLabels = page.Labels{"code": "administration.unit.code", "name": "administration.unit.name"}

// unitsPage is what the list of units shows.
type unitsPage struct {
	Units       []access.Unit
	Emergencies int // that nobody has reviewed
	Done        string
}

func (p *Pages) units(r *page.Request) error { return p.showUnits(r, &page.Form{}) }

func (p *Pages) showUnits(r *page.Request, form *page.Form) error {
	units, err := p.Access.Units(r.Ctx())
	if err != nil {
		return err
	}
	waiting, err := p.Access.UnreviewedEmergencies(r.Ctx())
	if err != nil {
		return err
	}
	form.Labels, form.Values = unitLabels, r.Posted()
	return p.templates.Render(r, "units", &page.View{
		Title: r.Text("administration.units"), Form: form, FormID: "unit", Data: unitsPage{units, waiting, done(r)},
	})
}

func (p *Pages) addUnit(r *page.Request) error {
	form := &page.Form{}
	if r.Setting() {
		return p.showUnits(r, form)
	}
	if err := p.Access.AddUnit(r.Ctx(), access.Unit{Code: r.Form("code"), Name: r.Form("name")}); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showUnits(r, form)
	}
	return r.Redirect("/admin/units?done=added")
}

// unitAt reads the unit of the path.
func (p *Pages) unitAt(r *page.Request) (access.Unit, error) {
	units, err := p.Access.Units(r.Ctx())
	if err != nil {
		return access.Unit{}, err
	}
	i := slices.IndexFunc(units, func(u access.Unit) bool { return u.Code == r.Param("code") })
	if i < 0 {
		return access.Unit{}, fault.New(fault.NotFound)
	}
	return units[i], nil
}

func (p *Pages) unit(r *page.Request) error {
	u, err := p.unitAt(r)
	if err != nil {
		return err
	}
	return p.showUnit(r, u, &page.Form{Values: url.Values{"name": {u.Name}}})
}

func (p *Pages) showUnit(r *page.Request, u access.Unit, form *page.Form) error {
	form.Labels = unitLabels
	return p.templates.Render(r, "unit", &page.View{Title: r.Text("administration.unit.rename"), Form: form, FormID: "unit", Data: u})
}

func (p *Pages) renameUnit(r *page.Request) error {
	u, err := p.unitAt(r)
	if err != nil {
		return err
	}
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showUnit(r, u, form)
	}
	if err := p.Access.RenameUnit(r.Ctx(), u.Code, r.Form("name")); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showUnit(r, u, form)
	}
	return r.Redirect("/admin/units?done=renamed")
}
