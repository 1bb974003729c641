package outcome

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// paper is the page that the client takes home as a file to keep or to print.
func (p *Pages) paper(r *page.Request, a *assessment.Assessment) error {
	speak(r, a)
	return r.Paper(p.papers.ResultOf(r.Ctx(), a, r.Lang()))
}
