package pagetest

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/omasuunta/omasuunta/internal/housetest"
)

// cookie is the name of the session's cookie.
const cookie = "omasuunta"

// Browser is a browser without scripts, whose reader knows Finnish. It does not
// follow a redirect by itself.
type Browser struct {
	site   *Site
	at     *url.URL
	client http.Client
}

// Browse opens a browser with a session, or with none for "".
func (s *Site) Browse(token string) *Browser {
	s.Helper()
	at, err := url.Parse(s.URL)
	s.Must(err)
	jar, err := cookiejar.New(nil)
	s.Must(err)
	b := &Browser{site: s, at: at, client: http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if token != "" {
		b.Enter(token)
	}
	return b
}

// Neighbours opens the browsers of two professionals, "ranta" of the house's unit
// and "niemi" of its other one, and returns a context in which the first acts.
func (s *Site) Neighbours() (own, other *Browser, ctx context.Context) {
	s.Helper()
	token, ctx := s.Professional("ranta", housetest.Unit)
	neighbours, _ := s.Professional("niemi", housetest.OtherUnit)
	return s.Browse(token), s.Browse(neighbours), ctx
}

// Enter goes on with a session, in place of the one before.
func (b *Browser) Enter(token string) {
	b.client.Jar.SetCookies(b.at, []*http.Cookie{{Name: cookie, Value: token, Path: "/"}})
}

// Session is the token of the browser's session, "" without one.
func (b *Browser) Session() string {
	for _, c := range b.client.Jar.Cookies(b.at) {
		if c.Name == cookie {
			return c.Value
		}
	}
	return ""
}

// Get asks for a page, with more headers as pairs.
func (b *Browser) Get(path string, headers ...string) *Page {
	b.site.Helper()
	return b.ask(http.MethodGet, path, nil, headers)
}

// Post sends fields, given as pairs of name and value.
func (b *Browser) Post(path string, pairs ...string) *Page {
	b.site.Helper()
	return b.ask(http.MethodPost, path, Values(pairs...), nil)
}

// Values are fields, given as pairs of name and value.
func Values(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// Send sends fields, with more headers as pairs.
func (b *Browser) Send(path string, values url.Values, headers ...string) *Page {
	b.site.Helper()
	return b.ask(http.MethodPost, path, values, headers)
}

func (b *Browser) ask(method, path string, values url.Values, headers []string) *Page {
	t := b.site
	t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(values.Encode())
	}
	q, err := http.NewRequestWithContext(t.Context(), method, t.URL+path, body)
	t.Must(err)
	q.Header.Set("Accept-Language", "fi")
	if body != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	answer, err := b.client.Do(q)
	t.Must(err)
	defer answer.Body.Close()
	source, err := io.ReadAll(answer.Body)
	t.Must(err)
	document, err := Read(string(source))
	t.Must(err)
	return &Page{
		Document: document, Path: q.URL.Path, Status: answer.StatusCode, To: answer.Header.Get("Location"), Header: answer.Header,
		b: b, method: method,
	}
}
