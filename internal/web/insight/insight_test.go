package insight_test

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/server"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/insight"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

var quiet = slog.New(slog.DiscardHandler)

// house is a server with the expert's pages over the demo's replay of the trial.
type house struct {
	*testing.T
	url      string
	settings *setting.Service
	clock    *testkit.Clock
	sessions map[string]string // by role
	token    string            // the expert's, for the API
}

// pages are the pages under test as the server takes them.
type pages struct {
	kit    *page.Kit
	routes []page.Route
	fail   func(echo.Context, int, *fault.Error, string) error
}

func (p pages) Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(string) error, guess func(string, string) (func(), error)) {
	p.kit.Register(e, turn, limit, guess, p.routes)
}
func (pages) IsPage(path string) bool { return page.IsPage(path) }
func (p pages) Fail(c echo.Context, status int, f *fault.Error, id string) error {
	return p.fail(c, status, f, id)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, clock: testkit.NewClock(time.Date(2024, 2, 14, 8, 0, 0, 0, time.UTC)), sessions: map[string]string{}}
	db, err := store.Open(t.Context(), testkit.SQLite(t), quiet)
	h.must(err)
	t.Cleanup(func() { _ = db.Close() })
	h.must(db.Migrate(t.Context()))
	library, err := instrument.Builtin()
	h.must(err)
	texts, err := consent.BuiltinTexts()
	h.must(err)
	h.must(db.RegisterContent(t.Context(), library.Versions(), texts))
	users, err := demo.Replay(t.Context(), demo.House{Store: db, Library: library, Texts: texts, Secrets: identity.Secrets{}}, h.clock.Now(), nil)
	h.must(err)
	people := access.NewService(db, identity.Secrets{}, h.clock, randomIDs{})
	for _, role := range []string{"professional", "expert"} {
		i := slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role })
		h.sessions[role], err = people.Login(t.Context(), users[i].Username, users[i].Password)
		h.must(err)
		h.token = users[i].Token
	}
	h.settings = setting.New(db, h.clock, nil)
	words := content.New(db, library, texts, h.settings, h.clock, randomIDs{})
	reports := report.NewService(db)

	kit, err := page.New(page.Config{Sessions: people, Clock: h.clock})
	h.must(err)
	kit.AskLogin(func(r *page.Request) error { return r.Redirect("/login") })
	own, err := insight.New(kit, insight.Deps{Reports: reports, Settings: h.settings, Names: db, Library: library})
	h.must(err)
	p := pages{kit: kit, routes: own.Routes()}
	p.fail, err = kit.Failures()
	h.must(err)
	api, err := httpapi.New(httpapi.Deps{
		Assessments: assessment.NewService(db, library, words, h.clock, randomIDs{}), Reports: reports,
		Library: library, Names: db, Guidance: words, Repetitions: replay.NewGuard(db, h.clock),
	})
	h.must(err)
	s, err := server.New(server.Config{}, server.Deps{API: api, Authenticator: people, Database: db, Clock: h.clock, Log: quiet, Pages: p})
	h.must(err)
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	h.url = web.URL
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// get asks for an address as somebody of a role, "api" as a program.
func (h *house) get(role, path string, status int) (string, http.Header) {
	h.Helper()
	q, err := http.NewRequestWithContext(context.WithoutCancel(h.Context()), http.MethodGet, h.url+path, nil)
	h.must(err)
	q.Header.Set("Accept-Language", "fi")
	if role == "api" {
		q.Header.Set("Authorization", "Bearer "+h.token)
	} else {
		q.AddCookie(&http.Cookie{Name: "omasuunta", Value: h.sessions[role]})
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := client.Do(q)
	h.must(err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	h.must(err)
	if r.StatusCode != status {
		h.Fatalf("%s: status %d, want %d:\n%s", path, r.StatusCode, status, body)
	}
	return string(body), r.Header
}

// page asks as the expert, and demands what the page must say.
func (h *house) page(path string, status int, texts ...string) string {
	h.Helper()
	body, _ := h.get("expert", path, status)
	body = html.UnescapeString(body)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			h.Errorf("%s does not say %q:\n%s", path, text, body)
		}
	}
	return body
}

// cells are the numbers of the table after a caption, row by row.
func (h *house) cells(body, caption string) []string {
	h.Helper()
	_, table, found := strings.Cut(body, "<caption>"+caption+"</caption>")
	table, _, closed := strings.Cut(table, "</table>")
	if !found || !closed {
		h.Fatalf("no table %q:\n%s", caption, body)
	}
	var list []string
	for _, m := range regexp.MustCompile(`<td class="number">([^<]*)<`).FindAllStringSubmatch(table, -1) {
		list = append(list, m[1])
	}
	return list
}

