package entry

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// What the login page begins with.
const (
	saidOut   = "out"   // you have logged out
	saidEnded = "ended" // the session ended, what was typed is kept
	saidLong  = "long"  // the same, but it is too long to be kept
	saidWrong = "wrong" // name or password
	saidWait  = "wait"  // too many tries
	saidLate  = "late"  // the second factor came too late
	saidKey   = "key"   // the passkey didn't do
	saidOver  = "over"  // the one-time password was not used in time
)

// login is what the login page shows.
type login struct {
	Said    string
	Minutes int    // to wait
	Back    string // where to go on, "" for home
	Resume  bool   // Back was posted to, and is posted to again
	Kept    []kept
	Host    string      // where passkeys are, "" for nowhere
	Ways    []page.Link // to log in somewhere else
	Card    string      // where a login with a card begins, "" for nowhere
	Trouble trouble     // what can be done while a provider doesn't answer
	status  int
}

// carried is what a form brings along from page to page on the way in.
func carried(r *page.Request) login {
	return login{Back: r.Form("back"), Resume: r.Form(resumeField) != "", Kept: keptIn(r.Posted())}
}

// local keeps only an address of ours to go on to.
func (l login) local() login {
	if !page.LocalPath(l.Back) {
		l.Back = ""
	}
	return l
}

// loginForm asks for name and password.
func (p *Pages) loginForm(r *page.Request) error {
	back := r.QueryParam("back")
	if user(r) {
		return r.Redirect(orHome(back))
	}
	l := login{Back: back}
	if r.QueryParam("out") != "" {
		l.Said = saidOut
	}
	return p.showLogin(r, l)
}

func (p *Pages) showLogin(r *page.Request, l login) error {
	l = l.local()
	l.Ways, l.Card = p.ways(r, l.Back, l.Resume), p.cardWay(l)
	l.Host, _ = p.Access.PasskeysAt()
	var err error
	if l.Trouble, err = p.trouble(r); err != nil {
		return err
	}
	form := &page.Form{Labels: page.Labels{"username": "entry.username", "password": "entry.password"}}
	if r.Request().URL.Path == "/login" { // any other form may have a field of that name
		form.Values = url.Values{"username": {r.Form("username")}}
	}
	return p.templates.Render(r, "login", &page.View{
		Title: r.Text("entry.login.title"), Form: form, FormID: "login", Focus: clientsHome(r) != "", Status: l.status,
		Scripts: scripts(l.Host), Data: l,
	})
}

// maxUsername bounds what is remembered of a name that somebody tries, in bytes.
const maxUsername = 64

// guessed is the name by which tries are counted, however it was typed.
func guessed(username string) string {
	name := strings.ToLower(strings.TrimSpace(username))
	return name[:min(len(name), maxUsername)]
}

// login checks name and password and goes on where the reader was.
func (p *Pages) login(r *page.Request) error {
	l := carried(r)
	if r.Setting() {
		if user(r) && l.Resume {
			return p.showResume(r, l)
		}
		return p.showLogin(r, l)
	}
	name := guessed(r.Form("username"))
	own, err := p.Access.KnownBrowser(r.Ctx(), r.Kept(browserCookie), name)
	if err != nil {
		return err
	}
	right, err := r.GuessAs(name, own)
	if f, ok := limited(err); ok {
		wait(r, f)
		l.Said, l.Minutes, l.status = saidWait, minutes(f), http.StatusTooManyRequests
		return p.showLogin(r, l)
	}
	if err != nil {
		return err
	}
	token, err := p.Access.Login(r.Ctx(), r.Form("username"), r.Form("password"))
	if fault.KindOf(err) == fault.Unauthenticated {
		l.Said, l.status = saidWrong, http.StatusUnauthorized
		return p.showLogin(r, l)
	}
	if fault.CodeOf(err) == fault.CodePasswordExpired {
		right()
		l.Said, l.status = saidOver, http.StatusUnauthorized
		return p.showLogin(r, l)
	}
	if err != nil {
		return err
	}
	right()
	factors, err := p.Access.PendingFactors(r.Ctx(), token)
	if fault.KindOf(err) == fault.Unauthenticated { // none is waited for
		return p.goOn(r, token, l)
	}
	if err != nil {
		return err
	}
	if err := p.endBefore(r); err != nil {
		return err
	}
	r.Begin(token)
	if l.Resume {
		return p.showSecond(r, &page.Form{}, secondPage{login: l, factors: factors})
	}
	return r.Redirect(secondPath(l.Back))
}

// goOn goes on where the reader was, with a session that has begun.
func (p *Pages) goOn(r *page.Request, token string, l login) error {
	if err := p.replace(r, token); err != nil {
		return err
	}
	if l.Resume {
		return p.showResume(r, l)
	}
	return r.Redirect(orHome(l.Back))
}

// replace makes a whole session the browser's and ends the one before.
func (p *Pages) replace(r *page.Request, token string) error {
	if err := p.endBefore(r); err != nil {
		return err
	}
	return p.begin(r, token)
}

// endBefore ends the session that the browser has had so far.
func (p *Pages) endBefore(r *page.Request) error {
	if before := r.Token(); before != "" {
		return p.Access.Logout(r.Ctx(), before)
	}
	return nil
}

// wait tells a browser how long to wait.
func wait(r *page.Request, f *fault.Error) {
	r.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(f.RetryAfter.Seconds())+1))
}

// minutes is how long to wait, in whole minutes and at least one.
func minutes(f *fault.Error) int { return int(f.RetryAfter.Minutes()) + 1 }

// showResume asks to send again what was typed before the session ended.
func (p *Pages) showResume(r *page.Request, l login) error {
	l.Back = orHome(l.Back)
	return p.templates.Render(r, "resume", &page.View{Title: r.Text("entry.resume.title"), FormID: "kept", Data: l})
}

// AskLogin answers a request for which somebody must be logged in and isn't, or
// no longer. A page that was asked for comes after the login; of a form that was
// posted, everything typed is taken along, but for passwords.
func (p *Pages) AskLogin(r *page.Request) error {
	address := r.Request().URL.RequestURI()
	switch {
	case r.ByScript():
		code := fault.Unauthenticated.String()
		return r.JSON(http.StatusUnauthorized, map[string]string{"code": code})
	case r.Request().Method != http.MethodPost && r.Half():
		return r.Redirect(secondPath(address))
	case r.Request().Method != http.MethodPost && address != home && page.LocalPath(address):
		return r.Redirect("/login?" + url.Values{"back": {address}}.Encode())
	case r.Request().Method != http.MethodPost:
		return r.Redirect("/login")
	}
	fields, fits := keep(r.Posted())
	l := login{Said: saidEnded, Back: address, Resume: fits, Kept: fields, status: http.StatusUnauthorized}
	if !fits {
		l.Said, l.Back = saidLong, ""
	}
	return p.showLogin(r, l)
}

// logout ends the session.
func (p *Pages) logout(r *page.Request) error {
	if token := r.Token(); token != "" {
		if err := p.Access.Logout(r.Ctx(), token); err != nil {
			return err
		}
	}
	r.End()
	if r.Known() && !user(r) {
		return r.Redirect("/join")
	}
	return r.Redirect("/login?out=1")
}
