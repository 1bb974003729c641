package entry_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/housetest"
)

// A wrong name and a wrong password look the same; the name stays, and the right
// password leads on to the page that was asked for.
func TestLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.Get("/password?x=1").Leads("/login?back=" + url.QueryEscape("/password?x=1"))
	wrong := h.login("väärä salasana 1")
	wrong.Is(http.StatusUnauthorized, "Käyttäjätunnus ja salasana eivät täsmää", `value="`+somebody+`"`)
	if strings.Contains(wrong.Source, "väärä salasana 1") {
		t.Error("the page shows the password")
	}
	nobody := h.Send("/login", url.Values{"username": {"eikukaan"}, "password": {"väärä salasana 1"}})
	if strings.ReplaceAll(nobody.Source, "eikukaan", somebody) != wrong.Source {
		t.Error("a name that nobody has looks different")
	}
	h.Send("/login", url.Values{"username": {" Maija.Meri "}, "password": {housetest.Password}, "back": {"/password?x=1"}}).Leads("/password?x=1")
	h.Get("/password").Is(http.StatusOK, "Maija Meri")
	h.Get("/login").Leads("/")
}

func TestLoginLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	for _, back := range []string{"//example.org/x", "https://example.org", `/\example.org`, "javascript:alert(1)"} {
		a := h.Send("/login", url.Values{"username": {somebody}, "password": {housetest.Password}, "back": {back}})
		a.Leads("/")
	}
}

// Whoever tries too often waits, however the name is typed, and is told so on
// the page itself.
func TestLoginWaitsAfterManyTries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	for _, name := range []string{"Maija.Meri", " maija.meri", "MAIJA.MERI"} {
		h.Send("/login", url.Values{"username": {name}, "password": {"väärä"}})
	}
	a := h.login(housetest.Password)
	a.Is(http.StatusTooManyRequests, "Odota 2 minuuttia", `value="`+somebody+`"`)
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestLogoutEndsTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(housetest.Password)
	h.Send("/logout", url.Values{}).Leads("/login?out=1")
	h.Get("/login?out=1").Is(http.StatusOK, "Olet kirjautunut ulos")
	h.Get("/").Leads("/login")
}

// Logging in again ends the session that the browser had before.
func TestLoginRotatesTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(housetest.Password)
	before := h.Session()
	h.login(housetest.Password)
	if after := h.Session(); after == before {
		t.Error("the same session")
	}
	if _, err := h.Access.Session(t.Context(), before); err == nil {
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
	h.login(housetest.Password)
	h.Clock.Advance(time.Hour)
	ended := h.Send("/notes", url.Values{
		"text": {"ensimmäinen \"rivi\"\n\ntoinen <rivi>", "kolmas"}, "username": {"joku.muu"}, "password": {"salaisuus-1"}, "_active": {"99"},
	})
	ended.Is(http.StatusUnauthorized, "Istunto ehti päättyä", "Kirjoittamasi on tallessa", `href="/join"`)
	if strings.Contains(ended.Source, "salaisuus-1") || strings.Contains(ended.Source, `name="username" type="text" value="joku.muu"`) {
		t.Error("the page carries a password, or takes a name for the login's own")
	}
	// Whoever has a session again from another window sends it from here.
	if kept := ended.FormAround("Lähetä uudelleen"); kept.Action != "/notes" || len(kept.Values["text"]) != 2 {
		t.Errorf("to %s: %v", kept.Action, kept.Values)
	}
	wrong := ended.Form("login").Fill("username", somebody, "password", "ei tämä").Send()
	wrong.Is(http.StatusUnauthorized, "eivät täsmää")
	swedish := wrong.Form("login").Press("_set", "language:sv")
	swedish.Is(http.StatusOK, "Logga in")
	resume := swedish.Form("login").Fill("username", somebody, "password", housetest.Password).Send()
	resume.Is(http.StatusOK, "Välkommen tillbaka")
	// The language can be changed once more before it is sent.
	resume = resume.Form("kept").Press("_set", "language:fi")
	resume.Is(http.StatusOK, "Tervetuloa takaisin")
	resume.FormAround("Lähetä ja jatka").Send().Is(http.StatusNoContent)
	if len(h.written) != 2 || h.written[0] != "ensimmäinen \"rivi\"\n\ntoinen <rivi>" || h.written[1] != "kolmas" {
		t.Errorf("%q arrived", h.written)
	}
}

func TestWhatIsTooLongIsNotCarriedAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.Send("/notes", url.Values{"text": {strings.Repeat("x", 300<<10)}})
	a.Is(http.StatusUnauthorized, "Takaisin-painikkeella")
	if len(a.Source) > 100<<10 {
		t.Errorf("a page of %d bytes", len(a.Source))
	}
}

func TestScriptIsToldThatTheSessionEnded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a := h.Send("/session", url.Values{}, "Accept", "application/json")
	if a.Status != http.StatusUnauthorized || !strings.Contains(a.Source, `"unauthenticated"`) {
		t.Errorf("%d %s", a.Status, a.Source)
	}
}

func TestSessionIsKeptFromEnding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(housetest.Password)
	for range 4 {
		h.Clock.Advance(20 * time.Minute)
		a := h.Send("/session", url.Values{}, "Accept", "application/json")
		if a.Status != http.StatusOK || strings.TrimSpace(a.Source) != `{"left":1800}` {
			t.Fatalf("%d %s", a.Status, a.Source)
		}
	}
	h.Send("/session", url.Values{"back": {"/password"}}).Leads("/password")
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Send("/preferences", url.Values{"_set": {"language:en"}, "back": {"/login"}}).Leads("/login")
	h.Get("/login").Is(http.StatusOK, `lang="en"`, "Log in")
	h.Send("/preferences", url.Values{"_set": {"size:large"}, "back": {"//example.org"}}).Leads("/")
	a := h.Send("/preferences", url.Values{"_set": {"contrast:high"}}, "Accept", "application/json")
	a.Is(http.StatusNoContent)
	h.Get("/login").Is(http.StatusOK, `data-contrast="high"`, `data-size="large"`)
}
