package insight

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Settings tells which periods were agreed on and how small a shown number may be.
type Settings interface {
	Current(ctx context.Context) (setting.Settings, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Reports  *report.Service
	Settings Settings
	Names    Names
	Library  *instrument.Library
}

// Pages are the expert's pages.
type Pages struct {
	Deps
	templates *page.Templates
}

// New makes the pages.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	t, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{deps, t}, nil
}

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	routes := []page.Route{
		{Method: http.MethodGet, Path: distribution.path(), Gate: page.Expert, Handle: p.report},
		{Method: http.MethodGet, Path: distribution.download(), Gate: page.Expert, Handle: p.download},
		{Method: http.MethodPost, Path: "/report/publish", Gate: page.Expert, Handle: p.publish},
	}
	for _, one := range parts {
		routes = append(routes,
			page.Route{Method: http.MethodGet, Path: one.path(), Gate: page.Expert, Handle: p.show(one)},
			page.Route{Method: http.MethodGet, Path: one.download(), Gate: page.Expert, Handle: p.send(one)})
	}
	return routes
}
