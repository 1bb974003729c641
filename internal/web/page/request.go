package page

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

var noAssessment uuid.UUID

// Request is one request for a page, and who asks.
type Request struct {
	echo.Context
	Session access.Session  // whose it is; empty for nobody
	Words   *locale.Printer // in the reader's language
	Plain   bool            // plain language where there is some

	kit   *Kit
	route Route
	known bool
	half  bool
	prefs preferences
	form  url.Values
}

// Ctx is the request's context, with the actor in it.
func (r *Request) Ctx() context.Context { return r.Request().Context() }

// Known tells whether somebody is logged in.
func (r *Request) Known() bool { return r.known }

// May tells whether the reader is allowed to do something.
func (r *Request) May(action access.Action) bool { return access.Allowed(r.Session.Actor.Role, action) }

// Half tells whether somebody has shown the password and not yet the second
// factor, and so is nobody.
func (r *Request) Half() bool { return r.half }

// Now is the time in UTC.
func (r *Request) Now() time.Time { return r.kit.clock.Now().UTC() }

// Lang is the language of the page.
func (r *Request) Lang() lang.Tag { return r.Words.Tag() }

// Speak shows the page in another language than the reader's own: the client's
// part is in the client's.
func (r *Request) Speak(tag lang.Tag, plain bool) { r.Words, r.Plain = locale.For(tag), plain }

// In returns a text in the page's language, in plain language where asked for.
func (r *Request) In(text lang.Text) string {
	if r.Plain {
		return text.Plain(r.Lang())
	}
	return text.In(r.Lang())
}

// ID reads the :id of the path. One that is no id is not found.
func (r *Request) ID() (uuid.UUID, error) {
	id, err := uuid.Parse(r.Param("id"))
	if err != nil || len(r.Param("id")) != 36 {
		return uuid.Nil, fault.New(fault.NotFound)
	}
	return id, nil
}

// readForm reads a posted form once: bounded, in UTF-8 and NFC, with LF.
func (r *Request) readForm() error {
	if err := r.Request().ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return fault.New(fault.TooLarge)
		}
		return fault.New(fault.Malformed)
	}
	r.form = url.Values{}
	for name, values := range r.Request().PostForm {
		for _, v := range values {
			r.form.Add(name, clean(v))
		}
	}
	return nil
}

func clean(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	return norm.NFC.String(strings.ReplaceAll(text, "\x00", ""))
}

// Form is a posted value, "" where there is none.
func (r *Request) Form(name string) string { return r.form.Get(name) }

// Posted is the whole posted form.
func (r *Request) Posted() url.Values { return r.form }

// ByScript tells whether a script of ours asks and wants JSON rather than a page.
func (r *Request) ByScript() bool {
	return strings.HasPrefix(r.Request().Header.Get(echo.HeaderAccept), echo.MIMEApplicationJSON)
}

// Redirect sends the reader to another page, which is asked for with GET.
func (r *Request) Redirect(path string) error { return r.Context.Redirect(http.StatusSeeOther, path) }

// maxPhase bounds the time that one form can claim, in seconds.
const maxPhase = 900

// Seconds is how long the reader was at work on the form that was posted: what
// the script counted, without idle time, or else the time since the page was made.
func (r *Request) Seconds() int {
	if active, err := strconv.Atoi(r.Form("_active")); err == nil {
		return min(max(active, 0), maxPhase)
	}
	opened, err := strconv.ParseInt(r.Form("_opened"), 10, 64)
	if err != nil {
		return 0
	}
	return int(min(max(r.Now().Unix()-opened, 0), maxPhase))
}

const (
	cookieName       = "omasuunta"
	secureCookieName = "__Host-omasuunta"
)

func (k *Kit) sessionCookie() string {
	if k.secure {
		return secureCookieName
	}
	return cookieName
}

func (r *Request) sessionToken() string {
	cookie, err := r.Cookie(r.kit.sessionCookie())
	if err != nil || len(cookie.Value) > 200 {
		return ""
	}
	return cookie.Value
}

// Token is the secret of the session at hand, "" without one.
func (r *Request) Token() string { return r.sessionToken() }

// Begin makes a session the browser's.
func (r *Request) Begin(token string) { r.setSession(token, 0) }

// End takes the session from the browser.
func (r *Request) End() { r.setSession("", -1) }

func (r *Request) setSession(token string, maxAge int) {
	r.setCookie(r.kit.sessionCookie(), token, maxAge)
}

func (r *Request) setCookie(name, value string, maxAge int) {
	r.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: r.kit.secure, SameSite: http.SameSiteLaxMode,
	})
}

// asked is the cookie of a browser that is asked for a passkey before it has a
// session.
const asked = "-asked"

// Ask gives a browser without a session a secret by which its answer is known to
// be its own, for so many seconds.
func (r *Request) Ask(secret string, seconds int) {
	r.setCookie(r.kit.sessionCookie()+asked, secret, seconds)
}

// Asked is the secret of Ask, "" without one. It is good for one answer.
func (r *Request) Asked() string {
	cookie, err := r.Cookie(r.kit.sessionCookie() + asked)
	if err != nil || len(cookie.Value) > 200 {
		return ""
	}
	r.setCookie(cookie.Name, "", -1)
	return cookie.Value
}

// Keep gives a browser something to keep under a name, for so many seconds;
// none takes it away. It needs no session.
func (r *Request) Keep(name, value string, seconds int) {
	if seconds == 0 {
		seconds = -1
	}
	r.setCookie(r.kit.sessionCookie()+"-"+name, value, seconds)
}

// Kept is what a browser keeps under a name, "" for nothing.
func (r *Request) Kept(name string) string {
	cookie, err := r.Cookie(r.kit.sessionCookie() + "-" + name)
	if err != nil || len(cookie.Value) > 200 {
		return ""
	}
	return cookie.Value
}

// Guess counts a password or code that a stranger is about to try, by address and
// by whose it would be, and refuses when there were too many wrong ones. who is a
// user name or the like, "" for nobody in particular. right is to be called when
// it was the right one.
func (r *Request) Guess(who string) (right func(), err error) { return r.GuessAs(who, "") }

// GuessAs is Guess for somebody who has shown something before: own is what their
// tries are counted by, apart from everybody else's; "" for a stranger.
func (r *Request) GuessAs(who, own string) (right func(), err error) {
	return r.kit.guess(r.RealIP(), who, own)
}

// Own is what the tries of a whole session are counted by, "" without one. The
// session is of the user, whoever sits there now.
func (r *Request) Own() string {
	if !r.known || r.half {
		return ""
	}
	sum := sha256.Sum256([]byte(r.Token()))
	return "session " + string(sum[:])
}

// LocalPath tells whether a path leads to a page of ours and nowhere else.
func LocalPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.ContainsAny(path, "\\\r\n\t") && len(path) < 500
}