const trial = "from=2023-05-05&to=2023-11-12"

// The page opens on the trial, whose published tables it shows.
func TestReportOfTheTrial(t *testing.T) {
	h := newHouse(t)
	body := h.page("/report", http.StatusOK, "Jakaumassa on 86 arviota.", "Jakso 5.5.2023–12.11.2023", `value="2023-05-05"`, "<svg", "Vuosaaren terveysasema",
		"toukokuu\u00a02023", "henkilöt ovat keksittyjä", "Kieltäytyneet", "trial, 5.5.2023–12.11.2023")
	want := []string{"40", "47\u00a0%", "8", "9\u00a0%", "15", "17\u00a0%", "23", "27\u00a0%"}
	if got := h.cells(body, "Asiakkuudet"); !slices.Equal(got, want) {
		t.Errorf("segments %q", got)
	}
	want = []string{"86", "100\u00a0%", "37", "43\u00a0%", "3", "4\u00a0%", "32", "37\u00a0%", "14", "16\u00a0%"}
	if got := h.cells(body, "Kysymyspatteristot"); !slices.Equal(got, want) {
		t.Errorf("batteries %q", got)
	}
	h.page("/report?"+trial+"&battery=health-risk", http.StatusOK, "Jakaumassa on 14 arviota.", `value="health-risk" selected`)
	h.page("/report?from=2024-01-01&to=2024-12-31", http.StatusOK, "ei ole vielä yhtään arviota")

	h.get("professional", "/report", http.StatusForbidden)
	h.get("", "/report", http.StatusSeeOther)
	h.get("professional", "/report/download?format=csv&"+trial, http.StatusForbidden)
}

func TestWhatIsWrongIsSaidBesideTheDays(t *testing.T) {
	h := newHouse(t)
	h.page("/report?from=2023-05-05&to=2023-05-04", http.StatusUnprocessableEntity, `id="f-to-error"`, "Loppupäivä on ennen alkupäivää.", `value="2023-05-04"`)
	h.page("/report?from=2023-02-30&to=&unit=no-such", http.StatusUnprocessableEntity, `id="f-from-error"`, `id="f-to-error"`, `id="f-unit-error"`)
	h.page("/report?from=2023-05-06&to=2023-05-09", http.StatusOK)
}

// With a smallest number to show, small ones are words, and only whole months or
// what was agreed on can be asked for.
func TestSmallNumbersAreHidden(t *testing.T) {
	h := newHouse(t)
	h.must(h.settings.Change(access.With(t.Context(), access.SystemActor), setting.MinCell, "5"))
	h.clock.Advance(time.Minute)
	body := h.page("/report", http.StatusOK, "Kun luku on pienempi kuin 5", "Valitse kokonaisia kuukausia")
	want := []string{"86", "100\u00a0%", "piilotettu", "piilotettu", "piilotettu", "piilotettu", "32", "37\u00a0%", "14", "16\u00a0%"}
	if got := h.cells(body, "Kysymyspatteristot"); !slices.Equal(got, want) {
		t.Errorf("batteries %q", got)
	}
	h.page("/report?"+trial+"&battery=illness-care", http.StatusOK, "niin vähän, että lukuja ei näytetä")
	h.page("/report?from=2023-05-06&to=2023-05-31", http.StatusUnprocessableEntity, `id="f-from-error"`)
}

// A downloaded file is the one that the API gives.
func TestDownloadsAreThoseOfTheAPI(t *testing.T) {
	h := newHouse(t)
	for format, same := range map[string]string{"csv": "format=csv", "fi-excel": "format=csv&dialect=fi-excel", "svg": "format=svg", "json": "format=json", "xlsx": "format=xlsx"} {
		body, head := h.get("expert", "/report/download?"+trial+"&format="+format, http.StatusOK)
		want, wantHead := h.get("api", "/api/v1/reports/distribution?"+trial+"&"+same, http.StatusOK)
		// A workbook is a ZIP file, whose parts come in any order.
		if format != "xlsx" && body != want || format == "xlsx" && !strings.HasPrefix(body, "PK") {
			t.Errorf("%s differs from the API's", format)
		}
		if got := head.Get("Content-Type"); got != wantHead.Get("Content-Type") {
			t.Errorf("%s is sent as %s, by the API as %s", format, got, wantHead.Get("Content-Type"))
		}
		if got := head.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="distribution-2023-05-05-2023-11-12.`) {
			t.Errorf("%s is named %s", format, got)
		}
	}
	h.get("expert", "/report/download?"+trial+"&format=exe", http.StatusNotFound)
	h.page("/report/download?format=csv&from=2023-05-05&to=2023-05-04", http.StatusUnprocessableEntity)
}
