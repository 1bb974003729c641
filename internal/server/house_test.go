package server

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/replay"
)

// house is a server and the API token of a professional.
type house struct {
	*Server
	*housetest.House
	log   *lines
	token string
	peer  string // who asks, from this machine by default
}

// lines is a log that may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// forget empties it.
func (l *lines) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// routes are pages that are no more than their routes.
type routes func(*echo.Echo)

func (f routes) Register(e *echo.Echo, _ echo.MiddlewareFunc, _ func(string) error, _ func(string, string, string) (func(), error)) {
	if f != nil {
		f(e)
	}
}
func (routes) IsPage(path string) bool { return path == "/login" }
func (routes) Fail(echo.Context, int, *fault.Error, string) error {
	return errors.New("there are no pages")
}

func newHouse(t testing.TB, config Config, pages routes) *house {
	t.Helper()
	h := &house{House: housetest.New(t), log: &lines{}, peer: "127.0.0.1:40000"}
	h.Hire("ammattilainen", access.Professional, housetest.Unit)
	var err error
	h.token, err = h.Access.CreateToken(h.System(), "ammattilainen", "test", 0)
	h.Must(err)
	api, err := httpapi.New(httpapi.Deps{
		Assessments: h.Assessments, Reports: h.Reports, Trials: h.Trials, Library: h.Library, Names: h.Store, Content: h.Content, Invitations: h.Invitations,
		Extracts: h.Extracts, Repetitions: replay.NewGuard(h.Store, h.Clock),
	})
	h.Must(err)
	h.Server, err = New(config, Deps{
		API: api, Authenticator: h.Access, Database: h.Store, Clock: h.Clock, Pages: pages,
		Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	})
	h.Must(err)
	return h
}

// ask sends one request and returns the answer with its body.
func (h *house) ask(method, target, body string, headers ...string) (*http.Response, string) {
	return h.send(httptest.NewRequest(method, target, strings.NewReader(body)), headers)
}

// send sends a request with some headers, be they what they may.
func (h *house) send(r *http.Request, headers []string) (*http.Response, string) {
	r.RemoteAddr = h.peer
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, r)
	answer := w.Result()
	text, _ := io.ReadAll(answer.Body)
	return answer, string(text)
}

func (h *house) bearer() string { return "Bearer " + h.token }
