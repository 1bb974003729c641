package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/trial"
	"github.com/omasuunta/omasuunta/internal/web/administration"
	"github.com/omasuunta/omasuunta/internal/web/answering"
	"github.com/omasuunta/omasuunta/internal/web/entry"
	"github.com/omasuunta/omasuunta/internal/web/exports"
	"github.com/omasuunta/omasuunta/internal/web/insight"
	"github.com/omasuunta/omasuunta/internal/web/outcome"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/papers"
	"github.com/omasuunta/omasuunta/internal/web/previsit"
	instrumentpages "github.com/omasuunta/omasuunta/internal/web/quality"
	surveypages "github.com/omasuunta/omasuunta/internal/web/survey"
	"github.com/omasuunta/omasuunta/internal/web/transcribe"
	trialpages "github.com/omasuunta/omasuunta/internal/web/trial"
	"github.com/omasuunta/omasuunta/internal/web/visit"
)

// House is what the pages need to know of the house besides the use cases.
type House interface {
	UnitNames(ctx context.Context) (map[string]string, error)
	ReportSettings(ctx context.Context) (setting.Settings, error)
}

// Deps are the use cases behind the pages.
type Deps struct {
	Access      *access.Service
	Assessments *assessment.Service
	Content     *content.Service
	Invitations *invitation.Service
	Reports     *report.Service
	Trials      *trial.Service
	Diary       *diary.Service
	Surveys     *survey.Service
	Quality     *quality.Service
	Settings    *setting.Service
	Library     *instrument.Library
	Archive     *archive.Service
	Retention   *retention.Service
	Extracts    *extract.Service
	House       House
	Clock       page.Clock
	Providers   []*oidc.Provider // that people can log in at, none by default
	Card        *card.Reader     // of the smart cards that people can log in with, nil for none
	Deadline    func() time.Time // until when a reader may take for the next part of a large file
	PublicURL   string           // where people reach the service; links that leave it begin so
}

// Pages are all pages. They implement what package server asks of them.
type Pages struct {
	kit    *page.Kit
	visit  *visit.Pages
	routes []page.Route
	fail   func(c echo.Context, status int, f *fault.Error, requestID string) error
}

// New puts the pages together.
func New(deps Deps) (*Pages, error) {
	kit, err := page.New(page.Config{
		Sessions: deps.Access, Clock: deps.Clock, Secure: strings.HasPrefix(deps.PublicURL, "https:"),
		Demo: func(ctx context.Context) (bool, error) {
			s, err := deps.Settings.Current(ctx)
			return s.Demo, err
		},
	})
	if err != nil {
		return nil, err
	}
	p := &Pages{kit: kit}
	if p.fail, err = kit.Failures(); err != nil {
		return nil, err
	}
	return p, p.add(deps)
}

// add makes the pages of every part of the way through.
func (p *Pages) add(deps Deps) error {
	address := strings.TrimRight(deps.PublicURL, "/")
	made := document.Papers{Assessments: deps.Assessments, Library: deps.Library, Content: deps.Content, House: deps.House}
	entry, err := entry.New(p.kit, entry.Deps{
		Access: deps.Access, Content: deps.Content, Settings: deps.Settings, Providers: deps.Providers, Card: deps.Card, PublicURL: address,
	})
	if err != nil {
		return err
	}
	p.kit.AskLogin(entry.AskLogin)
	if p.visit, err = visit.New(p.kit, visit.Deps{
		Assessments: deps.Assessments, Invitations: deps.Invitations, Content: deps.Content, Settings: deps.Settings, Names: deps.House, Papers: made, Retention: deps.Retention, Emergencies: deps.Access, Surveys: deps.Surveys,
	}); err != nil {
		return err
	}
	previsit, err := previsit.New(p.kit, previsit.Deps{
		Invitations: deps.Invitations, Content: deps.Content, Library: deps.Library, Names: deps.House, Papers: made, PublicURL: address,
	})
	if err != nil {
		return err
	}
	answering, err := answering.New(p.kit, answering.Deps{
		Assessments: deps.Assessments, Screens: deps.Access, Invitations: deps.Invitations, Glossary: deps.Library,
		Ways: entry.WaysBack,
	})
	if err != nil {
		return err
	}
	outcome, err := outcome.New(p.kit, outcome.Deps{Assessments: deps.Assessments, Papers: made})
	if err != nil {
		return err
	}
	insight, err := insight.New(p.kit, insight.Deps{Reports: deps.Reports, Settings: deps.Settings, Names: deps.House, Library: deps.Library})
	if err != nil {
		return err
	}
	trials, err := trialpages.New(p.kit, trialpages.Deps{Trials: deps.Trials, Diary: deps.Diary, Settings: deps.Settings, Names: deps.House, Library: deps.Library})
	if err != nil {
		return err
	}
	surveys, err := surveypages.New(p.kit, surveypages.Deps{Surveys: deps.Surveys, Names: deps.House})
	if err != nil {
		return err
	}
	measured, err := instrumentpages.New(p.kit, instrumentpages.Deps{Quality: deps.Quality, Settings: deps.Settings, Names: deps.House, Library: deps.Library})
	if err != nil {
		return err
	}
	administration, err := administration.New(p.kit, administration.Deps{
		Access: deps.Access, Content: deps.Content, Settings: deps.Settings, Library: deps.Library, Archive: deps.Archive, Retention: deps.Retention,
		PublicURL: address,
	})
	if err != nil {
		return err
	}
	papers, err := papers.New(p.kit, papers.Deps{Papers: made, PublicURL: address})
	if err != nil {
		return err
	}
	exports, err := exports.New(p.kit, exports.Deps{Extracts: deps.Extracts, Access: deps.Access, Names: deps.House, Deadline: deps.Deadline})
	if err != nil {
		return err
	}
	transcribe, err := transcribe.New(p.kit, transcribe.Deps{
		Assessments: deps.Assessments, Content: deps.Content, Library: deps.Library, Names: deps.House,
	})
	if err != nil {
		return err
	}
	p.routes = []page.Route{{Method: http.MethodGet, Path: "/", Gate: page.Anyone, Handle: p.home}}
	for _, part := range []interface{ Routes() []page.Route }{entry, p.visit, previsit, answering, outcome, insight, measured, trials, surveys, papers, transcribe, exports, administration} {
		p.routes = append(p.routes, part.Routes()...)
	}
	return nil
}

// home is the start page of whoever asks.
func (p *Pages) home(r *page.Request) error {
	switch r.Session.Actor.Role {
	case access.Expert:
		return r.Redirect("/report")
	case access.Admin:
		return r.Redirect("/admin/units")
	case access.Client:
		return r.Redirect("/own")
	default:
		return p.visit.Start(r)
	}
}

// Routes lists the pages, for tests that must cover all of them.
func (p *Pages) Routes() []page.Route { return p.routes }

// Register adds the routes to the server's.
func (p *Pages) Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(address string) error, guess func(address, who, own string) (func(), error)) {
	p.kit.Register(e, turn, limit, guess, p.routes)
}

// IsPage tells whether an address is for people.
func (*Pages) IsPage(path string) bool { return page.IsPage(path) }

// Fail answers with the page of an error.
func (p *Pages) Fail(c echo.Context, status int, f *fault.Error, requestID string) error {
	return p.fail(c, status, f, requestID)
}
