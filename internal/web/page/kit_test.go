package page_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

var (
	noon    = time.Date(2023, 9, 14, 9, 0, 0, 0, time.UTC)
	visitID = uuid.MustParse("3f2b8c1e-5d4a-4e6f-8a7b-9c0d1e2f3a4b")
)

type fixed struct{}

func (fixed) Now() time.Time { return noon }

// sessions are known by their tokens.
type sessions map[string]access.Session

func (s sessions) Session(_ context.Context, token string) (access.Session, error) {
	if found, ok := s[token]; ok {
		found.EndsAt = noon.Add(time.Hour)
		return found, nil
	}
	return access.Session{}, fault.New(fault.Unauthenticated)
}

func as(role access.Role) access.Session {
	return access.Session{Actor: access.Actor{ID: uuid.New(), Role: role}}
}

// house is an Echo with pages: what their handlers answer is their path.
type house struct {
	*testing.T
	echo *echo.Echo
}

var templates = fstest.MapFS{"templates/form.html": {Data: []byte(
	`{{define "content"}}<h1>{{.Title}}</h1><form id="f" method="post">{{template "input" (.Field "name" "max:5")}}{{template "choice" ((.Field "kinds.0.kind").With .Data)}}</form>{{end}}`)}}

func newHouse(t *testing.T) *house {
	t.Helper()
	locked, once := as(access.Professional), as(access.Professional)
	locked.HandedOverTo, once.MustChangePassword = visitID, true
	kit, err := page.New(page.Config{Clock: fixed{}, Sessions: sessions{
		"professional": as(access.Professional), "expert": as(access.Expert), "admin": as(access.Admin), "client": as(access.Client),
		"locked": locked, "once": once,
	}})
	if err != nil {
		t.Fatal(err)
	}
	pages, err := kit.Templates(templates)
	if err != nil {
		t.Fatal(err)
	}
	kit.AskLogin(func(r *page.Request) error { return r.String(http.StatusUnauthorized, "login") })
	says := func(r *page.Request) error { return r.String(http.StatusOK, r.Path()) }
	labels := page.Labels{"name": "nav.users", "kinds.kind": "nav.units"}
	show := func(r *page.Request) error {
		form := &page.Form{Labels: labels, Values: r.Posted()}
		if r.Form("name") == "wrong" {
			_ = form.Take(fault.Findings{{Pointer: "/name", Code: fault.Required}, {Pointer: "/kinds/0/kind/0", Code: fault.Required}, {Pointer: "/other", Code: fault.Taken}}.Err())
		}
		return pages.Render(r, "form", &page.View{Title: "T", Form: form, FormID: "f", Data: []page.Option{{Value: "a", Label: "<A>"}}})
	}
	h := &house{t, echo.New()}
	same := func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	kit.Register(h.echo, same, func(string) error { return nil }, nil, []page.Route{
		{Method: "GET", Path: "/open", Gate: page.Open, Handle: says},
		{Method: "GET", Path: "/form", Gate: page.Open, Handle: show},
		{Method: "POST", Path: "/form", Gate: page.Open, Handle: show},
		{Method: "GET", Path: "/closed", Handle: says},
		{Method: "GET", Path: "/signed-in", Gate: page.SignedIn, Handle: says},
		{Method: "GET", Path: "/professional", Gate: page.Professional, Handle: says},
		{Method: "GET", Path: "/expert", Gate: page.Expert, Handle: says},
		{Method: "GET", Path: "/admin", Gate: page.Admin, Handle: says},
		{Method: "GET", Path: "/client", Gate: page.Client, Handle: says},
		{Method: "GET", Path: "/assessments/:id/client", Gate: page.Own, Handle: says, HandedOver: true},
		{Method: "GET", Path: "/password", Gate: page.SignedIn, Handle: says, Steps: []access.Step{access.NewPassword}},
		{Method: "GET", Path: "/time", Gate: page.Open, Handle: says},
		{Method: "POST", Path: "/time", Gate: page.Open, Handle: func(r *page.Request) error {
			return r.String(http.StatusOK, (time.Duration(r.Seconds()) * time.Second).String())
		}},
	})
	h.echo.HTTPErrorHandler = func(err error, c echo.Context) {
		_ = c.String(map[fault.Kind]int{fault.Forbidden: 403, fault.TooLarge: 413, fault.NotFound: 404}[fault.KindOf(err)], fault.CodeOf(err))
	}
	return h
}

func (h *house) ask(method, target, who, body string, headers ...string) (*http.Response, string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "omasuunta", Value: who})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.echo.ServeHTTP(w, r)
	text, _ := io.ReadAll(w.Result().Body)
	return w.Result(), string(text)
}

// TestGates asks for every page as everybody.
func TestGates(t *testing.T) {
	h := newHouse(t)
	own, other := "/assessments/"+visitID.String()+"/client", "/assessments/"+uuid.NewString()+"/client"
	people := []string{"", "professional", "expert", "admin", "client", "locked", "once", "nobody's"}
	for path, want := range map[string][]string{
		//            nobody  prof.   expert  admin   client  locked  once         unknown
		"/open":         {"200", "200", "200", "200", "200", own, "200", "200"},
		"/closed":       {"401", "403", "403", "403", "403", own, "/password", "401"},
		"/signed-in":    {"401", "200", "200", "200", "403", own, "/password", "401"},
		"/professional": {"401", "200", "403", "403", "403", own, "/password", "401"},
		"/expert":       {"401", "403", "200", "403", "403", own, "/password", "401"},
		"/admin":        {"401", "403", "403", "200", "403", own, "/password", "401"},
		"/client":       {"401", "403", "403", "403", "200", own, "/password", "401"},
		own:             {"401", "200", "403", "403", "200", "200", "/password", "401"},
		other:           {"401", "200", "403", "403", "200", own, "/password", "401"},
		"/password":     {"401", "200", "200", "200", "403", own, "200", "401"},
	} {
		for i, who := range people {
			answer, _ := h.ask("GET", path, who, "")
			got := answer.Header.Get("Location")
			if got == "" {
				got = strconv.Itoa(answer.StatusCode)
			}
			if got != want[i] {
				t.Errorf("%s as %q: %s, want %s", path, who, got, want[i])
			}
		}
	}
}

