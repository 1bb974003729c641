package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// strict are the headers of every answer, whatever was asked and whoever asked.
var strict = map[string]string{
	"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
	"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":        "camera=(), geolocation=(), microphone=()",
	"Strict-Transport-Security": "max-age=31536000",
}

// Pages, the API, papers, downloads, what is refused and what isn't there: all of
// it is kept by no browser and no proxy, shown in no frame, and taken for nothing
// else than it is; over https browsers are told to insist on it.
func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	h := newReception(t, "--public-url", "https://oma.example")
	r, expert, nobody := h.enter("ammattilainen"), h.enter("asiantuntija"), h.reader()
	draft := h.begin(r)
	token := "Bearer " + h.colleague("ammattilainen").token
	for _, one := range []struct {
		who          *reader
		method, path string
		status       int
		header       []string
		kept         bool // may be kept, because it is the same for everybody
	}{
		{who: r, method: "GET", path: "/", status: 200},
		{who: r, method: "HEAD", path: "/", status: 200},
		{who: r, method: "GET", path: "/assessments/" + draft + "/client/money", status: 200},
		{who: r, method: "GET", path: "/assessments/" + draft + "/consent/document.pdf", status: 200},
		{who: r, method: "GET", path: "/brochure/document.pdf", status: 200},
		{who: r, method: "GET", path: "/assessments/" + draft + "/file/document.pdf", status: 200},
		{who: r, method: "GET", path: "/assessments/" + draft, status: 303},
		{who: r, method: "GET", path: "/report", status: 403},
		{who: r, method: "GET", path: "/nowhere", status: 404},
		{who: r, method: "DELETE", path: "/assessments", status: 405},
		{who: expert, method: "GET", path: "/report/download?from=2023-05-01&to=2023-11-30&format=csv", status: 200},
		{who: nobody, method: "GET", path: "/login", status: 200},
		{who: nobody, method: "GET", path: "/", status: 303},
		{who: nobody, method: "POST", path: "/login", status: 401},
		{who: nobody, method: "GET", path: "/api/v1/assessments/" + draft, status: 200, header: []string{"Authorization", token}},
		{who: nobody, method: "GET", path: "/api/v1/assessments/" + draft, status: 401},
		{who: nobody, method: "GET", path: "/api/v1/nowhere", status: 404, header: []string{"Authorization", token}},
		{who: nobody, method: "GET", path: "/healthz", status: 200},
		{who: nobody, method: "GET", path: "/docs", status: 200},
		{who: nobody, method: "GET", path: "/static/0/style.css", status: 200, kept: true},
	} {
		resp := one.who.raw(one.method, one.path, one.header...)
		if resp.StatusCode != one.status {
			t.Errorf("%s %s: %d, want %d", one.method, one.path, resp.StatusCode, one.status)
		}
		for name, want := range strict {
			if got := resp.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s %s: %s is %q, want %q", one.method, one.path, name, got, want)
			}
		}
		if policy := resp.Header.Values("Content-Security-Policy"); len(policy) != 1 ||
			!strings.Contains(policy[0], "default-src 'none'") || !strings.Contains(policy[0], "frame-ancestors 'none'") || strings.Contains(policy[0], "unsafe") {
			t.Errorf("%s %s: the policy is %q", one.method, one.path, policy)
		}
		if got := resp.Header.Get("Cache-Control"); got != "no-store" && !one.kept {
			t.Errorf("%s %s: Cache-Control is %q", one.method, one.path, got)
		}
		for _, telling := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"} {
			if got := resp.Header.Get(telling); got != "" {
				t.Errorf("%s %s: %s is %q", one.method, one.path, telling, got)
			}
		}
	}
}

