package entry

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

const emergencyPath = "/login/emergency"

// emergencyRoutes are those of coming in with sealed codes: first the codes, then
// who it is.
func (p *Pages) emergencyRoutes() []page.Route {
	return []page.Route{
		{Method: http.MethodGet, Path: emergencyPath, Gate: page.Open, Handle: p.emergencyForm},
		{Method: http.MethodPost, Path: emergencyPath, Gate: page.Open, Handle: p.checkEmergency},
		{Method: http.MethodPost, Path: emergencyPath + "/open", Gate: page.Open, Handle: p.openEmergency},
	}
}

var emergencyLabels = page.Labels{"first": "emergency.first", "second": "emergency.second", "user": "emergency.user", "witness": "emergency.witness"}

// emergencyPage is what the pages of the codes and of the people show.
type emergencyPage struct {
	Said             string // saidWrong or saidWait
	Minutes          int
	Unit             string
	Users, Witnesses []page.Option
	First, Second    string // the codes, carried along
	status           int
}

func (p *Pages) emergencyForm(r *page.Request) error {
	if user(r) {
		return r.Redirect(home)
	}
	prepared, err := p.Access.EmergencyPrepared(r.Ctx())
	if err != nil {
		return err
	}
	if !prepared {
		return r.Redirect("/login")
	}
	return p.showEmergency(r, &page.Form{}, emergencyPage{})
}

func (p *Pages) showEmergency(r *page.Request, form *page.Form, data emergencyPage) error {
	form.Labels, form.Values = emergencyLabels, r.Posted()
	return p.templates.Render(r, "emergency", &page.View{
		Title: r.Text("emergency.title"), Address: emergencyPath, Form: form, FormID: "emergency", Status: data.status, Data: data,
	})
}

func typedCodes(r *page.Request) access.EmergencyCodes {
	return access.EmergencyCodes{First: r.Form("first"), Second: r.Form("second")}
}

// checkEmergency takes a look at two codes and asks who it is.
func (p *Pages) checkEmergency(r *page.Request) error {
	if r.Setting() {
		return p.showEmergency(r, &page.Form{}, emergencyPage{})
	}
	return p.withCodes(r, func(form *page.Form) error { return p.askWho(r, form) })
}

// askWho shows who can come in with codes that are right.
func (p *Pages) askWho(r *page.Request, form *page.Form) error {
	people, err := p.Access.CheckEmergency(r.Ctx(), typedCodes(r))
	if err != nil {
		return err
	}
	form.Labels, form.Values = emergencyLabels, r.Posted()
	data := emergencyPage{Unit: people.Name, First: r.Form("first"), Second: r.Form("second"), Users: named(r, people.Users), Witnesses: named(r, people.Witnesses)}
	return p.templates.Render(r, "emergency_who", &page.View{
		Title: r.Text("emergency.who.title"), Address: emergencyPath, Form: form, FormID: "emergency", Data: data,
	})
}

// named are people to choose from; nobody is chosen beforehand.
func named(r *page.Request, people []access.User) []page.Option {
	options := []page.Option{{Label: r.Text("emergency.choose")}}
	for _, u := range people {
		options = append(options, page.Option{Value: u.ID.String(), Label: u.Name})
	}
	return options
}

// openEmergency begins the session.
func (p *Pages) openEmergency(r *page.Request) error {
	return p.withCodes(r, func(form *page.Form) error {
		if r.Setting() {
			return p.askWho(r, form)
		}
		who, _ := uuid.Parse(r.Form("user")) // what is none is nobody
		witness, _ := uuid.Parse(r.Form("witness"))
		token, err := p.Access.OpenEmergency(r.Ctx(), typedCodes(r), who, witness)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				return err
			}
			if err := form.Take(err); err != nil {
				return err
			}
			return p.askWho(r, form)
		}
		if err := p.endBefore(r); err != nil {
			return err
		}
		r.Begin(token) // codes from an envelope make no browser one of somebody's
		return r.Redirect(home)
	})
}

// withCodes does something with two codes, which counts as a guess when they are
// wrong. A slip of the pen is shown and counts as nothing.
func (p *Pages) withCodes(r *page.Request, do func(form *page.Form) error) error {
	form := &page.Form{}
	right, err := r.Guess("") // for nobody in particular: nobody can be locked out
	if f, ok := limited(err); ok {
		wait(r, f)
		return p.showEmergency(r, form, emergencyPage{Said: saidWait, Minutes: minutes(f), status: http.StatusTooManyRequests})
	}
	if err != nil {
		return err
	}
	err = do(form)
	switch fault.KindOf(err) {
	case fault.Unauthenticated:
		return p.showEmergency(r, form, emergencyPage{Said: saidWrong, status: http.StatusUnauthorized})
	case fault.Invalid:
		right()
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showEmergency(r, form, emergencyPage{})
	}
	if err == nil {
		right()
	}
	return err
}
