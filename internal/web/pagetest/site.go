package pagetest

import (
	"log/slog"
	"net/http/httptest"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/server"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// Site is a house that is open to browsers.
type Site struct {
	*housetest.House
	URL string
}

// Guess counts a password or code that is about to be tried.
type Guess func(address, who, own string) (right func(), err error)

// Open serves the pages of a house, and its API, until the test ends. build
// makes the pages with the kit. Whoever must log in and hasn't is told so with
// 401, unless build sets something else. Anything that goes wrong with the
// service itself, a 5xx, is an error of the test.
func Open(h *housetest.House, build func(kit *page.Kit) ([]page.Route, error)) *Site {
	h.Helper()
	return OpenWith(h, nil, build)
}

// Routes are the routes of pages that were just made: what build returns where
// there is no more to it.
func Routes(made interface{ Routes() []page.Route }, err error) ([]page.Route, error) {
	if err != nil {
		return nil, err
	}
	return made.Routes(), nil
}

// OpenWith is Open with another guard of passwords than the server's, if it
// isn't nil.
func OpenWith(h *housetest.House, guess Guess, build func(kit *page.Kit) ([]page.Route, error)) *Site {
	h.Helper()
	kit, err := page.New(page.Config{Sessions: h.Access, Clock: h.Clock})
	h.Must(err)
	kit.AskLogin(func(*page.Request) error { return fault.New(fault.Unauthenticated) })
	p := pages{kit: kit, guess: guess}
	p.routes, err = build(kit)
	h.Must(err)
	p.fail, err = kit.Failures()
	h.Must(err)
	api, err := httpapi.New(httpapi.Deps{
		Assessments: h.Assessments, Reports: h.Reports, Trials: h.Trials, Library: h.Library, Names: h.Store, Content: h.Content, Invitations: h.Invitations,
		Extracts: h.Extracts, Repetitions: replay.NewGuard(h.Store, h.Clock),
	})
	h.Must(err)
	failures := slog.New(slog.NewTextHandler(complaints{h}, &slog.HandlerOptions{Level: slog.LevelError}))
	s, err := server.New(server.Config{}, server.Deps{
		API: api, Authenticator: h.Access, Database: h.Store, Clock: h.Clock, Log: failures, Pages: p,
	})
	h.Must(err)
	web := httptest.NewServer(s.Handler())
	h.Cleanup(web.Close)
	return &Site{House: h, URL: web.URL}
}

// complaints makes what the server writes into its log an error of the test.
type complaints struct{ *housetest.House }

func (c complaints) Write(line []byte) (int, error) {
	c.Errorf("the server: %s", line)
	return len(line), nil
}

// pages are the pages under test as the server takes them.
type pages struct {
	kit    *page.Kit
	routes []page.Route
	guess  Guess
	fail   func(echo.Context, int, *fault.Error, string) error
}

// Register implements server.Pages.
func (p pages) Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(string) error, guess func(string, string, string) (func(), error)) {
	if p.guess != nil {
		guess = p.guess
	}
	p.kit.Register(e, turn, limit, guess, p.routes)
}

// IsPage implements server.Pages.
func (pages) IsPage(path string) bool { return page.IsPage(path) }

// Fail implements server.Pages.
func (p pages) Fail(c echo.Context, status int, f *fault.Error, id string) error {
	return p.fail(c, status, f, id)
}