func TestMistakesAreListedAndLinked(t *testing.T) {
	h := newHouse(t)
	answer, text := h.ask("POST", "/form", "", url.Values{"name": {"wrong"}, "kinds.0.kind": {"a"}}.Encode())
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("status %d", answer.StatusCode)
	}
	for _, want := range []string{
		`<a href="#f-name">Käyttäjät: Tämä tieto tarvitaan.</a>`, `<a href="#f-kinds-0-kind">Yksiköt: Tämä tieto tarvitaan.</a>`, `<li>Tämä on jo käytössä`,
		`value="wrong"`, `aria-invalid="true"`, `aria-describedby="f-name-error"`, `value="a" checked`, `&lt;A&gt;`, `<title>Korjattavaa – T – Omasuunta</title>`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
}

func TestLanguageChangesAndWhatWasTypedStays(t *testing.T) {
	h := newHouse(t)
	_, text := h.ask("POST", "/form", "", "name=kept&_set=language:sv")
	if !strings.Contains(text, `<html lang="sv"`) || !strings.Contains(text, `value="kept"`) {
		t.Errorf("posted: %s", text)
	}
	answer, _ := h.ask("GET", "/form?a=1&_set=language:sv", "", "")
	if to := answer.Header.Get("Location"); to != "/form?a=1" {
		t.Errorf("asked for, it leads to %q", to)
	}
	cookie := answer.Cookies()[0]
	if !cookie.HttpOnly || cookie.MaxAge < 86400 {
		t.Errorf("the cookie is %v", cookie)
	}
	_, text = h.ask("GET", "/form", "", "", "Cookie", cookie.Name+"="+cookie.Value, "Accept-Language", "en")
	if !strings.Contains(text, `<html lang="sv"`) {
		t.Error("the choice is forgotten")
	}
	for header, want := range map[string]string{"en-GB,fi;q=0.5": "en", "sv-FI": "sv", "de": "fi", "": "fi", "nonsense;;": "fi"} {
		if _, text := h.ask("GET", "/form", "", "", "Accept-Language", header); !strings.Contains(text, `<html lang="`+want+`"`) {
			t.Errorf("%q does not give %s", header, want)
		}
	}
}

func TestForeignAndOversizedFormsAreRefused(t *testing.T) {
	h := newHouse(t)
	if answer, _ := h.ask("POST", "/form", "", "name=a", "Sec-Fetch-Site", "cross-site"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", answer.StatusCode)
	}
	if answer, _ := h.ask("POST", "/form", "", "name="+strings.Repeat("a", 600<<10)); answer.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", answer.StatusCode)
	}
}

func TestTextIsCleaned(t *testing.T) {
	h := newHouse(t)
	_, text := h.ask("POST", "/form", "", url.Values{"name": {"a\x00\xffo\u0308\r\nb"}}.Encode())
	if !strings.Contains(text, "value=\"a\ufffdö\nb\"") {
		t.Errorf("got %q", text[strings.Index(text, "f-name"):])
	}
}

func TestActiveSeconds(t *testing.T) {
	h := newHouse(t)
	for form, want := range map[string]string{
		"_active=42&_opened=1": "42s", "_active=5000": "15m0s", "_active=-3": "0s", "": "0s", "_opened=x": "0s",
		"_opened=1694681970": "30s", "_opened=1694682100": "0s", "_opened=1": "15m0s",
	} {
		if _, got := h.ask("POST", "/time", "", form); got != want {
			t.Errorf("%q counts %s, want %s", form, got, want)
		}
	}
}

func TestStaticFilesAreKeptByBrowsers(t *testing.T) {
	h := newHouse(t)
	_, text := h.ask("GET", "/form", "", "")
	_, rest, _ := strings.Cut(text, `href="`+"/static/")
	address, _, _ := strings.Cut("/static/"+rest, `"`)
	answer, css := h.ask("GET", address, "", "")
	if !strings.Contains(answer.Header.Get("Cache-Control"), "immutable") || !strings.Contains(css, "--oma-paper: #12181f") || !strings.Contains(css, "@media print") {
		t.Errorf("%s: %v, %d bytes", address, answer.Header, len(css))
	}
	if small, _ := h.ask("GET", address, "", "", "Accept-Encoding", "gzip"); small.Header.Get("Content-Encoding") != "gzip" {
		t.Error("it is not compressed")
	}
	if other, css := h.ask("GET", "/static/0/style.css", "", ""); other.StatusCode != http.StatusOK || other.Header.Get("Cache-Control") != "" || css == "" {
		t.Errorf("another version's page gets %d, kept as %q", other.StatusCode, other.Header.Get("Cache-Control"))
	}
	for _, missing := range []string{strings.Replace(address, "style.css", "tokens.css", 1), strings.Replace(address, "style.css", "../kit.go", 1)} {
		if answer, _ := h.ask("GET", missing, "", ""); answer.StatusCode == http.StatusOK {
			t.Errorf("%s is there", missing)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/new?a=b": true, "": false, "//evil.example": false, "https://evil.example": false, `/\evil.example`: false, "/a\nb": false, "new": false,
	} {
		if page.LocalPath(path) != want {
			t.Errorf("%q: %v", path, !want)
		}
	}
}
