package entry

import (
	"errors"
	"net/http"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// factorRoutes are the pages about second factors: showing one on the way in,
// and adding and removing one's own.
func (p *Pages) factorRoutes() []page.Route {
	routes := []page.Route{
		{Method: http.MethodGet, Path: "/login/second", Gate: page.Open, Handle: p.secondForm, Steps: showing},
		{Method: http.MethodPost, Path: "/login/second", Gate: page.Open, Handle: p.second, Steps: showing},
		{Method: http.MethodPost, Path: "/login/second/passkey", Gate: page.Open, Handle: p.askPasskey, Steps: showing},
		{Method: http.MethodPost, Path: "/login/passkey", Gate: page.Open, Handle: p.loginWithPasskey},
		{Method: http.MethodPost, Path: "/login/passkey/options", Gate: page.Open, Handle: p.askAnyPasskey},
	}
	for _, one := range []struct {
		path      string
		get, post page.Handler
	}{
		{"/factors", p.factors, nil},
		{"/factors/app", p.appForm, p.addApp},
		{"/factors/app/remove", p.removeForm, p.remove},
		{"/factors/passkeys", p.passkeyForm, p.beginPasskey},
		{"/factors/passkeys/made", nil, p.addPasskey},
		{"/factors/passkeys/proof", nil, p.askPasskey},
		{"/factors/passkeys/:id/remove", p.removeForm, p.remove},
		{"/factors/codes", p.removeForm, p.remove},
	} {
		if one.get != nil {
			routes = append(routes, page.Route{Method: http.MethodGet, Path: one.path, Gate: page.SignedIn, Handle: one.get, Steps: adding})
		}
		if one.post != nil {
			routes = append(routes, page.Route{Method: http.MethodPost, Path: one.path, Gate: page.SignedIn, Handle: one.post, Steps: adding})
		}
	}
	return routes
}

// The steps during which these pages can be reached.
var (
	showing = []access.Step{access.SecondFactor}
	adding  = []access.Step{access.AddFactor}
)

// scripts are those of a page on which a passkey can be used, at a host.
func scripts(host string) []string {
	if host == "" {
		return nil
	}
	return []string{"passkey"}
}

// factorsPage is what the page about the own factors shows.
type factorsPage struct {
	access.Factors
	Elsewhere bool   // another place looks after the login
	Wanted    bool   // the house wants one, and there is none yet
	Done      string // what was just done
	Host      string // where passkeys are, "" for nowhere
	Why       string // and then why, for an administrator
}

// factors lists what the user has beside the password.
func (p *Pages) factors(r *page.Request) error {
	have, err := p.Access.OwnFactors(r.Ctx(), r.Token())
	if fault.KindOf(err) == fault.Forbidden {
		return p.templates.Render(r, "factors", &page.View{Title: r.Text("factor.title"), Data: factorsPage{Elsewhere: true}})
	}
	if err != nil {
		return err
	}
	data := factorsPage{Factors: have, Wanted: r.Session.Missing() == access.AddFactor, Done: r.QueryParam("done")}
	if data.Host, data.Why = p.Access.PasskeysAt(); r.Session.Actor.Role != access.Admin {
		data.Why = ""
	}
	return p.templates.Render(r, "factors", &page.View{Title: r.Text("factor.title"), Scripts: scripts(data.Host), Data: data})
}

// codesPage is what the page of recovery codes shows.
type codesPage struct{ Codes []string }

// showCodes shows recovery codes, which nobody can be shown again.
func (p *Pages) showCodes(r *page.Request, codes []string) error {
	return p.templates.Render(r, "factor_codes", &page.View{
		Title: r.Text("factor.codes.title"), FormID: "again", Address: "/factors", Data: codesPage{codes},
	})
}

// added goes on after a factor was added: with the first one come codes.
func (p *Pages) added(r *page.Request, codes []string) error {
	if len(codes) > 0 {
		return p.showCodes(r, codes)
	}
	return r.Redirect("/factors?done=added")
}

// proofIn is the factor that a form shows.
func proofIn(r *page.Request) access.Proof {
	return access.Proof{Code: r.Form("code"), Recovery: r.Form("recovery"), Passkey: []byte(r.Form("passkey"))}
}

// proofLabels names the fields of a proof.
var proofLabels = page.Labels{
	"password": "entry.password", "code": "factor.code", "recovery": "factor.recovery", "passkey": "factor.passkey.use",
}

// missed tells whether something that can be guessed was guessed wrong.
func missed(err error) bool {
	var f *fault.Error
	wrong := []string{fault.WrongPassword, fault.WrongFactor, fault.WrongRecovery, fault.WrongPasskey}
	return errors.As(err, &f) && slices.ContainsFunc(f.Findings, func(one fault.Finding) bool { return slices.Contains(wrong, one.Code) })
}

// trying counts what is tried in a session. Where the password alone was shown
// so far, whoever has found it out could begin any number of sessions: then the
// tries count for the user, or for the browser if the user has been there before.
func (p *Pages) trying(r *page.Request, try func() error) error {
	who, own := r.Session.Actor.ID.String(), r.Own()
	if r.Half() {
		var err error
		if own, err = p.Access.KnownBrowser(r.Ctx(), r.Kept(browserCookie), who); err != nil {
			return err
		}
	}
	right, err := r.GuessAs(who, own)
	if err != nil {
		return err
	}
	err = try()
	if !missed(err) {
		right()
	}
	return err
}
