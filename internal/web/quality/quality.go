package quality

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// The addresses.
const (
	address  = "/report/instrument"
	renewal  = address + "/renewal"
	download = address + "/download"
)

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Settings tells which periods were agreed on and how small a shown number may be.
type Settings interface {
	Current(ctx context.Context) (setting.Settings, error)
}

// Deps is what the page stands on.
type Deps struct {
	Quality  *quality.Service
	Settings Settings
	Names    Names
	Library  *instrument.Library
}

// Pages are the page and its files.
type Pages struct {
	Deps
	templates *page.Templates
}

// New makes the page.
func New(kit *page.Kit, deps Deps) (*Pages, error) {
	t, err := kit.Templates(files)
	if err != nil {
		return nil, err
	}
	return &Pages{deps, t}, nil
}

// Routes lists the page, its files, and the wish for newer figures.
func (p *Pages) Routes() []page.Route {
	return []page.Route{
		{Method: http.MethodGet, Path: address, Gate: page.Expert, Handle: p.show},
		{Method: http.MethodPost, Path: renewal, Gate: page.Expert, Handle: p.renew},
		{Method: http.MethodGet, Path: download, Gate: page.Expert, Handle: p.download},
	}
}
