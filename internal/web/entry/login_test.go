package entry_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A wrong name and a wrong password look the same; the name stays, and the right
// password leads on to the page that was asked for.
func TestLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.expectRedirect(h.get("/password?x=1"), "/login?back="+url.QueryEscape("/password?x=1"))
	wrong := h.login("väärä salasana 1")
	h.expect(wrong, http.StatusUnauthorized, "Käyttäjätunnus ja salasana eivät täsmää", `value="`+somebody+`"`)
	if strings.Contains(wrong.body, "väärä salasana 1") {
		t.Error("the page shows the password")
	}
	nobody := h.post("/login", url.Values{"username": {"eikukaan"}, "password": {"väärä salasana 1"}})
	if strings.ReplaceAll(nobody.body, "eikukaan", somebody) != wrong.body {
		t.Error("a name that nobody has looks different")
	}
	h.expectRedirect(h.post("/login", url.Values{"username": {" Maija.Meri "}, "password": {chosen}, "back": {"/password?x=1"}}), "/password?x=1")
	h.expect(h.get("/password"), http.StatusOK, "Maija Meri")
	h.expectRedirect(h.get("/login"), "/")
}

func TestLoginLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	for _, back := range []string{"//example.org/x", "https://example.org", `/\example.org`, "javascript:alert(1)"} {
		a := h.post("/login", url.Values{"username": {somebody}, "password": {chosen}, "back": {back}})
		h.expectRedirect(a, "/")
	}
}

// Whoever tries too often waits, however the name is typed, and is told so on
// the page itself.
func TestLoginWaitsAfterManyTries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	for _, name := range []string{"Maija.Meri", " maija.meri", "MAIJA.MERI"} {
		h.post("/login", url.Values{"username": {name}, "password": {"väärä"}})
	}
	a := h.login(chosen)
	h.expect(a, http.StatusTooManyRequests, "Odota 2 minuuttia", `value="`+somebody+`"`)
	if a.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(chosen)
	h.expectRedirect(h.post("/logout", url.Values{}), "/login?out=1")
	h.expect(h.get("/login?out=1"), http.StatusOK, "Olet kirjautunut ulos")
	h.expectRedirect(h.get("/"), "/login")
}

// Logging in again ends the session that the browser had before.
func TestLoginRotatesTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	where, _ := url.Parse(h.address)
	h.login(chosen)
	before := h.browser.Jar.Cookies(where)[0].Value
	h.login(chosen)
	if after := h.browser.Jar.Cookies(where)[0].Value; after == before {
		t.Error("the same session")
	}
	if _, err := h.people.Session(t.Context(), before); err == nil {
		t.Error("the session before goes on")
	}
}

// The session ends while somebody writes: after wrong tries, a change of
// language and a login everything arrives, in order, but for passwords and what
// the form said about itself.
func TestWhatWasTypedSurvivesTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(chosen)
	h.clock.Advance(time.Hour)
	ended := h.post("/notes", url.Values{
		"text": {"ensimmäinen \"rivi\"\n\ntoinen <rivi>", "kolmas"}, "username": {"joku.muu"}, "password": {"salaisuus-1"}, "_active": {"99"},
	})
	h.expect(ended, http.StatusUnauthorized, "Istunto ehti päättyä", "Kirjoittamasi on tallessa", `href="/join"`)
	if strings.Contains(ended.body, "salaisuus-1") || strings.Contains(ended.body, `name="username" type="text" value="joku.muu"`) {
		t.Error("the page carries a password, or takes a name for the login's own")
	}
	// Whoever has a session again from another window sends it from here.
	if to, fields := h.form(ended, "Lähetä uudelleen"); to != "/notes" || len(fields["text"]) != 2 {
		t.Errorf("to %s: %v", to, fields)
	}
	to, fields := h.form(ended, `type="password"`)
	fields.Set("username", somebody)
	fields.Set("password", "ei tämä")
	wrong := h.post(to, fields)
	h.expect(wrong, http.StatusUnauthorized, "eivät täsmää")
	to, fields = h.form(wrong, `type="password"`)
	fields.Set("_set", "language:sv")
	swedish := h.post(to, fields)
	h.expect(swedish, http.StatusOK, "Logga in")
	to, fields = h.form(swedish, `type="password"`)
	fields.Set("username", somebody)
	fields.Set("password", chosen)
	resume := h.post(to, fields)
	h.expect(resume, http.StatusOK, "Välkommen tillbaka")
	// The language can be changed once more before it is sent.
	to, fields = h.form(resume, `id="kept"`)
	fields.Set("_set", "language:fi")
	resume = h.post(to, fields)
	h.expect(resume, http.StatusOK, "Tervetuloa takaisin")
	to, fields = h.form(resume, "Lähetä ja jatka")
	h.expect(h.post(to, fields), http.StatusNoContent)
	if len(h.written) != 2 || h.written[0] != "ensimmäinen \"rivi\"\n\ntoinen <rivi>" || h.written[1] != "kolmas" {
		t.Errorf("%q arrived", h.written)
	}
}

func TestWhatIsTooLongIsNotCarriedAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.post("/notes", url.Values{"text": {strings.Repeat("x", 300<<10)}})
	h.expect(a, http.StatusUnauthorized, "Takaisin-painikkeella")
	if len(a.body) > 100<<10 {
		t.Errorf("a page of %d bytes", len(a.body))
	}
}

func TestScriptIsToldThatTheSessionEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.ask(http.MethodPost, "/session", url.Values{}, "Accept", "application/json")
	if a.status != http.StatusUnauthorized || !strings.Contains(a.body, `"unauthenticated"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestSessionIsKeptFromEnding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(chosen)
	for range 4 {
		h.clock.Advance(20 * time.Minute)
		a := h.ask(http.MethodPost, "/session", url.Values{}, "Accept", "application/json")
		if a.status != http.StatusOK || strings.TrimSpace(a.body) != `{"left":1800}` {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	h.expectRedirect(h.post("/session", url.Values{"back": {"/password"}}), "/password")
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.expectRedirect(h.post("/preferences", url.Values{"_set": {"language:en"}, "back": {"/login"}}), "/login")
	h.expect(h.get("/login"), http.StatusOK, `lang="en"`, "Log in")
	h.expectRedirect(h.post("/preferences", url.Values{"_set": {"size:large"}, "back": {"//example.org"}}), "/")
	a := h.ask(http.MethodPost, "/preferences", url.Values{"_set": {"contrast:high"}}, "Accept", "application/json")
	h.expect(a, http.StatusNoContent)
	h.expect(h.get("/login"), http.StatusOK, `data-contrast="high"`, `data-size="large"`)
}
