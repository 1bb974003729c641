package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// reception is a running service with a user in each role, whose pages are used
// over HTTP by browsers without scripts.
type reception struct {
	*instance
	database string
}

// colleague is a user as they log in.
type colleague struct{ username, password, token string }

// staffed are the users of the databases that staff filled, by dialect and name.
var staffed sync.Map

// staff fills an empty database with two units and a user in each role. Their
// passwords are theirs already, but for that of "uusi", which is a one-time one.
func staff(url string) error {
	ctx := access.With(context.Background(), access.SystemActor)
	db, err := store.Open(ctx, url, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	people := administration(db)
	err = errors.Join(
		prepare(ctx, db, true),
		grant(ctx, db, url),
		people.AddUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}),
		people.AddUnit(ctx, access.Unit{Code: "seniori-info", Name: "Seniori-info"}),
	)
	for _, u := range []access.NewUser{
		{Username: "ammattilainen", Name: "Testi Ammattilainen", Role: "professional", Units: []string{"vuosaari-ta"}, KeepPassword: true},
		{Username: "toinen", Name: "Testi Toinen", Role: "professional", Units: []string{"vuosaari-ta"}, KeepPassword: true},
		{Username: "naapuri", Name: "Testi Naapuri", Role: "professional", Units: []string{"seniori-info"}, KeepPassword: true},
		{Username: "asiantuntija", Name: "Testi Asiantuntija", Role: "expert", KeepPassword: true},
		{Username: "hallinta", Name: "Testi Hallinta", Role: "admin", KeepPassword: true},
		{Username: "uusi", Name: "Testi Uusi", Role: "professional", Units: []string{"vuosaari-ta"}},
	} {
		one := colleague{username: u.Username}
		var added, created error
		_, one.password, added = people.AddUser(ctx, u)
		one.token, created = people.CreateToken(ctx, u.Username, "test", 0)
		staffed.Store(dialect(url)+u.Username, one)
		err = errors.Join(err, added, created)
	}
	return errors.Join(err, db.Close())
}

// grant gives the program's role its rights, if it is another than the owner.
func grant(ctx context.Context, db *store.Store, url string) error {
	if role := testkit.ProgramRole(url); role != "" {
		return db.GrantTo(ctx, role)
	}
	return nil
}

// receptions runs a test on a reception on each of the databases.
func receptions(t *testing.T, test func(t *testing.T, h *reception), flags ...string) {
	t.Helper()
	t.Parallel()
	testkit.EnginesFrom(t, "reception", staff, func(t *testing.T, url string) {
		t.Parallel() // with the other engine
		test(t, receive(t, url, flags...))
	})
}

// newReception is a reception on SQLite.
func newReception(t testing.TB, flags ...string) *reception {
	t.Helper()
	return receive(t, testkit.SQLiteFrom(t, "reception", staff), flags...)
}

func receive(t testing.TB, url string, flags ...string) *reception {
	t.Helper()
	return &reception{database: url, instance: start(t, append([]string{"serve", "--database", url}, flags...)...)}
}

func (h *reception) colleague(username string) colleague {
	h.t.Helper()
	one, ok := staffed.Load(dialect(h.database) + username)
	if !ok {
		h.t.Fatalf("there is no user %s", username)
	}
	return one.(colleague)
}

// api is the API as a user calls it, for what a test needs to have beforehand.
func (h *reception) api(username string) client { return h.as(h.colleague(username).token) }

// reader opens a browser in which nobody is logged in.
func (h *reception) reader() *reader {
	return &reader{t: h.t, url: h.URL, cookies: map[string]*http.Cookie{}, header: map[string]string{}}
}

// enter opens a browser and logs somebody in.
func (h *reception) enter(username string) *reader {
	h.t.Helper()
	r := h.reader()
	r.login(h.colleague(username))
	return r
}

// begin begins an assessment on the pages and returns its id.
func (h *reception) begin(r *reader) string {
	h.t.Helper()
	f := r.get(consentPage).form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Add("purposes", "assessment")
	f.Add("purposes", "record")
	return f.send().assessment()
}

// consentPage asks for consent to an assessment of the unit vuosaari-ta.
const consentPage = "/new/consent?unit=vuosaari-ta&register=health&battery=functioning&language=fi&mode=joint"

// invite invites a client and returns the path of the link, the code and the
// invitation's own address.
func (h *reception) invite(r *reader) (link, code, address string) {
	h.t.Helper()
	f := r.get("/invitations/new").form("invite")
	f.Set("unit", "vuosaari-ta")
	f.Set("register", "health")
	f.Set("battery", "functioning")
	sheet := f.send().is(http.StatusOK).form("sheet")
	return "/join/" + sheet.Get("link"), sheet.Get("code"), sheet.action
}

// accept consents as an invited client and returns the assessment's id.
func (h *reception) accept(r *reader) string {
	h.t.Helper()
	f := r.get("/own/consent").form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Set("purposes", "assessment")
	return f.send().assessment()
}

