package entry

import (
	"net/http"

	"github.com/omasuunta/omasuunta/internal/web/page"
)

// extend keeps the session from ending: being asked is enough. It tells a script
// how many seconds are left.
func (p *Pages) extend(r *page.Request) error {
	if !r.ByScript() {
		return r.Redirect(orHome(r.Form("back")))
	}
	return r.JSON(http.StatusOK, map[string]int{"left": (&page.View{Request: r}).SessionLeft()})
}

// preferences has nothing left to do: the kit has taken what was chosen.
func (p *Pages) preferences(r *page.Request) error {
	if r.ByScript() {
		return r.NoContent(http.StatusNoContent)
	}
	return r.Redirect(orHome(r.Form("back")))
}
