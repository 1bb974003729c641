package outcome

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// confirm stores what was agreed upon.
func (p *Pages) confirm(r *page.Request, a *assessment.Assessment) error {
	own := r.Words
	language := speak(r, a)
	if err := p.spend(r, a, assessment.PhaseResult); err != nil {
		return err
	}
	form := &page.Form{Labels: planLabels, Values: r.Posted()}
	rows := rowsOf(form.Values)
	switch {
	case r.Setting():
		return p.show(r, a, own, language, form, rows)
	case r.Form("more") != "":
		return p.show(r, a, own, language, form, min(rows+moreRows, assessment.MaxActions))
	}
	err := p.store(r, a)
	if fault.KindOf(err) == fault.Conflict {
		if now, again := p.assessments.Result(r.Ctx(), a.ID); again == nil && now.Status == assessment.Confirmed {
			// Sent a second time, or with the back button: what was agreed stays.
			return r.Redirect(address(a.ID, "result", language, "already", "1"))
		}
	}
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.show(r, a, own, language, form, rows)
	}
	return r.Redirect(address(a.ID, "result", language) + "#agreed")
}

// store confirms with what the form says. The findings point to its fields.
func (p *Pages) store(r *page.Request, a *assessment.Assessment) error {
	gathered, err := p.sources.Gather(r.Ctx(), a)
	if err != nil {
		return err
	}
	told, err := document.Tell(gathered, r.Lang())
	if err != nil {
		return err
	}
	actions := suggested(told, r.Posted()["suggestion"])
	own, rows := written(r.Posted())
	_, err = p.assessments.Confirm(r.Ctx(), assessment.Confirm{
		ID: a.ID, Segment: r.Form("segment"), Reason: r.Form("reason"), Actions: append(actions, own...),
		ReviewOn: reviewOn(r.Posted(), calendar.DayOf(r.Now())),
	})
	return mended(err, len(actions), rows)
}
