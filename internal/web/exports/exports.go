package exports

import (
	"context"
	"embed"
	"net/http"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Extracts *extract.Service
	Access   *access.Service
	Names    Names
	Deadline func() time.Time // until when a reader may take for the next part of a file; nil for the server's own
}

// Pages are the pages about rows for research.
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
	expert := func(method, path string, handle page.Handler) page.Route {
		return page.Route{Method: method, Path: path, Gate: page.Expert, Needs: access.ExportRows, Handle: handle}
	}
	admin := func(method, path string, handle page.Handler) page.Route {
		return page.Route{Method: method, Path: path, Gate: page.Admin, Handle: handle}
	}
	return []page.Route{
		expert(http.MethodGet, "/exports", p.list),
		expert(http.MethodPost, "/exports", p.ask),
		expert(http.MethodGet, "/exports/:id/file", p.fetch),
		expert(http.MethodGet, "/exports/:id/manifest", p.manifest),
		expert(http.MethodPost, "/exports/:id/deletion", p.drop),
		expert(http.MethodGet, "/exports/permits/:id/codebook", p.codeBook),
		admin(http.MethodGet, "/admin/permissions", p.permits),
		admin(http.MethodPost, "/admin/permissions", p.grant),
		admin(http.MethodPost, "/admin/permissions/:id/revocation", p.revoke),
	}
}
