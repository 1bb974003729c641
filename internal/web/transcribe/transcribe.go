package transcribe

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"

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

// units are the actor's own, in the order of their names.
func (p *Pages) units(r *page.Request) ([]page.Option, error) {
	names, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return nil, err
	}
	var options []page.Option
	for _, code := range r.Session.Actor.Units {
		options = append(options, page.Option{Value: code, Label: names[code]})
	}
	slices.SortFunc(options, func(a, b page.Option) int { return strings.Compare(a.Label, b.Label) })
	return options, nil
}

// named makes options of the codes of a family of messages.
func named[T ~string](r *page.Request, family string, codes ...T) []page.Option {
	var options []page.Option
	for _, code := range codes {
		options = append(options, page.Option{Value: string(code), Label: r.Code(family, code)})
	}
	return options
}

// yes is the value of what can be ticked.
const yes = "1"
