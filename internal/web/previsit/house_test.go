package previsit_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/server"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/previsit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

var quiet = slog.New(slog.DiscardHandler)

// house is a server with the pages before a visit, and a professional in each
// of two units.
type house struct {
	*testing.T
	url         string
	clock       *testkit.Clock
	people      *access.Service
	invitations *invitation.Service
	passwords   map[string]string
}

// pages are the pages under test as the server takes them.
type pages struct {
	kit    *page.Kit
	routes []page.Route
	fail   func(echo.Context, int, *fault.Error, string) error
}

func (p pages) Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(string) error, guess func(string, string) (func(), error)) {
	p.kit.Register(e, turn, limit, guess, p.routes)
}
func (pages) IsPage(path string) bool { return page.IsPage(path) }
func (p pages) Fail(c echo.Context, status int, f *fault.Error, id string) error {
	return p.fail(c, status, f, id)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, clock: testkit.NewClock(time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC)), passwords: map[string]string{}}
	db, err := store.Open(t.Context(), testkit.SQLite(t), quiet)
	h.must(err)
	t.Cleanup(func() { _ = db.Close() })
	h.must(db.Migrate(t.Context()))
	library, err := instrument.Builtin()
	h.must(err)
	texts, err := consent.BuiltinTexts()
	h.must(err)
	h.must(db.RegisterContent(t.Context(), library.Versions(), texts))
	h.people = access.NewService(db, identity.Secrets{}, h.clock, randomIDs{})
	words := content.New(db, library, texts, setting.New(db, h.clock, nil), h.clock, randomIDs{})
	visits := assessment.NewService(db, library, words, h.clock, randomIDs{})
	h.invitations = invitation.NewService(db, visits, h.people, identity.Secrets{}, words, h.clock, randomIDs{})
	h.inhabit()

	kit, err := page.New(page.Config{Sessions: h.people, Clock: h.clock})
	h.must(err)
	kit.AskLogin(func(r *page.Request) error { return r.Redirect("/login") })
	before, err := previsit.New(kit, previsit.Deps{
		Invitations: h.invitations, Content: words, Library: library, Names: db,
		PublicURL: func(*page.Request) string { return "https://oma.example/" },
	})
	h.must(err)
	p := pages{kit: kit, routes: before.Routes()}
	p.fail, err = kit.Failures()
	h.must(err)
	api, err := httpapi.New(httpapi.Deps{
		Assessments: visits, Reports: report.NewService(db), Library: library, Names: db, Guidance: words, Repetitions: replay.NewGuard(db, h.clock),
	})
	h.must(err)
	s, err := server.New(server.Config{}, server.Deps{API: api, Authenticator: h.people, Database: db, Clock: h.clock, Log: quiet, Pages: p})
	h.must(err)
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	h.url = web.URL
	return h
}

func (h *house) inhabit() {
	h.Helper()
	ctx := access.With(h.Context(), access.SystemActor)
	h.must(h.people.AddUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}))
	h.must(h.people.AddUnit(ctx, access.Unit{Code: "seniori-info", Name: "Seniori-info"}))
	for username, unit := range map[string]string{"ammattilainen": "vuosaari-ta", "naapuri": "seniori-info"} {
		_, password, err := h.people.AddUser(ctx, access.NewUser{
			Username: username, Name: "Testi Käyttäjä", Role: "professional", Units: []string{unit}, KeepPassword: true})
		h.must(err)
		h.passwords[username] = password
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// browser is one browser without JavaScript.
type browser struct {
	*house
	http.Client
}

// browser opens one, with nobody logged in.
func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &browser{h, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as opens one in which somebody is logged in.
func (h *house) as(username string) *browser {
	h.Helper()
	b := h.browser()
	token, err := h.people.Login(h.Context(), username, h.passwords[username])
	h.must(err)
	at, err := url.Parse(h.url)
	h.must(err)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: "omasuunta", Value: token, Path: "/"}})
	return b
}

// answer is a page as it came.
type answer struct {
	status int
	to     string // where it redirects
	body   string
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	q, err := http.NewRequestWithContext(context.WithoutCancel(b.Context()), method, b.url+path, body)
	b.must(err)
	q.Header.Set("Accept-Language", "fi")
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := b.Do(q)
	b.must(err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	b.must(err)
	return answer{r.StatusCode, r.Header.Get("Location"), html.UnescapeString(string(text))}
}

func (b *browser) get(path string) answer { b.Helper(); return b.do(http.MethodGet, path, nil) }
func (b *browser) post(path string, pairs ...string) answer {
	b.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

// shows demands a status and what the page must say.
func (h *house) shows(a answer, status int, texts ...string) {
	h.Helper()
	if a.status != status {
		h.Fatalf("status %d, want %d:\n%s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			h.Errorf("the page does not say %q:\n%s", text, a.body)
		}
	}
}

// leads demands a redirect.
func (h *house) leads(a answer, to string) {
	h.Helper()
	if a.status != http.StatusSeeOther || a.to != to {
		h.Fatalf("status %d to %q, want 303 to %q:\n%s", a.status, a.to, to, a.body)
	}
}

var (
	linkOf = regexp.MustCompile(`https://oma\.example(/join/[\w-]+)"`)
	codeOf = regexp.MustCompile(`class="sheet-code">(\w{4}-\w{4})<`)
	idOf   = regexp.MustCompile(`action="/invitations/([0-9a-f-]{36})"`)
)

// sheet reads what a sheet tells: the path of its link, its code and its
// invitation's address.
func (h *house) sheet(a answer) (link, code, address string) {
	h.Helper()
	h.shows(a, http.StatusOK)
	find := func(pattern *regexp.Regexp) string {
		found := pattern.FindStringSubmatch(a.body)
		if found == nil {
			h.Fatalf("the sheet has no %s:\n%s", pattern, a.body)
		}
		return found[1]
	}
	return find(linkOf), find(codeOf), "/invitations/" + find(idOf)
}

// ordinary is what an ordinary invitation is made of.
var ordinary = []string{"unit", "vuosaari-ta", "register", "health", "battery", "functioning", "language", "sv", "client_ref", "viite-17", "days", "7"}

func (b *browser) invite() (link, code, address string) {
	b.Helper()
	return b.sheet(b.post("/invitations/new", ordinary...))
}
