package transcribe

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Deps is what the pages work with.
type Deps struct {
	Assessments *assessment.Service
	Content     *content.Service
	Library     *instrument.Library
	Names       Names
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
	return &Pages{Deps: deps, templates: templates}, nil
}

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	get, post := http.MethodGet, http.MethodPost
	return []page.Route{
		{Method: get, Path: "/paper", Gate: page.Professional, Handle: p.askCode},
		{Method: post, Path: "/paper", Gate: page.Professional, Handle: p.enterCode},
		{Method: get, Path: "/paper/:code", Gate: page.Professional, Handle: p.blank},
		{Method: post, Path: "/paper/:code", Gate: page.Professional, Handle: p.typed},
	}
}

// units are the actor's own.
func (p *Pages) units(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	return r.OwnUnits(names), err
}

// yes is the value of what can be ticked.
const yes = "1"
