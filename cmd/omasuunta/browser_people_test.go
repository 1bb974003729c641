package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// person is somebody who logs in on the pages.
type person struct{ username, password string }

// ownPassword is what every person of the tests chooses.
const ownPassword = "kolme sinistä saapasta"

// newcomer adds a professional of vuosaari-ta who has changed the one-time
// password already.
func (h *house) newcomer(username string) person {
	h.t.Helper()
	once := must(h.t, "user", "add", "--username", username, "--name", "Testi Tulokas", "--role", "professional", "--unit", "vuosaari-ta",
		"--database", h.database)
	v := newPlainClient(h.t, h.URL)
	v.mustPost(http.StatusSeeOther, "/login", "username", username, "password", once)
	if page := v.post("/password", "old", once, "new", ownPassword, "again", ownPassword); page.status >= http.StatusBadRequest {
		h.t.Fatalf("changing the password: %d\n%s", page.status, page.body)
	}
	return person{username, ownPassword}
}

// logIn logs a person in on the login page, wherever it came from.
func (b *browser) logIn(tag lang.Tag, p person) {
	b.Helper()
	words := locale.For(tag)
	b.fill(words.Text("entry.username"), p.username)
	b.fill(words.Text("entry.password"), p.password)
	b.press(words.Text("entry.login.do"))
}

// enter opens the pages and logs a person in.
func (b *browser) enter(tag lang.Tag, p person) {
	b.Helper()
	b.open("/login")
	b.logIn(tag, p)
	b.reads(locale.For(tag).Text("visit.start.title"))
}

// endSession ends the session of a browser behind its back: the browser goes on
// with a cookie that is good for nothing.
func (b *browser) endSession() {
	b.Helper()
	found, err := chromedp.Call(b.ctx, network.GetCookies, network.GetCookiesParams{URLs: []string{b.url}})
	if err != nil {
		b.Fatal(err)
	}
	v := newPlainClient(b.TB, b.url)
	for _, one := range found.Cookies {
		if one.Name == "omasuunta" {
			v.jar(&http.Cookie{Name: one.Name, Value: one.Value, Path: "/"})
			v.mustPost(http.StatusSeeOther, "/logout")
			return
		}
	}
	b.Fatal("nobody is logged in")
}

// plainClient is a plain HTTP client that keeps cookies and follows no redirects: a
// browser without scripts, or a machine that opens links.
type plainClient struct {
	testing.TB
	url    string
	client *http.Client
}

// plainPage is a page as it came.
type plainPage struct {
	status   int
	location string
	body     string
}

func newPlainClient(t testing.TB, url string) *plainClient {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &plainClient{t, url, &http.Client{
		Transport: transport.Transport, Jar: jar, Timeout: transport.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

func (v *plainClient) jar(cookie *http.Cookie) {
	at, err := url.Parse(v.url)
	if err != nil {
		v.Fatal(err)
	}
	v.client.Jar.SetCookies(at, []*http.Cookie{cookie})
}

func (v *plainClient) do(method, path string, form url.Values) plainPage {
	v.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, v.url+path, body)
	if err != nil {
		v.Fatal(err)
	}
	req.Header.Set("Accept-Language", "fi")
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.client.Do(req)
	if err != nil {
		v.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		v.Fatal(err)
	}
	return plainPage{resp.StatusCode, resp.Header.Get("Location"), html.UnescapeString(string(data))}
}

func (v *plainClient) get(path string) plainPage { v.Helper(); return v.do(http.MethodGet, path, nil) }

// post sends a form of names and values.
func (v *plainClient) post(path string, pairs ...string) plainPage {
	v.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return v.do(http.MethodPost, path, form)
}

func (v *plainClient) mustPost(status int, path string, pairs ...string) plainPage {
	v.Helper()
	page := v.post(path, pairs...)
	if page.status != status {
		v.Fatalf("POST %s: %d, want %d\n%s", path, page.status, status, page.body)
	}
	return page
}
