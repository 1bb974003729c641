package outcome

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// note writes down that the result was printed, recorded or discussed. Printing
// goes on to the page for the printer.
func (p *Pages) note(r *page.Request, a *assessment.Assessment) error {
	if err := p.spend(r, a, assessment.PhaseResult); err != nil {
		return err
	}
	kind := r.Form("kind")
	if _, err := p.assessments.Note(r.Ctx(), assessment.Note{ID: a.ID, Kind: kind}); err != nil {
		return err
	}
	language := ""
	if tag, ok := lang.Parse(r.Form("language")); ok {
		language = string(tag)
	}
	if kind == string(assessment.Printed) {
		return r.Redirect(address(a.ID, "print", language, "now", "1"))
	}
	return r.Redirect(address(a.ID, "result", language) + "#closing")
}
