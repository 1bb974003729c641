package answering

import (
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// handOver gives the screen to the client. What was typed on the page with the
// button is saved first.
func (p *Pages) handOver(r *page.Request) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	if a.Status == assessment.Draft {
		s, err := p.saveClient(r, a)
		if err != nil {
			return err
		}
		for item := range s.clashes {
			return r.Redirect(address(a.ID, "/client/"+item))
		}
	}
	if err := p.Screens.HandOver(r.Ctx(), r.Token(), a.ID); err != nil {
		return err
	}
	if item := r.Form("item"); item != "" {
		if client, _, err := p.Assessments.Batteries(a); err == nil && client.Index(item) >= 0 {
			return r.Redirect(address(a.ID, "/client/"+item))
		}
	}
	return r.Redirect(address(a.ID, "/client"))
}

// takeBackLabels name what proves that the professional is there: who came in with
// sealed codes has them and perhaps no password.
func takeBackLabels(r *page.Request) page.Labels {
	if r.Session.Actor.Role == access.Emergency {
		return page.Labels{"password": "emergency.take_back.code"}
	}
	return page.Labels{"password": "answering.take_back.password"}
}

func (p *Pages) showTakeBack(r *page.Request) error {
	if r.Session.HandedOverTo == uuid.Nil {
		return r.Redirect("/")
	}
	return p.takeBackForm(r, &page.Form{Labels: takeBackLabels(r)})
}

func (p *Pages) takeBackForm(r *page.Request, form *page.Form) error {
	return p.templates.Render(r, "take_back", &page.View{
		Title: r.Text("answering.take_back"), Form: form, FormID: "take-back", Focus: true,
		Data: takeBackPage{Cancel: address(r.Session.HandedOverTo, "/client"), Ways: p.waysBack(r)},
	})
}

// takeBackPage is what the page for taking the screen back shows.
type takeBackPage struct {
	Cancel string
	Ways   []page.Link
}

// waysBack are the other logins that prove that the professional is there.
func (p *Pages) waysBack(r *page.Request) []page.Link {
	if p.Ways == nil {
		return nil
	}
	return p.Ways(r)
}

// takeBack gives the screen back to the professional, who proves to be there
// with the password.
func (p *Pages) takeBack(r *page.Request) error {
	to := r.Session.HandedOverTo
	if to == uuid.Nil {
		return r.Redirect("/")
	}
	form := &page.Form{Labels: takeBackLabels(r)}
	if r.Setting() {
		return p.takeBackForm(r, form)
	}
	right, err := r.GuessAs("", r.Own())
	if err != nil {
		return err
	}
	if err := form.Take(p.Screens.TakeBack(r.Ctx(), r.Token(), r.Form("password"))); err != nil {
		return err
	}
	if form.Invalid() {
		return p.takeBackForm(r, form)
	}
	right()
	a, err := p.Assessments.Assessment(r.Ctx(), to)
	if err != nil {
		return err
	}
	if a.Status == assessment.Draft {
		return r.Redirect(address(to, "/"+string(instrument.Professional)))
	}
	return r.Redirect(address(to, "/result"))
}
