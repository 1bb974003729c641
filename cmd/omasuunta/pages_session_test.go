package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// The session's cookie can be read by no script, is sent by no other site and,
// where the address is https, never without it.
func TestSessionCookie(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		flags  []string
		name   string
		secure bool
	}{
		{nil, "omasuunta", false},
		{[]string{"--public-url", "https://oma.example"}, "__Host-omasuunta", true},
	} {
		h := newReception(t, one.flags...)
		r := h.reader()
		r.get("/?_set=language:sv")
		r.login(h.colleague("ammattilainen"))
		for _, name := range []string{one.name, "omasuunta-view"} {
			c := r.cookies[name]
			if c == nil {
				t.Fatalf("there is no cookie %s: %v", name, r.cookies)
			}
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure != one.secure || c.Domain != "" {
				t.Errorf("%s is set as %s", name, strings.Replace(c.String(), c.Value, "…", 1))
			}
		}
		if c := r.cookies[one.name]; c.MaxAge != 0 || !c.Expires.IsZero() || len(c.Value) < 32 {
			t.Errorf("the session outlives the browser, or is short: MaxAge %d, %d characters", c.MaxAge, len(c.Value))
		}
		s := r.get("/").is(http.StatusOK)
		if got := s.header.Get("Strict-Transport-Security"); (got != "") != one.secure {
			t.Errorf("with %v: Strict-Transport-Security is %q", one.flags, got)
		}
		// Under https a cookie without the prefix, which another host could set, is nobody's.
		if one.secure {
			r.cookies = map[string]*http.Cookie{"omasuunta": {Name: "omasuunta", Value: r.session()}}
			r.get("/").leads("/login")
		}
	}
}

// A session's secret is another one after every login and every change of the
// password, and the one before is worth nothing.
func TestSecretChangesWithTheRights(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		const own = "neljä pehmeää kiveä"
		db := open(t, h.database)
		sessions := func() string { t.Helper(); return scalar(t, db, "SELECT count(*) FROM sessions") }
		dead := func(what, token string) {
			t.Helper()
			r := h.reader()
			r.cookies["omasuunta"] = &http.Cookie{Name: "omasuunta", Value: token}
			if s := r.get("/assessments"); !strings.HasPrefix(s.to(), "/login") {
				t.Errorf("%s: the session before still opens pages: %d", what, s.status)
			}
			if s := r.post("/session", nil, "Accept", "application/json"); s.status != http.StatusUnauthorized {
				t.Errorf("%s: the session before can be kept alive: %d", what, s.status)
			}
		}

		// Planted beforehand, as by somebody who wants to share the session to come.
		r := h.reader()
		planted := strings.Repeat("Ab1-", 11)
		r.cookies["omasuunta"] = &http.Cookie{Name: "omasuunta", Value: planted}
		r.login(h.colleague("uusi"))
		first := r.session()
		if first == planted {
			t.Fatal("the session took a secret that somebody else had chosen")
		}
		// A one-time password opens nothing but the page where it is changed.
		r.get("/assessments").leads("/password")
		f := r.get("/password").form("password")
		f.Set("old", h.colleague("uusi").password)
		f.Set("new", own)
		f.Set("again", own)
		f.send().leads("/password?done=1")
		second := r.session()
		r.get("/assessments").is(http.StatusOK)
		dead("after the password was changed", first)
		r.post("/login", url.Values{"username": {"uusi"}, "password": {own}}).leads("/")
		if third := r.session(); third == second || third == first {
			t.Error("logging in again left the secret as it was")
		}
		dead("after logging in again", second)
		if h.reader().try("uusi", h.colleague("uusi").password).status != http.StatusUnauthorized {
			t.Error("the one-time password works a second time")
		}

		// Changing it ends the sessions in all other browsers.
		other := h.reader()
		other.login(colleague{"uusi", own, ""})
		f = r.get("/password").form("password")
		f.Set("old", own)
		f.Set("new", own+"!")
		f.Set("again", own+"!")
		f.send().leads("/password?done=1")
		dead("in another browser", other.session())

		if n := sessions(); n != "1" {
			t.Errorf("%s sessions are kept, of one browser", n)
		}
		last := r.session()
		r.post("/logout", nil).leads("/login?out=1")
		if n := sessions(); n != "0" || r.session() != "" {
			t.Errorf("after logging out: %s sessions, cookie %q", n, r.session())
		}
		dead("after logging out", last)
		r.post("/logout", nil).leads("/login?out=1")
	})
}

