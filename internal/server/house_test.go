package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
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
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// house is a server over a real database with one unit and one professional.
type house struct {
	*Server
	clock *testkit.Clock
	db    *store.Store
	log   *lines
	token string
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

// routes are pages that are no more than their routes.
type routes func(*echo.Echo)

func (f routes) Register(e *echo.Echo, _ echo.MiddlewareFunc, _ func(string) error, _ func(string, string) (func(), error)) {
	if f != nil {
		f(e)
	}
}
func (routes) IsPage(string) bool { return false }
func (routes) Fail(echo.Context, int, *fault.Error, string) error {
	return errors.New("there are no pages")
}

func newHouse(t testing.TB, config Config, pages routes) *house {
	t.Helper()
	h := &house{clock: testkit.NewClock(time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC)), log: &lines{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	h.db, err = store.Open(t.Context(), testkit.SQLite(t), slog.New(slog.DiscardHandler))
	must(err)
	t.Cleanup(func() { _ = h.db.Close() })
	must(h.db.Migrate(t.Context()))
	library, err := instrument.Builtin()
	must(err)
	texts, err := consent.BuiltinTexts()
	must(err)
	must(h.db.RegisterContent(t.Context(), library.Versions(), texts))
	people := access.NewService(h.db, identity.Secrets{}, h.clock, randomIDs{})
	ctx := access.With(t.Context(), access.SystemActor)
	must(people.AddUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}))
	_, _, err = people.AddUser(ctx, access.NewUser{Username: "ammattilainen", Name: "Testi Ammattilainen", Role: "professional", Units: []string{"vuosaari-ta"}})
	must(err)
	h.token, err = people.CreateToken(ctx, "ammattilainen", "test", 0)
	must(err)
	words := content.New(h.db, library, texts, setting.New(h.db, h.clock, nil), h.clock, randomIDs{})
	api, err := httpapi.New(httpapi.Deps{
		Assessments: assessment.NewService(h.db, library, words, h.clock, randomIDs{}), Reports: report.NewService(h.db),
		Library: library, Names: h.db, Guidance: words, Repetitions: replay.NewGuard(h.db, h.clock),
	})
	must(err)
	h.Server, err = New(config, Deps{
		API: api, Authenticator: people, Database: h.db, Clock: h.clock, Pages: pages,
		Log: slog.New(slog.NewJSONHandler(h.log, nil)),
	})
	must(err)
	return h
}

// ask sends one request and returns the answer with its body.
func (h *house) ask(method, target, body string, headers ...string) (*http.Response, string) {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
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

// contextOf is an Echo context for a request, for what is tested by itself.
func (h *house) contextOf(ctx context.Context) echo.Context {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
	r.Header.Set("Authorization", h.bearer())
	return h.echo.NewContext(r, httptest.NewRecorder())
}