// reader is a browser without scripts.
type reader struct {
	t       testing.TB
	url     string
	cookies map[string]*http.Cookie
	header  map[string]string // sent with everything
	heard   func(*shown)      // is told of every answer
}

// shown is an answer.
type shown struct {
	r            *reader
	method, path string
	status       int
	header       http.Header
	body         string
}

// to is where an answer leads, "" for nowhere.
func (s *shown) to() string { return s.header.Get("Location") }

// ask sends a request with a body that may be anything, and more headers.
func (r *reader) ask(method, path, body string, headers ...string) *shown {
	r.t.Helper()
	q, err := http.NewRequestWithContext(context.WithoutCancel(r.t.Context()), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	q.Header.Set("Accept-Language", "fi")
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range r.header {
		q.Header.Set(name, value)
	}
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	q.Host = q.Header.Get("Host") // "" is that of the address
	for _, c := range r.cookies {
		q.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	resp, err := transport.Transport.RoundTrip(q) // goes nowhere by itself
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	for _, c := range resp.Cookies() {
		if r.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(r.cookies, c.Name)
		}
	}
	s := &shown{r: r, method: method, path: path, status: resp.StatusCode, header: resp.Header, body: string(data)}
	s.safe()
	if r.heard != nil {
		r.heard(s)
	}
	return s
}

// safe fails unless an answer has the headers that every one must have.
func (s *shown) safe() {
	s.r.t.Helper()
	policy := s.header.Get("Content-Security-Policy")
	for _, wanted := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action "} {
		if !strings.Contains(policy, wanted) {
			s.r.t.Errorf("%s %s: %d: the policy lacks %s: %s", s.method, s.path, s.status, wanted, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		s.r.t.Errorf("%s %s: the policy is %s", s.method, s.path, policy)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
	} {
		if got := s.header.Get(name); got != want {
			s.r.t.Errorf("%s %s: %s is %q", s.method, s.path, name, got)
		}
	}
}

func (r *reader) get(path string) *shown { r.t.Helper(); return r.ask(http.MethodGet, path, "") }

func (r *reader) post(path string, values url.Values, headers ...string) *shown {
	r.t.Helper()
	return r.ask(http.MethodPost, path, values.Encode(), headers...)
}

// login logs in through the form.
func (r *reader) login(p colleague) *shown {
	r.t.Helper()
	s := r.try(p.username, p.password)
	if s.status != http.StatusSeeOther {
		r.t.Fatalf("%s cannot log in: %d\n%s", p.username, s.status, s.body)
	}
	return s
}

// try types a name and a password.
func (r *reader) try(username, password string) *shown {
	r.t.Helper()
	f := r.get("/login").form("login")
	f.Set("username", username)
	f.Set("password", password)
	return f.send()
}

// session is the secret in the session's cookie, "" without one.
func (r *reader) session() string {
	for _, name := range []string{"omasuunta", "__Host-omasuunta"} {
		if c := r.cookies[name]; c != nil {
			return c.Value
		}
	}
	return ""
}

// is fails the test unless an answer has a status.
func (s *shown) is(status int) *shown {
	s.r.t.Helper()
	if s.status != status {
		s.r.t.Fatalf("%s %s: %d to %q, want %d\n%s", s.method, s.path, s.status, s.to(), status, s.text())
	}
	return s
}

// leads fails the test unless an answer leads to a path.
func (s *shown) leads(to string) {
	s.r.t.Helper()
	if s.status != http.StatusSeeOther || s.to() != to {
		s.r.t.Errorf("%s %s: %d to %q, want 303 to %q\n%s", s.method, s.path, s.status, s.to(), to, s.text())
	}
}

// assessment is the id of the assessment that an answer leads to.
func (s *shown) assessment() string {
	s.r.t.Helper()
	rest, ok := strings.CutPrefix(s.is(http.StatusSeeOther).to(), "/assessments/")
	if !ok {
		s.r.t.Fatalf("%s %s leads to %s", s.method, s.path, s.to())
	}
	id, _, _ := strings.Cut(rest, "/")
	return id
}

// text is what is there to read.
func (s *shown) text() string { s.r.t.Helper(); return s.read().Text }

func (s *shown) read() *pagetest.Document {
	s.r.t.Helper()
	document, err := pagetest.Read(s.body)
	if err != nil {
		s.r.t.Fatal(err)
	}
	return &document
}

// form is what a browser would send of a form, without its buttons.
type form struct {
	r      *reader
	action string
	url.Values
}

// form reads the form with an id.
func (s *shown) form(id string) form {
	s.r.t.Helper()
	action, values, found := s.read().Fields(id)
	if !found || action == "" {
		s.r.t.Fatalf("%s %s: %d: there is no form %q\n%s", s.method, s.path, s.status, id, s.body)
	}
	return form{s.r, action, values}
}

func (f form) send(headers ...string) *shown {
	f.r.t.Helper()
	return f.r.post(f.action, f.Values, headers...)
}
