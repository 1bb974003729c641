package trial

import (
	"context"
	"embed"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/trial"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Names names units by code.
type Names interface {
	UnitNames(ctx context.Context) (map[string]string, error)
}

// Settings tells which periods were agreed on.
type Settings interface {
	Current(ctx context.Context) (setting.Settings, error)
}

// Deps is what the pages stand on.
type Deps struct {
	Trials   *trial.Service
	Diary    *diary.Service
	Settings Settings
	Names    Names
	Library  *instrument.Library
}

// Pages are the expert's pages about a trial.
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
	return []page.Route{
		{Method: http.MethodGet, Path: "/report/trial", Gate: page.Expert, Handle: p.report},
		{Method: http.MethodGet, Path: "/report/trial/download", Gate: page.Expert, Handle: p.download},
		{Method: http.MethodGet, Path: "/report/diary", Gate: page.Expert, Handle: p.diary},
		{Method: http.MethodPost, Path: "/report/diary", Gate: page.Expert, Handle: p.addEntry},
		{Method: http.MethodGet, Path: "/report/diary/:id", Gate: page.Expert, Handle: p.entry},
		{Method: http.MethodPost, Path: "/report/diary/:id", Gate: page.Expert, Handle: p.changeEntry},
		{Method: http.MethodPost, Path: "/report/diary/:id/remove", Gate: page.Expert, Handle: p.removeEntry},
	}
}
