package visit

import (
	"slices"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var abandonLabels = page.Labels{"reason": "visit.abandon.reason"}

// abandonReasons are why a visit that was begun is not finished.
var abandonReasons = []string{"no_time", "too_tired", "not_interested", "acute_confusion", "memory_illness", "language", "technical_fault", "other"}

type abandonData struct {
	Assessment *assessment.Assessment
	Reasons    []page.Option
}

// abandon asks why a draft is given up, and says what that means.
func (p *Pages) abandon(r *page.Request) error {
	return p.showAbandon(r, &page.Form{Labels: abandonLabels})
}

func (p *Pages) showAbandon(r *page.Request, form *page.Form) error {
	a, err := p.read(r)
	if err != nil {
		return err
	}
	if a.Status != assessment.Draft {
		return r.Redirect("/assessments/" + a.ID.String())
	}
	data := abandonData{Assessment: a, Reasons: page.Named(r, "reason", abandonReasons...)}
	return p.templates.Render(r, "abandon", &page.View{Title: r.Text("visit.abandon.title"), Address: r.Request().URL.Path, Form: form, FormID: "abandon", Data: data})
}

// giveUp deletes a draft and writes down that it was not finished.
func (p *Pages) giveUp(r *page.Request) error {
	form := &page.Form{Labels: abandonLabels, Values: r.Posted()}
	if r.Setting() {
		return p.showAbandon(r, form)
	}
	id, err := r.ID()
	if err != nil {
		return err
	}
	reason := r.Form("reason")
	if !slices.Contains(abandonReasons, reason) {
		form.Findings.Add("/reason", fault.Required, nil)
		return p.showAbandon(r, form)
	}
	if _, err := p.Assessments.Abandon(r.Ctx(), assessment.Abandon{ID: id, Reason: reason}); err != nil {
		return err
	}
	return r.Redirect("/?done=abandoned")
}
