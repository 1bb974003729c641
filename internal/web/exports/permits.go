package exports

import (
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var grantLabels = page.Labels{
	"user": "extract.user", "reference": "extract.reference", "purpose": "extract.purposes", "unit": "extract.units", "register": "extract.registers",
	"from": "extract.visits.from", "to": "extract.visits.to", "columns": "extract.columns", "valid_from": "extract.valid.from", "valid_until": "extract.valid.until",
}

// The columns beyond the usual ones that a permit can open.
const (
	withItems = "items"
	withDays  = "days"
)

// permitRow is a permit in words.
type permitRow struct {
	ID                         uuid.UUID
	Reference, Whose           string
	Purposes, Units, Registers string
	Visits, From, Until        string
	Items, Days                bool
	State                      extract.PermitState
}

// permitRows are permits in words, for whoever sees the page.
func (p *Pages) permitRows(r *page.Request, permits []extract.Permit) ([]permitRow, error) {
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return nil, err
	}
	rows := make([]permitRow, len(permits))
	for i, one := range permits {
		rows[i] = permitRow{
			ID: one.ID, Reference: one.Reference, Visits: r.Date(one.From) + "–" + r.Date(one.To), From: r.Date(one.ValidFrom), Until: r.Date(one.ValidUntil),
			Items: one.Items, Days: one.Days, State: one.StateOn(p.Extracts.Today()),
		}
		var names []string
		for _, code := range one.Units {
			names = append(names, units[code])
		}
		rows[i].Units, rows[i].Purposes, rows[i].Registers = strings.Join(names, "; "), named(r, "extract.purpose", one.Purposes), named(r, "register", one.Registers)
	}
	return rows, nil
}

// named lists codes by their names.
func named[T ~string](r *page.Request, family string, codes []T) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = r.Code(family, code)
	}
	return strings.Join(names, "; ")
}

// permitsPage is what an administrator sees.
type permitsPage struct {
	Permits                                     []permitRow
	Users, Purposes, Units, Registers, Optional []page.Option
	Done                                        string
}

func (p *Pages) permits(r *page.Request) error {
	return p.showPermits(r, &page.Form{Values: url.Values{"valid_from": {p.Extracts.Today().String()}}})
}

func (p *Pages) showPermits(r *page.Request, form *page.Form) error {
	permits, err := p.Extracts.AllPermits(r.Ctx())
	if err != nil {
		return err
	}
	users, err := p.Access.Users(r.Ctx())
	if err != nil {
		return err
	}
	units, err := p.Access.Units(r.Ctx())
	if err != nil {
		return err
	}
	data := permitsPage{
		Purposes: page.Named(r, "extract.purpose", extract.Purposes...), Registers: page.Named(r, "register", access.Registers...),
		Optional: page.Named(r, "extract.columns", withItems, withDays), Done: r.QueryParam("done"),
	}
	for _, u := range units {
		data.Units = append(data.Units, page.Option{Value: u.Code, Label: u.Name})
	}
	names := map[uuid.UUID]string{}
	for _, u := range users {
		names[u.ID] = u.Name
		if u.Role == access.Expert && !u.Disabled() {
			data.Users = append(data.Users, page.Option{Value: u.ID.String(), Label: u.Name + " (" + u.Username + ")"})
		}
	}
	if data.Permits, err = p.permitRows(r, permits); err != nil {
		return err
	}
	for i, one := range permits {
		data.Permits[i].Whose = names[one.User]
	}
	form.Labels = grantLabels
	return p.templates.Render(r, "permits", &page.View{Title: r.Text("nav.permissions"), Form: form, FormID: "grant", Address: "/admin/permissions", Data: data})
}

func (p *Pages) grant(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showPermits(r, form)
	}
	user, _ := uuid.Parse(r.Form("user")) // nobody is no expert
	has := func(what string) bool { return slices.Contains(r.Posted()["columns"], what) }
	_, err := p.Extracts.Grant(r.Ctx(), extract.Grant{
		User: user, Reference: r.Form("reference"), Purposes: r.Posted()["purpose"], Units: r.Posted()["unit"], Registers: r.Posted()["register"],
		From: r.Form("from"), To: r.Form("to"), Items: has(withItems), Days: has(withDays), ValidFrom: r.Form("valid_from"), ValidUntil: r.Form("valid_until"),
	})
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showPermits(r, form)
	}
	return r.Redirect("/admin/permissions?done=granted")
}

func (p *Pages) revoke(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	if r.Setting() {
		return r.Redirect("/admin/permissions")
	}
	if err := p.Extracts.Revoke(r.Ctx(), id); err != nil {
		return err
	}
	return r.Redirect("/admin/permissions?done=revoked")
}