// Whoever is disabled, gets another password from an administrator or is
// invited no more is out with the next click.
func TestRightsEndAtOnce(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r, second, admin := h.enter("ammattilainen"), h.enter("toinen"), h.enter("hallinta")
	draft := h.begin(r)
	link, _, address := h.invite(r)
	client := h.reader()
	client.post(link, nil).leads("/own")
	own := h.accept(client)
	client.get("/assessments/" + own + "/client/money").is(http.StatusOK)

	must(t, "user", "disable", "--username", "ammattilainen", "--database", h.database)
	r.get("/assessments/" + draft + "/client/money").leads("/login?" + url.Values{"back": {"/assessments/" + draft + "/client/money"}}.Encode())
	if s := r.post("/assessments/"+draft+"/answers", url.Values{"side": {"client"}, "item": {"money"}, "value": {"3"}}, "Accept", "application/json"); s.status != http.StatusUnauthorized {
		t.Errorf("a disabled user answers: %d", s.status)
	}
	if r.try("ammattilainen", h.colleague("ammattilainen").password).status != http.StatusUnauthorized {
		t.Error("a disabled user logs in")
	}
	// The invitation is the unit's, and goes on.
	client.get("/assessments/" + own + "/client/money").is(http.StatusOK)
	second.post(address+"/cancel", nil).leads(address)
	client.get("/assessments/" + own + "/client/money").is(http.StatusSeeOther)

	users := admin.get("/admin/users").body
	i := strings.Index(users, "Testi Toinen")
	start := strings.LastIndex(users[:i], `"/admin/users/`) + 1
	id := users[start : start+len("/admin/users/")+36]
	admin.post(id+"/password", nil).is(http.StatusOK)
	second.get("/").leads("/login")
}

// Two instances on one PostgreSQL are one service: whoever is logged in on one
// is on the other, and a screen in the client's hands is locked on both.
func TestTwoInstancesShareSessions(t *testing.T) {
	t.Parallel()
	database := testkit.PostgresFrom(t, "reception", staff)
	here, there := receive(t, database), receive(t, database)
	r := here.enter("ammattilainen")
	moved := func() *reader { return &reader{t: t, url: there.URL, cookies: r.cookies, header: r.header} }
	draft := here.begin(r)
	moved().get("/assessments/" + draft + "/details").is(http.StatusOK)
	r.post("/assessments/"+draft+"/hand-over", nil).leads("/assessments/" + draft + "/client")
	for _, path := range []string{"/", "/assessments", "/assessments/" + draft + "/details", "/password", "/login"} {
		moved().get(path).leads("/assessments/" + draft + "/client")
	}
	moved().post("/assessments/"+draft+"/complete", nil).leads("/assessments/" + draft + "/client")
	moved().get("/assessments/" + draft + "/client/money").is(http.StatusOK)
	f := moved().get("/take-back").form("take-back")
	f.Set("password", there.colleague("ammattilainen").password)
	f.send().leads("/assessments/" + draft + "/professional")
	r.get("/assessments/" + draft + "/details").is(http.StatusOK)
	moved().post("/logout", nil).leads("/login?out=1")
	if s := r.get("/assessments"); !strings.HasPrefix(s.to(), "/login") {
		t.Errorf("logged out there, and here: %d", s.status)
	}
}

