package outcome

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// print is the page that the client takes home. With now=1 it asks the browser to
// print it; without scripts the browser's own command does.
func (p *Pages) print(r *page.Request, a *assessment.Assessment) error {
	language := speak(r, a)
	gathered, err := p.sources.Gather(r.Ctx(), a)
	if err != nil {
		return err
	}
	on := document.Screen{Back: address(a.ID, "result", language)}
	scripts := "'none'"
	if r.QueryParam("now") != "" {
		on.Script, scripts = (&page.View{Request: r}).Asset("js/print.js"), "'self'"
	}
	var b bytes.Buffer
	if err := document.Page(&b, gathered, r.Lang(), on); err != nil {
		return err
	}
	h := r.Response().Header()
	h.Set("Content-Language", string(r.Lang()))
	h.Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; script-src "+scripts+"; style-src "+document.StyleHash()+
		"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return r.HTMLBlob(http.StatusOK, b.Bytes())
}
