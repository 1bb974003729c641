package entry

import (
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// outsideRoutes are those of logging in at an identity provider, none without
// one. A screen that is in the client's hands is taken back there, too.
func (p *Pages) outsideRoutes() []page.Route {
	if len(p.Providers) == 0 {
		return nil
	}
	return []page.Route{
		{Method: http.MethodGet, Path: "/login/oidc/:provider", Gate: page.Open, Handle: p.goOut, HandedOver: true},
		{Method: http.MethodGet, Path: "/login/oidc/:provider/callback", Gate: page.Open, Handle: p.comeBack, HandedOver: true},
		{Method: http.MethodGet, Path: loggedIn, Gate: page.SignedIn, Handle: p.loggedIn},
	}
}

const (
	// loggedIn is where a login in another window ends, while the first one holds
	// what was typed.
	loggedIn = "/login/done"
	// attemptCookie binds a login at a provider to the browser that began it.
	attemptCookie = "login"
)

func outsidePath(provider *oidc.Provider) string { return "/login/oidc/" + provider.Code() }

// ways are the identity providers that somebody can log in at, to go on at an
// address of ours. In a window of its own the login ends with a page that says
// to go back to the first one.
func (p *Pages) ways(r *page.Request, back string, window bool) []page.Link {
	query := url.Values{}
	switch {
	case window:
		query.Set("window", "1")
	case page.LocalPath(back) && back != home:
		query.Set("back", back)
	}
	var ways []page.Link
	for _, provider := range p.Providers {
		way := page.Link{Path: outsidePath(provider), Text: provider.Name(r.Lang())}
		if len(query) > 0 {
			way.Path += "?" + query.Encode()
		}
		ways = append(ways, way)
	}
	return ways
}

// WaysBack are those that somebody can take a handed-over screen back by.
func (p *Pages) WaysBack(r *page.Request) []page.Link { return p.ways(r, "", false) }

// provider is that of the path.
func (p *Pages) provider(r *page.Request) (*oidc.Provider, error) {
	for _, one := range p.Providers {
		if one.Code() == r.Param("provider") {
			return one, nil
		}
	}
	return nil, fault.New(fault.NotFound)
}

// callback is where a provider sends the browser back to.
func (p *Pages) callback(r *page.Request, provider *oidc.Provider) string {
	return p.PublicURL + outsidePath(provider) + "/callback"
}

// goOut sends the browser to a provider.
func (p *Pages) goOut(r *page.Request) error {
	provider, err := p.provider(r)
	if err != nil {
		return err
	}
	a := access.Attempt{Back: orHome(r.QueryParam("back"))}
	if r.QueryParam("window") != "" {
		a.Back = loggedIn
	}
	if to := r.Session.HandedOverTo; to != uuid.Nil {
		a.Fresh, a.Back = true, "/assessments/"+to.String()
	} else if user(r) {
		return r.Redirect(a.Back)
	}
	secret := r.Kept(attemptCookie)
	if secret == "" {
		if secret, err = p.Access.NewBrowserSecret(); err != nil {
			return err
		}
	}
	a = provider.Prepare(a)
	state, err := p.Access.BeginAttempt(r.Ctx(), a, secret)
	if err != nil {
		return err
	}
	address, err := provider.Address(r.Ctx(), a, state, p.callback(r, provider), r.Lang())
	if err != nil {
		return p.refuseOutside(r, provider, err, a.Back)
	}
	r.Keep(attemptCookie, secret, int(access.AttemptFor/time.Second))
	return r.Context.Redirect(http.StatusSeeOther, address)
}

// comeBack takes what a browser brings back from a provider.
func (p *Pages) comeBack(r *page.Request) error {
	provider, err := p.provider(r)
	if err != nil {
		return err
	}
	right, err := p.guessAtSecret(r) // a state is a secret that can be guessed at
	if f, ok := limited(err); ok {
		wait(r, f)
		return p.showLogin(r, login{Said: saidWait, Minutes: minutes(f), status: http.StatusTooManyRequests})
	}
	if err != nil {
		return err
	}
	query := r.Request().URL.Query()
	a, err := p.Access.TakeAttempt(r.Ctx(), provider.Code(), query.Get("state"), r.Kept(attemptCookie))
	if err != nil {
		return p.showRefused(r, provider, err, home)
	}
	who, err := provider.Finish(r.Ctx(), a, oidc.AnswerIn(query), p.callback(r, provider))
	if !untrusted(err) {
		right()
	}
	if err != nil {
		return p.refuseOutside(r, provider, err, a.Back)
	}
	if r.Session.HandedOverTo != uuid.Nil {
		err = p.takeBack(r, a, who)
	} else {
		err = p.enter(r, who)
	}
	if err != nil {
		return p.showRefused(r, provider, err, a.Back)
	}
	r.Keep(attemptCookie, "", 0)
	return r.Redirect(orHome(a.Back))
}

// takeBack gives a screen back to its user, who has logged in at the provider
// again.
func (p *Pages) takeBack(r *page.Request, a access.Attempt, who access.External) error {
	if !a.Fresh {
		return p.Access.Refuse(r.Ctx(), who.Provider, access.RefusedNotFresh)
	}
	return p.Access.TakeBackExternal(r.Ctx(), r.Token(), who)
}

// enter begins a session of whom a provider vouches for, in place of the one
// before.
func (p *Pages) enter(r *page.Request, who access.External) error {
	token, err := p.Access.LoginExternal(r.Ctx(), who)
	if err != nil {
		return err
	}
	return p.replace(r, token)
}

// loggedIn says that there is another window to go back to.
func (p *Pages) loggedIn(r *page.Request) error {
	return p.templates.Render(r, "logged_in", &page.View{Title: r.Text("entry.oidc.done.title")})
}

// refuseOutside writes into the audit why a provider's answer is not taken, and
// says so.
func (p *Pages) refuseOutside(r *page.Request, provider *oidc.Provider, err error, back string) error {
	if _, ok := refusals[fault.CodeOf(err)]; !ok {
		return err
	}
	if noted := p.Access.Refuse(r.Ctx(), provider.Code(), fault.CodeOf(err)); fault.KindOf(noted) != fault.Forbidden {
		return noted
	}
	return p.showRefused(r, provider, err, back)
}

// refusals are what a reader is told, by the code of the error. All that could be
// an attack is told the same.
var refusals = map[string]string{
	oidc.Unreachable: "down",
	oidc.Cancelled:   "cancelled",
	oidc.Denied:      "denied",
	oidc.AuthTime:    "again",

	access.RefusedState:    "late",
	access.RefusedBrowser:  "late",
	access.RefusedProvider: "late",

	access.RefusedUnknown:  "unknown",
	access.RefusedDisabled: "unknown",
	access.RefusedNoRole:   "rights",
	access.RefusedNoUnit:   "rights",
	access.RefusedUnit:     "rights",
	access.RefusedSubject:  "rights",
	access.RefusedOther:    "screen",
	access.RefusedNotFresh: "screen",

	oidc.TooLarge: "untrusted", oidc.Code: "untrusted", oidc.NoToken: "untrusted", oidc.Algorithm: "untrusted", oidc.Key: "untrusted",
	oidc.Issuer: "untrusted", oidc.Audience: "untrusted", oidc.Nonce: "untrusted", oidc.Expired: "untrusted", oidc.Early: "untrusted",
	oidc.UserInfo: "untrusted", oidc.AccessToken: "untrusted",
}

// untrusted tells whether an answer may have been an attack.
func untrusted(err error) bool { return err != nil && refusals[fault.CodeOf(err)] == "untrusted" }

// refused is what the page of a login that came to nothing shows.
type refused struct {
	Why      string // a code of entry.oidc.why and entry.oidc.do
	Provider string // its name
	Again    string // where to try once more
	Other    string // where the other ways are
	Trouble  trouble
}

func (p *Pages) showRefused(r *page.Request, provider *oidc.Provider, err error, back string) error {
	why, ok := refusals[fault.CodeOf(err)]
	if !ok {
		return err
	}
	shown := refused{Why: why, Provider: provider.Name(r.Lang()), Again: outsidePath(provider), Other: "/login"}
	handedOver := r.Session.HandedOverTo != uuid.Nil
	switch {
	case handedOver:
		shown.Other = "/take-back"
	case back == loggedIn:
		shown.Again += "?window=1"
	case back != home:
		query := "?" + url.Values{"back": {back}}.Encode()
		shown.Again, shown.Other = shown.Again+query, shown.Other+query
	}
	status := http.StatusForbidden
	if fault.KindOf(err) == fault.Unavailable {
		status = http.StatusServiceUnavailable
		if shown.Trouble, err = p.waysOut(r); err != nil {
			return err
		}
	}
	return p.templates.Render(r, "refused", &page.View{Title: r.Text("entry.oidc.title"), Focus: handedOver || clientsHome(r) != "", Status: status, Data: shown})
}
