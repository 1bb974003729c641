package visit_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/visit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// house is the pages over a real database.
type house struct {
	*testing.T
	clock       *testkit.Clock
	db          *store.Store
	people      *access.Service
	assessments *assessment.Service
	invitations *invitation.Service
	settings    *setting.Service
	server      *httptest.Server
}

var statuses = map[fault.Kind]int{
	fault.Malformed: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409, fault.Gone: 410, fault.Invalid: 422,
}

const password = "kolme kovaa kiveä"

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, clock: testkit.NewClock(time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC))}
	var err error
	h.db, err = store.Open(t.Context(), testkit.SQLite(t), slog.New(slog.DiscardHandler))
	h.must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	h.must(h.db.Migrate(t.Context()))
	library, err := instrument.Builtin()
	h.must(err)
	texts, err := consent.BuiltinTexts()
	h.must(err)
	h.must(h.db.RegisterContent(t.Context(), library.Versions(), texts))
	var codes []string
	for _, b := range library.Professional() {
		codes = append(codes, b.Code)
	}
	h.settings = setting.New(h.db, h.clock, codes)
	words := content.New(h.db, library, texts, h.settings, h.clock, randomIDs{})
	h.people = access.NewService(h.db, identity.Secrets{}, h.clock, randomIDs{})
	h.assessments = assessment.NewService(h.db, library, words, h.clock, randomIDs{})
	h.invitations = invitation.NewService(h.db, h.assessments, h.people, identity.Secrets{}, words, h.clock, randomIDs{})
	for code, name := range map[string]string{"vuosaari-ta": "Vuosaaren terveysasema", "seniori-info": "Seniori-info"} {
		h.must(h.people.AddUnit(h.system(), access.Unit{Code: code, Name: name}))
	}

	kit, err := page.New(page.Config{Sessions: h.people, Clock: h.clock})
	h.must(err)
	pages, err := visit.New(kit, visit.Deps{
		Assessments: h.assessments, Invitations: h.invitations, Content: words, Settings: h.settings, Names: h.db,
	})
	h.must(err)
	kit.AskLogin(func(*page.Request) error { return fault.New(fault.Unauthenticated) })
	fail, err := kit.Failures()
	h.must(err)
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		f := &fault.Error{Kind: fault.Internal, Code: fault.Internal.String()}
		if status, ok := statuses[fault.KindOf(err)]; ok && errors.As(err, &f) {
			_ = fail(c, status, f, "")
			return
		}
		var known *echo.HTTPError
		if errors.As(err, &known) {
			_ = c.NoContent(known.Code)
			return
		}
		t.Errorf("%s: %v", c.Path(), err)
		_ = fail(c, http.StatusInternalServerError, f, "")
	}
	turn := func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	guess := func(string, string) (func(), error) { return func() {}, nil }
	kit.Register(e, turn, guess, append(pages.Routes(), page.Route{Method: http.MethodGet, Path: "/", Gate: page.Professional, Handle: pages.Start}))
	h.server = httptest.NewServer(e)
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) system() context.Context { return access.With(h.Context(), access.SystemActor) }

// professional is a user of some units, in a browser of their own.
func (h *house) professional(username string, units ...string) (*browser, context.Context) {
	h.Helper()
	user, once, err := h.people.AddUser(h.system(), access.NewUser{Username: username, Name: "Testi " + username, Role: "professional", Units: units})
	h.must(err)
	token, err := h.people.Login(h.Context(), username, once)
	h.must(err)
	token, err = h.people.ChangePassword(h.Context(), token, once, password)
	h.must(err)
	return h.browse(token), access.With(h.Context(), access.Actor{ID: user.ID, Name: user.Name, Role: user.Role, Units: user.Units})
}

// browser is a browser without scripts.
type browser struct {
	h      *house
	client *http.Client
}

