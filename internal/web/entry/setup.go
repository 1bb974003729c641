package entry

import (
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// setupForm asks for the first administrator.
func (p *Pages) setupForm(r *page.Request) error {
	if err := p.Access.CheckSetupLink(r.Ctx(), r.Param("link")); err != nil {
		return p.setupFailed(r, err)
	}
	return p.showSetup(r, &page.Form{})
}

func (p *Pages) showSetup(r *page.Request, form *page.Form) error {
	form.Labels = page.Labels{"username": "entry.username", "name": "entry.setup.name", "password": "entry.password", "again": "entry.password.again"}
	form.Values = r.Posted()
	return p.templates.Render(r, "setup", &page.View{
		Title: r.Text("entry.setup.title"), Form: form, FormID: "setup", Data: passwordPage{Min: access.MinPassword},
	})
}

// setupFailed says in words of its own that a link is used up: nobody is there
// yet who could send another.
func (p *Pages) setupFailed(r *page.Request, err error) error {
	if fault.KindOf(err) != fault.Gone {
		return err
	}
	return p.templates.Render(r, "setup_gone", &page.View{Title: r.Text("entry.setup.gone.title"), Status: http.StatusGone})
}

// setup creates the first administrator and logs them in.
func (p *Pages) setup(r *page.Request) error {
	if err := p.Access.CheckSetupLink(r.Ctx(), r.Param("link")); err != nil {
		return p.setupFailed(r, err)
	}
	form := &page.Form{}
	if r.Setting() || mismatch(form, r.Form("password"), r.Form("again")) {
		return p.showSetup(r, form)
	}
	token, err := p.Access.CreateFirstAdmin(r.Ctx(), r.Param("link"), access.FirstAdmin{
		Username: r.Form("username"), Name: r.Form("name"), Password: r.Form("password"),
	})
	if err != nil {
		if err := form.Take(err); err != nil {
			return p.setupFailed(r, err)
		}
		return p.showSetup(r, form)
	}
	if err := p.begin(r, token); err != nil {
		return err
	}
	return r.Redirect("/admin/units")
}
