package visit

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

type eraseData struct {
	Assessment *assessment.Assessment
	Erasure    retention.Erasure
	Reason     retention.Reason // for which the consent at hand is held, "" for none
	Last       bool             // the second of the two steps
}

// erasure says what an erasure takes away and what it leaves, and asks once more
// on a page of its own.
func (p *Pages) erasure(r *page.Request) error {
	return p.showErasure(r, r.QueryParam("step") == "2")
}

func (p *Pages) showErasure(r *page.Request, last bool) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	data := eraseData{Assessment: a}
	if data.Erasure, err = p.Retention.Erasure(r.Ctx(), a.ConsentID); err != nil {
		return err
	}
	if data.Reason, err = p.heldFor(r, a); err != nil {
		return err
	}
	data.Last = last && !data.Erasure.Held && !data.Erasure.Foreign
	title := r.Text("retention.erase.title")
	if data.Last {
		title = r.Text("retention.erase.last")
	}
	return p.templates.Render(r, "erase", &page.View{Title: title, Address: r.Request().URL.Path, FormID: "erase", Data: data})
}

// heldFor is why the consent of an assessment is held, "" when it is not.
func (p *Pages) heldFor(r *page.Request, a *assessment.Assessment) (retention.Reason, error) {
	hold, _, err := p.Retention.Held(r.Ctx(), a.ConsentID)
	return hold.Reason, err
}

// erase deletes all that is kept about a client, if the form comes from the second
// step.
func (p *Pages) erase(r *page.Request) error {
	if r.Setting() || r.Form("sure") != yes {
		return p.showErasure(r, true)
	}
	a, err := p.read(r)
	if err != nil {
		return err
	}
	_, err = p.Retention.Erase(r.Ctx(), a.ConsentID)
	if code := fault.CodeOf(err); code == fault.CodeLegalHold || code == fault.CodeOtherRegister {
		return p.showErasure(r, true) // so since the page was made
	}
	if err != nil {
		return err
	}
	return r.Redirect("/?done=erased")
}