// Guessing passwords comes to an end, by address and by name; people who know
// theirs go in and out as they please.
func TestGuessingPasswordsEnds(t *testing.T) {
	t.Parallel()
	h := newReception(t, "--trusted-proxy", "127.0.0.1")
	from := func(n int) *reader {
		r := h.reader()
		r.header["X-Forwarded-For"] = fmt.Sprintf("198.51.100.%d", n)
		return r
	}
	limited := func(what string, s *shown) {
		t.Helper()
		if s.status != http.StatusTooManyRequests || s.header.Get("Retry-After") == "" || s.header.Get("Retry-After") == "0" {
			t.Errorf("%s: %d, Retry-After %q", what, s.status, s.header.Get("Retry-After"))
		}
	}
	right := h.colleague("ammattilainen").password
	for range 12 { // more than wrong ones are let through
		from(1).login(h.colleague("ammattilainen"))
		from(1).login(h.colleague("toinen"))
	}
	for n := range 10 {
		if s := from(1).try(fmt.Sprintf("arvaus%d", n), "väärä salasana"); s.status != http.StatusUnauthorized {
			t.Fatalf("wrong password %d: %d", n+1, s.status)
		}
	}
	limited("another name from the same address", from(1).try("toinen", "väärä salasana"))
	limited("the right one from the same address", from(1).try("ammattilainen", right))
	s := from(1).try("ammattilainen", "väärä salasana")
	if !strings.Contains(s.body, `value="ammattilainen"`) || strings.Contains(s.body, "väärä salasana") {
		t.Error("the name that was typed is lost, or the password is shown")
	}
	from(2).login(h.colleague("ammattilainen"))

	for n := range 10 { // one name from many addresses, however it is written
		name := []string{"toinen", "TOINEN", " Toinen "}[n%3]
		if s := from(10+n).try(name, "väärä salasana"); s.status != http.StatusUnauthorized {
			t.Fatalf("wrong password %d from another address: %d", n+1, s.status)
		}
	}
	limited("the same name from a new address", from(30).try("toinen", h.colleague("toinen").password))
	from(30).login(h.colleague("ammattilainen"))

	// Whoever sits at an open screen doesn't get to guess the password either.
	r := from(40)
	r.login(h.colleague("ammattilainen"))
	draft := h.begin(r)
	r.post("/assessments/"+draft+"/hand-over", nil)
	for range 10 {
		r.post("/take-back", url.Values{"password": {"väärä salasana"}}).is(http.StatusUnprocessableEntity)
	}
	limited("taking back", r.post("/take-back", url.Values{"password": {right}}))
	r.get("/assessments").leads("/assessments/" + draft + "/client")
	// Nor do they keep the owner of the session from anything somewhere else.
	other := from(41)
	other.login(h.colleague("ammattilainen"))
	for range 10 {
		other.post("/password", url.Values{"old": {"väärä salasana"}, "new": {"aivan uusi salasana"}, "again": {"aivan uusi salasana"}}).is(http.StatusUnprocessableEntity)
	}
	limited("changing it", other.post("/password", url.Values{"old": {right}, "new": {"aivan uusi salasana"}, "again": {"aivan uusi salasana"}}))
	third := from(42)
	third.login(h.colleague("ammattilainen"))
	third.post("/password", url.Values{"old": {right}, "new": {"aivan uusi salasana"}, "again": {"aivan uusi salasana"}}).leads("/password?done=1")
}

// Codes cannot be guessed: five wrong ones of an invitation lock it, and one
// address doesn't come far with others.
func TestGuessingCodesEnds(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r := h.enter("ammattilainen")
	_, code, address := h.invite(r)
	guess := func(code string) *shown { return h.reader().post("/join", url.Values{"code": {code}}) }
	wrong := code[:8] + "a"
	if wrong == code {
		wrong = code[:8] + "b"
	}
	for range 4 {
		guess(wrong).is(http.StatusUnprocessableEntity)
	}
	guess(wrong).is(http.StatusGone)
	guess(code).is(http.StatusGone)
	if s := r.get(address).text(); !strings.Contains(s, "Lukittu") {
		t.Errorf("the professional isn't told: %s", s)
	}
	_, code, _ = h.invite(r)
	for n := range 4 {
		guess(fmt.Sprintf("aaaa-bbb%d", n+2)).is(http.StatusUnprocessableEntity)
	}
	s := guess(code)
	if s.status != http.StatusTooManyRequests || s.header.Get("Retry-After") == "" {
		t.Errorf("after ten wrong codes: %d", s.status)
	}
	if strings.Contains(s.body, code) {
		t.Error("the error shows the code")
	}
}
