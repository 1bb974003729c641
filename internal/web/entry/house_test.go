package entry_test

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
	"github.com/omasuunta/omasuunta/internal/web/entry"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

const (
	somebody = "maija.meri"
	chosen   = "kolme kovaa kiveä"
)

// house is the pages over a real database, and one browser without scripts.
type house struct {
	t       *testing.T
	clock   *testkit.Clock
	people  *access.Service
	content *content.Service
	address string
	browser *http.Client
	written []string       // what reached the page that stands for all others
	guesses map[string]int // wrong ones, by name
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
	h := &house{t: t, clock: testkit.NewClock(time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC)), guesses: map[string]int{}}
	db := must[*store.Store](t)(store.Open(t.Context(), testkit.SQLite(t), slog.New(slog.DiscardHandler)))
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	library := must[*instrument.Library](t)(instrument.Builtin())
	texts := must[[]consent.Text](t)(consent.BuiltinTexts())
	settings := setting.New(db, h.clock, nil)
	h.content = content.New(db, library, texts, settings, h.clock, randomIDs{})
	h.people = access.NewService(db, identity.Secrets{}, h.clock, randomIDs{})
	kit := must[*page.Kit](t)(page.New(page.Config{Sessions: h.people, Clock: h.clock}))
	pages := must[*entry.Pages](t)(entry.New(kit, entry.Deps{Access: h.people, Content: h.content, Settings: settings}))
	kit.AskLogin(pages.AskLogin)
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
	notes := page.Route{Method: http.MethodPost, Path: "/notes", Gate: page.SignedIn, Handle: func(r *page.Request) error {
		h.written = r.Posted()["text"]
		return r.NoContent(http.StatusNoContent)
	}}
	start := page.Route{Method: http.MethodGet, Path: "/", Gate: page.SignedIn, Handle: func(r *page.Request) error {
		return r.NoContent(http.StatusNoContent)
	}}
	kit.Register(e, turn, func(string) error { return nil }, h.guess, append(pages.Routes(), notes, start))
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	h.address = server.URL
	h.browser = &http.Client{
		Jar:           must[*cookiejar.Jar](t)(cookiejar.New(nil)),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h
}

// guess lets three wrong ones pass.
func (h *house) guess(_, who string) (func(), error) {
	if h.guesses[who] >= 3 {
		return nil, &fault.Error{Kind: fault.RateLimited, Code: fault.RateLimited.String(), RetryAfter: 90 * time.Second}
	}
	h.guesses[who]++
	return func() { h.guesses[who]-- }, nil
}

func (h *house) system() context.Context { return access.With(h.t.Context(), access.SystemActor) }

// add makes a user whose password is the one-time one that comes back.
func (h *house) add(role string) string {
	h.t.Helper()
	if err := h.people.AddUnit(h.system(), access.Unit{Code: "ranta", Name: "Rannan terveysasema"}); err != nil {
		h.t.Fatal(err)
	}
	_, password, err := h.people.AddUser(h.system(), access.NewUser{Username: somebody, Name: "Maija Meri", Role: role, Units: []string{"ranta"}})
	if err != nil {
		h.t.Fatal(err)
	}
	return password
}

// settle makes a user who has chosen a password.
func (h *house) settle(role string) {
	h.t.Helper()
	once := h.add(role)
	token := must[string](h.t)(h.people.Login(h.t.Context(), somebody, once))
	must[string](h.t)(h.people.ChangePassword(h.t.Context(), token, once, chosen))
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

func (h *house) login(password string) answer {
	return h.post("/login", url.Values{"username": {somebody}, "password": {password}})
}

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
	forms  = regexp.MustCompile(`(?s)<form[^>]*>.*?</form>`)
	action = regexp.MustCompile(`^<form[^>]*action="([^"]*)"`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// form returns the address and hidden fields of the form around a text, as a
// browser would send them.
func (h *house) form(a answer, around string) (string, url.Values) {
	h.t.Helper()
	for _, one := range forms.FindAllString(a.body, -1) {
		if !strings.Contains(one, around) {
			continue
		}
		fields := url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(one, -1) {
			fields.Add(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
		}
		to := action.FindStringSubmatch(one)
		if to == nil {
			h.t.Fatalf("no address in %s", one)
		}
		return html.UnescapeString(to[1]), fields
	}
	h.t.Fatalf("no form around %q in %s", around, a.body)
	return "", nil
}