func (h *house) browse(token string) *browser {
	h.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	at, err := url.Parse(h.server.URL)
	h.must(err)
	jar.SetCookies(at, []*http.Cookie{{Name: "omasuunta", Value: token}})
	return &browser{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// shown is a page as it came.
type shown struct {
	b      *browser
	Path   string
	Status int
	To     string // where it leads, with a redirect
	Text   string // what is there to read
	HTML   string
	root   *html.Node
}

func (b *browser) do(req *http.Request, err error) *shown {
	b.h.Helper()
	b.h.must(err)
	answer, err := b.client.Do(req)
	b.h.must(err)
	body, err := io.ReadAll(answer.Body)
	b.h.must(errors.Join(err, answer.Body.Close()))
	s := &shown{b: b, Path: req.URL.Path, Status: answer.StatusCode, To: answer.Header.Get("Location"), HTML: string(body)}
	s.root, err = html.Parse(strings.NewReader(s.HTML))
	b.h.must(err)
	s.Text = strings.Join(strings.Fields(text(s.root)), " ")
	return s
}

func (b *browser) get(path string) *shown {
	b.h.Helper()
	return b.do(http.NewRequestWithContext(b.h.Context(), http.MethodGet, b.h.server.URL+path, nil))
}

func (b *browser) post(path string, values url.Values) *shown {
	b.h.Helper()
	req, err := http.NewRequestWithContext(b.h.Context(), http.MethodPost, b.h.server.URL+path, strings.NewReader(values.Encode()))
	b.h.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(req, nil)
}

// follow goes where a redirect leads.
func (s *shown) follow() *shown {
	s.b.h.Helper()
	if s.Status != http.StatusSeeOther {
		s.b.h.Fatalf("%s: status %d, not a redirect: %s", s.Path, s.Status, s.Text)
	}
	return s.b.get(s.To)
}

// form is what a browser without scripts would send of a form, without its buttons.
type form struct {
	s      *shown
	action string
	url.Values
}

func (s *shown) form(id string) *form {
	s.b.h.Helper()
	f := &form{s: s, Values: url.Values{}}
	walk(s.root, func(n *html.Node) {
		if n.Data == "form" && attr(n, "id") == id {
			f.action = attr(n, "action")
			walk(n, func(n *html.Node) { f.collect(n) })
		}
	})
	if f.action == "" {
		s.b.h.Fatalf("%s (%d): there is no form %q: %s", s.Path, s.Status, id, s.Text)
	}
	return f
}

func (f *form) collect(n *html.Node) {
	name := attr(n, "name")
	switch {
	case name == "" || n.Data == "button":
	case n.Data == "textarea":
		f.Add(name, strings.TrimPrefix(text(n), "\n"))
	case n.Data == "select":
		walk(n, func(o *html.Node) {
			if o.Data == "option" && hasAttr(o, "selected") {
				f.Add(name, attr(o, "value"))
			}
		})
	case n.Data == "input" && (attr(n, "type") == "checkbox" || attr(n, "type") == "radio"):
		if hasAttr(n, "checked") {
			f.Add(name, attr(n, "value"))
		}
	case n.Data == "input":
		f.Add(name, attr(n, "value"))
	}
}

// send presses a button that has no name or address of its own.
func (f *form) send() *shown { return f.s.b.post(f.action, f.Values) }

// press presses the button with this name and value, wherever it is on the page.
func (f *form) press(name, value string) *shown {
	f.s.b.h.Helper()
	action := ""
	walk(f.s.root, func(n *html.Node) {
		if n.Data == "button" && attr(n, "name") == name && attr(n, "value") == value {
			action = f.action
			if own := attr(n, "formaction"); own != "" {
				action, _, _ = strings.Cut(own, "#")
			}
		}
	})
	if action == "" {
		f.s.b.h.Fatalf("%s: there is no button %s=%s", f.s.Path, name, value)
	}
	f.Add(name, value)
	return f.s.b.post(action, f.Values)
}

func (s *shown) says(what ...string) {
	s.b.h.Helper()
	for _, one := range what {
		if !strings.Contains(s.Text, one) {
			s.b.h.Errorf("%s (%d) doesn't say %q: %s", s.Path, s.Status, one, s.Text)
		}
	}
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
