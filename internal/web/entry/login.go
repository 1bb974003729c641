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
)

// login is what the login page shows.
type login struct {
	Said    string
	Minutes int    // to wait
	Back    string // where to go on, "" for home
	Resume  bool   // Back was posted to, and is posted to again
	Kept    []kept
	status  int
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
	if !page.LocalPath(l.Back) {
		l.Back = ""
	}
	form := &page.Form{Labels: page.Labels{"username": "entry.username", "password": "entry.password"}}
	if r.Request().URL.Path == "/login" { // any other form may have a field of that name
		form.Values = url.Values{"username": {r.Form("username")}}
	}
	return p.templates.Render(r, "login", &page.View{
		Title: r.Text("entry.login.title"), Form: form, FormID: "login", Focus: clientsHome(r) != "", Status: l.status, Data: l,
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
	l := login{Back: r.Form("back"), Resume: r.Form(resumeField) != "", Kept: keptIn(r.Posted())}
	if r.Setting() {
		if user(r) && l.Resume {
			return p.showResume(r, l)
		}
		return p.showLogin(r, l)
	}
	right, err := r.Guess(guessed(r.Form("username")))
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
	if err != nil {
		return err
	}
	right()
	if before := r.Token(); before != "" {
		if err := p.Access.Logout(r.Ctx(), before); err != nil {
			return err
		}
	}
	r.Begin(token)
	if l.Resume {
		return p.showResume(r, l)
	}
	return r.Redirect(orHome(l.Back))
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
