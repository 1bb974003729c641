package administration

import (
	"net/url"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var userLabels = page.Labels{
	"username": "administration.user.username", "name": "administration.user.name",
	"role": "administration.user.role", "unit": "administration.user.units",
	"register": "administration.user.registers",
}

// usersPage is what the list of users shows.
type usersPage struct {
	Users []userRow
	Done  string
}

type userRow struct {
	access.User
	UnitNames []string
}

func (p *Pages) users(r *page.Request) error {
	users, err := p.Access.Users(r.Ctx())
	if err != nil {
		return err
	}
	units, err := p.Access.Units(r.Ctx())
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, u := range units {
		names[u.Code] = u.Name
	}
	data := usersPage{Done: done(r)}
	for _, u := range users {
		row := userRow{User: u}
		for _, code := range u.Units {
			row.UnitNames = append(row.UnitNames, names[code])
		}
		data.Users = append(data.Users, row)
	}
	return p.templates.Render(r, "users", &page.View{Title: r.Text("administration.users"), Wide: true, Data: data})
}

// unitOptions are the units to choose from.
func (p *Pages) unitOptions(r *page.Request) ([]page.Option, error) {
	units, err := p.Access.Units(r.Ctx())
	var options []page.Option
	for _, u := range units {
		options = append(options, page.Option{Value: u.Code, Label: u.Name})
	}
	return options, err
}

// registerOptions are the registers to choose from.
func registerOptions(r *page.Request) []page.Option {
	return page.Named(r, "register", access.Registers...)
}

// registersOf are the registers that are ticked. None is not the same as not
// having asked, which would be both.
func registersOf(r *page.Request) []string { return append([]string{}, r.Posted()["register"]...) }

// valuesOf is how the form about a user begins.
func valuesOf(u access.User) url.Values {
	values := url.Values{"name": {u.Name}, "unit": u.Units}
	for _, register := range u.Registers {
		values.Add("register", string(register))
	}
	return values
}

// userPage is what the forms about a user show.
type userPage struct {
	User         access.User
	Self         bool // the reader's own
	Factors      access.Factors
	Units, Roles []page.Option
	Registers    []page.Option // nil where the role has both anyway
	Done         string
}

func (p *Pages) newUser(r *page.Request) error {
	return p.showNewUser(r, &page.Form{Values: valuesOf(access.User{Registers: access.Registers})})
}

func (p *Pages) showNewUser(r *page.Request, form *page.Form) error {
	units, err := p.unitOptions(r)
	if err != nil {
		return err
	}
	var roles []page.Option
	for _, role := range access.Roles {
		roles = append(roles, page.Option{Value: string(role), Label: r.Code("role", role), Help: r.Code("administration.role", role)})
	}
	form.Labels = userLabels
	return p.templates.Render(r, "user_new", &page.View{
		Title: r.Text("administration.user.new"), Form: form, FormID: "user", Data: userPage{Units: units, Roles: roles, Registers: registerOptions(r)},
	})
}

func (p *Pages) addUser(r *page.Request) error {
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showNewUser(r, form)
	}
	u, password, err := p.Access.AddUser(r.Ctx(), access.NewUser{
		Username: r.Form("username"), Name: r.Form("name"), Role: r.Form("role"), Units: r.Posted()["unit"], Registers: registersOf(r),
	})
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showNewUser(r, form)
	}
	return p.showPassword(r, u, password)
}

// passwordPage is what the page with a one-time password shows.
type passwordPage struct {
	User     access.User
	Password string
}

// showPassword shows a one-time password, which nobody can be shown again.
func (p *Pages) showPassword(r *page.Request, u access.User, password string) error {
	return p.templates.Render(r, "user_password", &page.View{
		Title: r.Text("administration.password.title"), FormID: "again", Data: passwordPage{u, password},
	})
}

// userAt reads the user of the path.
func (p *Pages) userAt(r *page.Request) (access.User, error) {
	id, err := r.ID()
	if err != nil {
		return access.User{}, err
	}
	return p.Access.UserByID(r.Ctx(), id)
}

func (p *Pages) user(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	return p.showUser(r, u, &page.Form{Values: valuesOf(u)})
}

func (p *Pages) showUser(r *page.Request, u access.User, form *page.Form) error {
	units, err := p.unitOptions(r)
	if err != nil {
		return err
	}
	factors, err := p.Access.FactorsOf(r.Ctx(), u.ID)
	if err != nil {
		return err
	}
	form.Labels = page.Labels{"name": userLabels["name"], "unit": userLabels["unit"], "register": userLabels["register"]}
	var registers []page.Option
	if u.Role == access.Professional {
		registers = registerOptions(r)
	}
	return p.templates.Render(r, "user", &page.View{
		Title: r.Text("administration.user.title"), Form: form, FormID: "user",
		Data: userPage{User: u, Self: u.ID == r.Session.Actor.ID, Factors: factors, Units: units, Registers: registers, Done: done(r)},
	})
}

func (p *Pages) changeUser(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	form := &page.Form{Values: r.Posted()}
	if r.Setting() {
		return p.showUser(r, u, form)
	}
	var registers []string // both
	if u.Role == access.Professional {
		registers = registersOf(r)
	}
	if err := p.Access.ChangeUser(r.Ctx(), u.ID, r.Form("name"), r.Posted()["unit"], registers); err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showUser(r, u, form)
	}
	return r.Redirect("/admin/users?done=changed")
}

func (p *Pages) disableUser(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	if err := p.Access.DisableUser(r.Ctx(), u.ID); err != nil {
		form := &page.Form{Values: valuesOf(u)}
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showUser(r, u, form)
	}
	return r.Redirect("/admin/users?done=disabled")
}

func (p *Pages) enableUser(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	if err := p.Access.EnableUser(r.Ctx(), u.ID); err != nil {
		return err
	}
	return r.Redirect("/admin/users?done=enabled")
}

// resetFactors takes away what a user logs in with beside the password.
func (p *Pages) resetFactors(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	if err := p.Access.ResetFactors(r.Ctx(), u.ID); err != nil {
		return err
	}
	return r.Redirect("/admin/users?done=factors")
}

// resetPassword gives a user a one-time password. When only the language is
// changed, the page shows again the one it had.
func (p *Pages) resetPassword(r *page.Request) error {
	u, err := p.userAt(r)
	if err != nil {
		return err
	}
	if r.Setting() {
		return p.showPassword(r, u, r.Form("shown"))
	}
	password, err := p.Access.ResetPassword(r.Ctx(), u.ID)
	if err != nil {
		return err
	}
	return p.showPassword(r, u, password)
}
