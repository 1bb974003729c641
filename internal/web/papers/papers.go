package papers

import (
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Deps is what the pages stand on.
type Deps struct {
	Papers document.Papers
	// PublicURL is where people reach the service, for example
	// "https://omasuunta.example".
	PublicURL string
}

// Pages are the pages of this package.
type Pages struct {
	Deps
	templates *page.Templates
}

// New parses the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	templates, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{deps, templates}, nil
}

// Routes lists the pages. What is blank is the same for everybody, and there for
// everybody: it is needed most when nobody can log in.
func (p *Pages) Routes() []page.Route {
	get := http.MethodGet
	return []page.Route{
		{Method: get, Path: "/forms", Gate: page.Open, Handle: p.forms},
		{Method: get, Path: "/forms/consent/document.pdf", Gate: page.Open, Handle: p.consentForm},
		{Method: get, Path: "/forms/:battery/document.pdf", Gate: page.Open, Handle: p.form},
		{Method: get, Path: "/brochure/document.pdf", Gate: page.Open, Handle: p.brochure},
		{Method: get, Path: "/assessments/:id/file", Gate: page.Professional, Needs: access.ReadClientFile, Handle: p.file},
		{Method: get, Path: "/assessments/:id/file/document.pdf", Gate: page.Professional, Needs: access.ReadClientFile, Handle: p.filePaper},
	}
}
