package entry

import (
	"embed"
	"errors"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

//go:embed templates/*.html
var files embed.FS

// Deps is what the pages stand on.
type Deps struct {
	Access    *access.Service
	Content   *content.Service
	Settings  *setting.Service
	Providers []*oidc.Provider // that people can log in at
	Card      *card.Reader     // of the smart cards that people can log in with, nil for none
	PublicURL string           // where people reach the service
}

// Pages are the pages on the way in.
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

// The steps during which a page can be reached.
var (
	choosing = []access.Step{access.NewPassword}
	entering = []access.Step{access.NewPassword, access.AddFactor}
)

// Routes lists the pages.
func (p *Pages) Routes() []page.Route {
	return append(slices.Concat(p.factorRoutes(), p.outsideRoutes(), p.cardRoutes(), p.emergencyRoutes()), []page.Route{
		{Method: http.MethodGet, Path: "/login", Gate: page.Open, Handle: p.loginForm},
		{Method: http.MethodPost, Path: "/login", Gate: page.Open, Handle: p.login},
		{Method: http.MethodPost, Path: "/logout", Gate: page.Open, Handle: p.logout},
		{Method: http.MethodGet, Path: "/password", Gate: page.SignedIn, Handle: p.passwordForm, Steps: choosing},
		{Method: http.MethodPost, Path: "/password", Gate: page.SignedIn, Handle: p.changePassword, Steps: choosing},
		{Method: http.MethodPost, Path: "/session", Gate: page.Anyone, Handle: p.extend, HandedOver: true, Steps: entering},
		{Method: http.MethodPost, Path: "/preferences", Gate: page.Open, Handle: p.preferences, HandedOver: true},
		{Method: http.MethodGet, Path: "/setup/:link", Gate: page.Open, Handle: p.setupForm},
		{Method: http.MethodPost, Path: "/setup/:link", Gate: page.Open, Handle: p.setup},
		{Method: http.MethodGet, Path: "/accessibility", Gate: page.Open, Handle: p.accessibility, HandedOver: true},
		{Method: http.MethodGet, Path: "/accessibility/report", Gate: page.Open, Handle: p.barrierForm, HandedOver: true},
		{Method: http.MethodPost, Path: "/accessibility/report", Gate: page.Open, Handle: p.reportBarrier, HandedOver: true},
	}...)
}

// home is where somebody is who asked for nothing else.
const home = "/"

// orHome is an address of ours, or home for any other.
func orHome(path string) string {
	if page.LocalPath(path) {
		return path
	}
	return home
}

// user tells whether somebody is logged in, and not only invited to answer.
func user(r *page.Request) bool { return r.Known() && r.Session.Actor.Role != access.Client }

// clientsHome is where a client's part is shown who is at the screen now, ""
// when a user is, or nobody.
func clientsHome(r *page.Request) string {
	switch {
	case r.Session.HandedOverTo != uuid.Nil:
		return "/assessments/" + r.Session.HandedOverTo.String() + "/client"
	case r.Known() && !user(r):
		return "/own"
	}
	return ""
}

// limited returns the error that says that there were too many tries.
func limited(err error) (*fault.Error, bool) {
	var f *fault.Error
	ok := errors.As(err, &f) && f.Kind == fault.RateLimited
	return f, ok
}
