package entry

import (
	"net/http"
	"net/url"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// secondPage is what the page that asks for the second factor shows.
type secondPage struct {
	login
	App, Passkey, Codes bool

	factors access.Factors
}

// secondPath is where the second factor is asked for.
func secondPath(back string) string {
	if !page.LocalPath(back) || back == home {
		return "/login/second"
	}
	return "/login/second?" + url.Values{"back": {back}}.Encode()
}

// secondForm asks for the second factor.
func (p *Pages) secondForm(r *page.Request) error {
	l := login{Back: r.QueryParam("back")}
	if user(r) && !r.Half() {
		return r.Redirect(orHome(l.Back))
	}
	factors, err := p.Access.PendingFactors(r.Ctx(), r.Token())
	if fault.KindOf(err) == fault.Unauthenticated {
		return r.Redirect("/login")
	}
	if err != nil {
		return err
	}
	return p.showSecond(r, &page.Form{}, secondPage{login: l, factors: factors})
}

func (p *Pages) showSecond(r *page.Request, form *page.Form, data secondPage) error {
	data.login = data.local()
	form.Labels = proofLabels
	data.App, data.Codes = data.factors.HasApp(), data.factors.Codes > 0
	if data.Host, _ = p.Access.PasskeysAt(); data.Host != "" {
		data.Passkey = len(data.factors.Passkeys) > 0
	}
	v := &page.View{
		Title: r.Text("factor.second.title"), Form: form, FormID: "second", Address: secondPath(data.Back),
		Status: data.status, Scripts: scripts(data.Host), Data: data,
	}
	return p.templates.Render(r, "second", v)
}

// second takes the second factor and goes on where the reader was.
func (p *Pages) second(r *page.Request) error {
	l := carried(r)
	factors, err := p.Access.PendingFactors(r.Ctx(), r.Token())
	if fault.KindOf(err) == fault.Unauthenticated {
		return p.lateSecond(r, l)
	}
	if err != nil {
		return err
	}
	form, data := &page.Form{}, secondPage{login: l, factors: factors}
	if r.Setting() {
		return p.showSecond(r, form, data)
	}
	var token string
	err = p.trying(r, func() (err error) {
		token, err = p.Access.Pass(r.Ctx(), r.Token(), proofIn(r))
		return err
	})
	if f, ok := limited(err); ok {
		wait(r, f)
		data.Said, data.Minutes, data.status = saidWait, minutes(f), http.StatusTooManyRequests
		return p.showSecond(r, form, data)
	}
	if fault.KindOf(err) == fault.Unauthenticated {
		return p.lateSecond(r, l)
	}
	if err != nil {
		if err := form.Take(err); err != nil {
			return err
		}
		return p.showSecond(r, form, data)
	}
	if err := p.begin(r, token); err != nil {
		return err
	}
	if l.Resume {
		return p.showResume(r, l)
	}
	return r.Redirect(orHome(l.Back))
}

// lateSecond answers a second factor for which no session waits: it ended, or
// was taken from another window.
func (p *Pages) lateSecond(r *page.Request, l login) error {
	if user(r) && !r.Half() {
		if l.Resume {
			return p.showResume(r, l)
		}
		return r.Redirect(orHome(l.Back))
	}
	l.Said, l.status = saidLate, http.StatusUnauthorized
	return p.showLogin(r, l)
}

// askPasskey tells a script what to ask the browser for, as proof of who is
// there.
func (p *Pages) askPasskey(r *page.Request) error {
	options, err := p.Access.AskPasskey(r.Ctx(), r.Token())
	if err != nil {
		return err
	}
	return r.JSONBlob(http.StatusOK, options)
}

// askedFor is how long a browser may take over a passkey, in seconds.
const askedFor = 5 * 60

// askAnyPasskey tells a script what to ask the browser for, of whoever it is.
func (p *Pages) askAnyPasskey(r *page.Request) error {
	options, secret, err := p.Access.AskAnyPasskey(r.Ctx())
	if err != nil {
		return err
	}
	r.Ask(secret, askedFor)
	return r.JSONBlob(http.StatusOK, options)
}

// loginWithPasskey logs in with a passkey alone.
func (p *Pages) loginWithPasskey(r *page.Request) error {
	l := carried(r)
	if r.Setting() {
		return p.showLogin(r, l)
	}
	right, err := p.guessAtSecret(r)
	if f, ok := limited(err); ok {
		wait(r, f)
		l.Said, l.Minutes, l.status = saidWait, minutes(f), http.StatusTooManyRequests
		return p.showLogin(r, l)
	}
	if err != nil {
		return err
	}
	token, err := p.Access.LoginWithPasskey(r.Ctx(), r.Asked(), []byte(r.Form("passkey")))
	if fault.KindOf(err) == fault.Unauthenticated {
		l.Said, l.status = saidKey, http.StatusUnauthorized
		return p.showLogin(r, l)
	}
	if err != nil {
		return err
	}
	right()
	return p.goOn(r, token, l)
}
