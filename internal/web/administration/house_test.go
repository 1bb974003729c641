package administration_test

import (
	"context"
	"errors"
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
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/administration"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// house is the pages over a real database, and one browser without scripts.
type house struct {
	t        *testing.T
	clock    *testkit.Clock
	people   *access.Service
	content  *content.Service
	settings *setting.Service
	library  *instrument.Library
	address  string
	browser  *http.Client
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

var statuses = map[fault.Kind]int{fault.Forbidden: http.StatusForbidden, fault.NotFound: http.StatusNotFound, fault.Unauthenticated: http.StatusUnauthorized}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: testkit.NewClock(time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC))}
	db := must[*store.Store](t)(store.Open(t.Context(), testkit.SQLite(t), slog.New(slog.DiscardHandler)))
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.library = must[*instrument.Library](t)(instrument.Builtin())
	texts := must[[]consent.Text](t)(consent.BuiltinTexts())
	if err := db.RegisterContent(t.Context(), h.library.Versions(), texts); err != nil {
		t.Fatal(err)
	}
	var batteries []string
	for _, b := range h.library.Professional() {
		batteries = append(batteries, b.Code)
	}
	h.settings = setting.New(db, h.clock, batteries)
	h.content = content.New(db, h.library, texts, h.settings, h.clock, randomIDs{})
	h.people = access.NewService(db, identity.Secrets{}, h.clock, randomIDs{})
	kit := must[*page.Kit](t)(page.New(page.Config{Sessions: h.people, Clock: h.clock}))
	pages := must[*administration.Pages](t)(administration.New(kit, administration.Deps{Access: h.people, Content: h.content, Settings: h.settings, Library: h.library}))
	kit.AskLogin(func(*page.Request) error { return fault.New(fault.Unauthenticated) })
	fail := must[func(echo.Context, int, *fault.Error, string) error](t)(kit.Failures())

	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		f := &fault.Error{Kind: fault.Internal, Code: "internal"}
		if !errors.As(err, &f) {
			t.Errorf("%s: %v", c.Path(), err)
		}
		status, ok := statuses[f.Kind]
		if !ok {
			status = http.StatusInternalServerError
		}
		_ = fail(c, status, f, "")
	}
	turn := func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	guess := func(_, _ string) (func(), error) { return func() {}, nil }
	kit.Register(e, turn, func(string) error { return nil }, guess, pages.Routes())
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	h.address = server.URL
	h.browser = &http.Client{
		Jar:           must[*cookiejar.Jar](t)(cookiejar.New(nil)),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h
}

func (h *house) system() context.Context { return access.With(h.t.Context(), access.SystemActor) }

// enter logs somebody of a role in, with a new user of that name.
func (h *house) enter(role, username string) access.User {
	h.t.Helper()
	_ = h.people.AddUnit(h.system(), access.Unit{Code: "ranta", Name: "Rannan terveysasema"}) // may be there
	u, password, err := h.people.AddUser(h.system(), access.NewUser{Username: username, Name: "Testi " + username, Role: role, Units: []string{"ranta"}, KeepPassword: true})
	if err != nil {
		h.t.Fatal(err)
	}
	token := must[string](h.t)(h.people.Login(h.t.Context(), username, password))
	where := must[*url.URL](h.t)(url.Parse(h.address))
	h.browser.Jar.SetCookies(where, []*http.Cookie{{Name: "omasuunta", Value: token, Path: "/"}})
	return u
}

type answer struct {
	status         int
	location, body string
	header         http.Header
}

func (h *house) ask(method, path string, form url.Values, headers ...string) answer {
	h.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := must[*http.Request](h.t)(http.NewRequestWithContext(h.t.Context(), method, h.address+path, body))
	r.Header.Set("Accept-Language", "fi")
	if form != nil {
		r.Header.Set("Content-Type", echo.MIMEApplicationForm)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := must[*http.Response](h.t)(h.browser.Do(r))
	defer w.Body.Close()
	text := must[[]byte](h.t)(io.ReadAll(w.Body))
	return answer{w.StatusCode, w.Header.Get("Location"), string(text), w.Header}
}

func (h *house) get(path string) answer                   { return h.ask(http.MethodGet, path, nil) }
func (h *house) post(path string, form url.Values) answer { return h.ask(http.MethodPost, path, form) }

// expect looks at the answer's status and at what its page must show.
func (h *house) expect(a answer, status int, shown ...string) {
	h.t.Helper()
	if a.status != status {
		h.t.Fatalf("status %d, not %d: %s", a.status, status, a.body)
	}
	for _, text := range shown {
		if !strings.Contains(html.UnescapeString(a.body), text) {
			h.t.Errorf("the page does not show %q:\n%s", text, a.body)
		}
	}
}

func (h *house) expectRedirect(a answer, to string) {
	h.t.Helper()
	if a.status != http.StatusSeeOther || a.location != to {
		h.t.Fatalf("%d to %q, not to %q: %s", a.status, a.location, to, a.body)
	}
}

var (
	input    = regexp.MustCompile(`<input id="[^"]*" name="([^"]*)" type="[^"]*" value="([^"]*)"`)
	hidden   = regexp.MustCompile(`<input type="hidden" name="(_from)" value="([^"]*)">`)
	textarea = regexp.MustCompile(`(?s)<textarea id="[^"]*" name="([^"]*)"[^>]*>\n(.*?)</textarea>`)
	selected = regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)".*?<option value="([^"]*)" selected>`)
)

// fields returns the fields of a page as a browser would send them.
func fields(a answer) url.Values {
	values := url.Values{}
	for _, pattern := range []*regexp.Regexp{input, hidden, textarea, selected} {
		for _, field := range pattern.FindAllStringSubmatch(a.body, -1) {
			values.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
		}
	}
	return values
}
