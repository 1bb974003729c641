package page

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// Sessions tells whose a session is. An error of kind Unauthenticated means
// nobody's.
type Sessions interface {
	Session(ctx context.Context, token string) (access.Session, error)
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Kit builds pages.
type Kit struct {
	sessions Sessions
	clock    Clock
	secure   bool // the public address is https
	demo     func(context.Context) (bool, error)
	assets   *assets
	origin   *http.CrossOriginProtection
	turn     echo.MiddlewareFunc
	limit    func(address string) error
	guess    func(address, who, own string) (right func(), err error)
	askLogin func(r *Request) error
}

// Config is what a kit is made of.
type Config struct {
	Sessions Sessions
	Clock    Clock
	Secure   bool                                // the public address is https
	Demo     func(context.Context) (bool, error) // whether the data is fictional, which every page then says
}

// New makes a kit.
func New(c Config) (*Kit, error) {
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	return &Kit{sessions: c.Sessions, clock: c.Clock, secure: c.Secure, demo: c.Demo, assets: assets, origin: http.NewCrossOriginProtection()}, nil
}

// Gate says who may see a page.
type Gate uint8

// The gates. A page that nobody thought about is closed.
const (
	Closed       Gate = iota
	Open              // anybody
	SignedIn          // every user
	Professional      // also one who came in with sealed codes; and the other roles by themselves
	Expert
	Admin
	Client // somebody who was invited to answer beforehand
	Own    // whoever the client's part is shown to: a professional, or an invited client
	Anyone // whoever has a session: every user and every invited client
)

var roles = map[Gate][]access.Role{
	SignedIn:     {access.Professional, access.Expert, access.Admin},
	Professional: {access.Professional, access.Emergency},
	Expert:       {access.Expert},
	Admin:        {access.Admin},
	Client:       {access.Client},
	Own:          {access.Professional, access.Emergency, access.Client},
	Anyone:       {access.Professional, access.Emergency, access.Expert, access.Admin, access.Client},
}

// Handler answers a request for a page.
type Handler func(r *Request) error

// Route is one page, or one thing that a form does.
type Route struct {
	Method string
	Path   string
	Gate   Gate
	Handle Handler
	// Needs is what the reader must be allowed to do, beside the gate, "" for
	// nothing: the page leads to that alone. The use cases ask for themselves.
	Needs access.Action
	// HandedOver pages can be reached while the screen is in the client's
	// hands. If the path has an :id, it must be that of the client's assessment.
	HandedOver bool
	// OwnSettings pages take a change of language themselves.
	OwnSettings bool
	// Steps are those between a login and the rest of the service during which the
	// page can be reached, beside the pages that are open to anybody.
	Steps []access.Step
}

func (r Route) during(step access.Step) bool { return slices.Contains(r.Steps, step) }

// stepPages are where the steps are taken.
var stepPages = map[access.Step]string{access.SecondFactor: "/login/second", access.NewPassword: "/password", access.AddFactor: "/factors"}

// AskLogin sets what is shown to somebody who isn't logged in, or no longer.
func (k *Kit) AskLogin(show func(r *Request) error) { k.askLogin = show }

// Register adds routes to the server's. turn bounds how many requests are at work
// at once; limit counts a request of nobody in particular against its address;
// guess counts a password or code that is about to be tried.
func (k *Kit) Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(address string) error, guess func(address, who, own string) (func(), error), routes []Route) {
	k.turn, k.limit, k.guess = turn, limit, guess
	e.GET("/static/:version/*", k.assets.serve)
	for _, route := range routes {
		e.Add(route.Method, route.Path, func(c echo.Context) error { return k.answer(c, route) }, k.headers, compress())
	}
}

// policy lets a page load what comes from here and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (k *Kit) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentSecurityPolicy, policy)
		return next(c)
	}
}

// maxForm bounds what a form may hold, in bytes: twelve items with the longest
// comments and some more.
const maxForm = 512 << 10

func (k *Kit) answer(c echo.Context, route Route) error {
	r := &Request{Context: c, kit: k, route: route, prefs: preferencesOf(c)}
	r.Words = locale.For(r.prefs.language(c))
	if c.Request().Method != http.MethodGet {
		if k.origin.Check(c.Request()) != nil {
			return fault.New(fault.Forbidden)
		}
		c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxForm)
		if err := r.readForm(); err != nil {
			return err
		}
	}
	if err := k.identify(r); err != nil {
		return err
	}
	if !r.known {
		if err := k.limit(r.RealIP()); err != nil {
			return err
		}
	}
	if set := c.QueryParam(setting); set != "" && c.Request().Method == http.MethodGet && !route.OwnSettings {
		return r.applyAndReturn(set)
	}
	if set := r.Form(setting); set != "" && !route.OwnSettings {
		r.apply(set)
	}
	shown, err := k.admit(r)
	if err != nil || shown {
		return err
	}
	return k.turn(func(echo.Context) error { return route.Handle(r) })(c)
}

// identify finds out whose request it is. Somebody unknown goes on as nobody.
func (k *Kit) identify(r *Request) error {
	token := r.sessionToken()
	if token == "" {
		return nil
	}
	session, err := k.sessions.Session(r.Ctx(), token)
	if fault.KindOf(err) == fault.Unauthenticated {
		return nil
	}
	if err != nil {
		return err
	}
	if session.Missing() == access.SecondFactor {
		// The password alone makes nobody: only what asks for the second factor
		// learns whose session it is, and nothing can be done in their name.
		if r.half = true; r.route.during(access.SecondFactor) {
			r.Session, r.known = session, true
		}
		return nil
	}
	r.Session, r.known = session, true
	r.SetRequest(r.Request().WithContext(access.With(r.Ctx(), session.Actor)))
	return nil
}

// admit lets a request in, sends it somewhere else (true), or refuses it.
func (k *Kit) admit(r *Request) (bool, error) {
	gate := r.route.Gate
	if gate == Open && r.Session.HandedOverTo == noAssessment {
		return false, nil
	}
	if !r.known {
		if gate == Open {
			return false, nil
		}
		return true, k.askLogin(r)
	}
	if to := r.Session.HandedOverTo; to != noAssessment {
		if r.route.HandedOver && (r.Param("id") == "" || r.Param("id") == to.String()) {
			return false, nil
		}
		return true, r.Redirect("/assessments/" + to.String() + "/client")
	}
	if step := r.Session.Missing(); step != "" && !r.route.during(step) && gate != Open {
		return true, r.Redirect(stepPages[step])
	}
	if needs := r.route.Needs; needs != "" && !r.May(needs) {
		return false, fault.New(fault.Forbidden)
	}
	for _, role := range roles[gate] {
		if r.Session.Actor.Role == role {
			return false, nil
		}
	}
	return false, fault.New(fault.Forbidden)
}

// IsPage tells whether an address is one of the pages rather than of the API.
func IsPage(path string) bool {
	for _, other := range []string{"/api/", "/healthz", "/readyz", "/openapi.json", "/docs", "/static/"} {
		if path == strings.TrimSuffix(other, "/") || strings.HasPrefix(path, other) {
			return false
		}
	}
	return true
}