// raw sends a request as another site's script would and returns the answer alone.
func (r *reader) raw(method, path string, headers ...string) *http.Response {
	r.t.Helper()
	q, err := http.NewRequestWithContext(context.WithoutCancel(r.t.Context()), method, r.url+path, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	if method != http.MethodPost {
		q.Header.Set("Origin", "https://elsewhere.example")
	}
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	for _, c := range r.cookies {
		q.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	resp, err := transport.Transport.RoundTrip(q)
	if err != nil {
		r.t.Fatalf("%s %s: %v", method, path, err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return resp
}

// What a proxy could say about the way that a request came is not believed: only
// the flag makes cookies and browsers insist on https.
func TestNobodySaysItIsHTTPS(t *testing.T) {
	t.Parallel()
	h := newReception(t, "--trusted-proxy", "127.0.0.1")
	r := h.reader()
	for _, name := range []string{"X-Forwarded-Proto", "X-Forwarded-Protocol", "X-Url-Scheme"} {
		r.header[name] = "https"
	}
	r.header["X-Forwarded-Ssl"], r.header["Forwarded"], r.header["X-Forwarded-Host"] = "on", "proto=https;host=evil.example", "evil.example"
	r.login(h.colleague("ammattilainen"))
	if c := r.cookies["omasuunta"]; c == nil || c.Secure {
		t.Errorf("the cookie is %v", c)
	}
	s := r.get("/invitations/new").is(http.StatusOK)
	if got := s.header.Get("Strict-Transport-Security"); got != "" || strings.Contains(s.body, "evil.example") {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
	f := s.form("invite")
	f.Set("unit", "vuosaari-ta")
	f.Set("register", "health")
	f.Set("battery", "functioning")
	if sheet := f.send().is(http.StatusOK); strings.Contains(sheet.body, "evil.example") {
		t.Error("an invitation leads where a header said")
	}
}

// dial opens a connection and sends something.
func (s *instance) dial(text string) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		s.t.Logf("the server hung up while it was spoken to: %v", err)
	}
	return conn
}

// Headers have a bound, all together; what is over it is refused and the
// connection closed.
func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	many := strings.Builder{}
	for i := range 4000 {
		fmt.Fprintf(&many, "X-%d: y\r\n", i)
	}
	for what, request := range map[string]string{
		"a header of 40 KiB":    "GET /login HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 40<<10) + "\r\n\r\n",
		"4,000 headers":         "GET /login HTTP/1.1\r\nHost: x\r\n" + many.String() + "\r\n",
		"an address of 40 KiB":  "GET /login?" + strings.Repeat("x", 40<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"a cookie of 40 KiB":    "GET /login HTTP/1.1\r\nHost: x\r\nCookie: omasuunta=" + strings.Repeat("x", 40<<10) + "\r\n\r\n",
		"no host":               "GET /login HTTP/1.1\r\n\r\n",
		"two hosts":             "GET /login HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"two lengths":           "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
		"an unknown encoding":   "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
		"a space before a name": "GET /login HTTP/1.1\r\nHost: x\r\n X-Odd: y\r\n\r\n",
		"a line in a value":     "GET /login HTTP/1.1\r\nHost: x\r\nX-Odd: a\nb\r\n\r\n",
	} {
		conn := h.dial(request)
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		from := bufio.NewReader(conn)
		resp, err := http.ReadResponse(from, nil)
		if err != nil { // hung up on while still speaking
			if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
				t.Errorf("%s: no answer", what)
			}
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode < 400 || resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented {
			t.Errorf("%s: %d", what, resp.StatusCode)
		}
		if _, err := from.ReadByte(); err == nil || isTimeout(err) {
			t.Errorf("%s: the connection stays open", what)
		}
	}
	h.reader().get("/login").is(http.StatusOK)
}

func isTimeout(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}

// Who sends headers slowly, or none, is hung up on after ten seconds, and nobody
// else waits for that.
func TestSlowHeadersEnd(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	h := newReception(t)
	begun := time.Now()
	var slow []net.Conn
	for range 200 {
		slow = append(slow, h.dial("GET /login HTTP/1.1\r\nHost: x\r\nX-Slow: "))
	}
	slow = append(slow, h.dial("")) // says nothing at all
	h.reader().get("/login").is(http.StatusOK)
	for i, conn := range slow {
		_ = conn.SetReadDeadline(begun.Add(40 * time.Second))
		if _, err := io.Copy(io.Discard, conn); isTimeout(err) {
			t.Fatalf("connection %d is still open after %s", i, time.Since(begun).Round(time.Second))
		}
	}
	if took := time.Since(begun); took < 5*time.Second {
		t.Errorf("a slow line was hung up on after %s already", took)
	}
}
