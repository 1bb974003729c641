package insight_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/insight"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// house is the expert's pages over the demo's replay of the trial, in a browser
// of each role's.
type house struct {
	*pagetest.Site
	expert, professional *pagetest.Browser
	token                string // the expert's, for the API
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h, users := pagetest.Replayed(t)
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(insight.New(kit, insight.Deps{Reports: h.Reports, Settings: h.Settings, Names: h.Store, Library: h.Library}))
	})
	of := func(role string) (demo.User, *pagetest.Browser) {
		user := users[slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role })]
		token, err := h.Access.Login(t.Context(), user.Username, user.Password)
		h.Must(err)
		return user, site.Browse(token)
	}
	_, professional := of("professional")
	user, expert := of("expert")
	return &house{site, expert, professional, user.Token}
}

// page asks as the expert, and demands what the page must say.
func (h *house) page(path string, status int, texts ...string) *pagetest.Page {
	h.Helper()
	return h.expert.Get(path).Is(status, texts...)
}

// cells are the numbers of the table after a caption, row by row.
func (h *house) cells(p *pagetest.Page, caption string) []string {
	h.Helper()
	_, table, found := strings.Cut(html.UnescapeString(p.Source), "<caption>"+caption+"</caption>")
	table, _, closed := strings.Cut(table, "</table>")
	if !found || !closed {
		h.Fatalf("no table %q:\n%s", caption, p.Source)
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
		"toukokuu\u00a02023", "henkilöt ovat keksittyjä", "Kieltäytyneet", "Kokeilu, 5.5.2023–12.11.2023")
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

	h.professional.Get("/report").Is(http.StatusForbidden)
	h.Browse("").Get("/report").Is(http.StatusUnauthorized)
	h.professional.Get("/report/download?format=csv&" + trial).Is(http.StatusForbidden)
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
	h.Must(h.Settings.Change(h.System(), setting.MinCell, "5"))
	h.Clock.Advance(time.Minute)
	body := h.page("/report", http.StatusOK, "Kun luku on pienempi kuin 5", "Valitse kokonaisia kuukausia")
	want := []string{"86", "100\u00a0%", "piilotettu", "piilotettu", "piilotettu", "piilotettu", "32", "37\u00a0%", "14", "16\u00a0%"}
	if got := h.cells(body, "Kysymyspatteristot"); !slices.Equal(got, want) {
		t.Errorf("batteries %q", got)
	}
	h.page("/report?"+trial+"&battery=illness-care", http.StatusOK, "niin vähän, että lukuja ei näytetä")
	h.page("/report?from=2023-05-06&to=2023-05-31", http.StatusUnprocessableEntity, `id="f-from-error"`)
}

// Published figures are those of the day they were published on, and say so.
func TestPublishedFigures(t *testing.T) {
	h := newHouse(t)
	h.Must(h.Settings.Change(h.System(), setting.Figures, "published"))
	h.Clock.Advance(time.Minute)
	h.page("/report?"+trial, http.StatusOK, "Tältä ajalta ei ole vielä julkaistu lukuja.", "Julkaise, mitä voi")
	for _, came := range []string{"some", "none"} { // the second time there is nothing left
		to := h.expert.Post("/report/publish").Header.Get("Location")
		if to != "/report?published="+came {
			t.Errorf("publishing leads to %s", to)
		}
	}
	h.page("/report?published=some", http.StatusOK, "Uudet luvut on julkaistu.")
	body := h.page("/report?"+trial, http.StatusOK, "Jakaumassa on 86 arviota.", "käynnit 12.11.2023 asti")
	if got := h.cells(body, "Asiakkuudet"); got[0] != "40" {
		t.Errorf("segments %q", got)
	}
	csv := h.page("/report/download?format=csv&"+trial, http.StatusOK, "as_of,2023-11-12,")
	if again := h.page("/report/download?format=csv&"+trial, http.StatusOK); again.Source != csv.Source {
		t.Error("the same question has another answer")
	}
	h.page("/report/download?format=json&"+trial, http.StatusOK, `"as_of": "2023-11-12"`)
}

// A downloaded file is the one that the API gives.
func TestDownloadsAreThoseOfTheAPI(t *testing.T) {
	h := newHouse(t)
	for format, same := range map[string]string{"csv": "format=csv", "fi-excel": "format=csv&dialect=fi-excel", "svg": "format=svg", "json": "format=json", "xlsx": "format=xlsx"} {
		got := h.page("/report/download?"+trial+"&format="+format, http.StatusOK)
		want := h.Browse("").Get("/api/v1/reports/distribution?"+trial+"&"+same, "Authorization", "Bearer "+h.token).Is(http.StatusOK)
		// A workbook is a ZIP file, whose parts come in any order.
		if format != "xlsx" && got.Source != want.Source || format == "xlsx" && !strings.HasPrefix(got.Source, "PK") {
			t.Errorf("%s differs from the API's", format)
		}
		if got, want := got.Header.Get("Content-Type"), want.Header.Get("Content-Type"); got != want {
			t.Errorf("%s is sent as %s, by the API as %s", format, got, want)
		}
		if got := got.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="distribution-2023-05-05-2023-11-12.`) {
			t.Errorf("%s is named %s", format, got)
		}
	}
	h.picture("the whole", h.page("/report/download?"+trial+"&format=png", http.StatusOK).Source)
	h.page("/report/download?"+trial+"&format=exe", http.StatusNotFound)
	h.page("/report/download?format=csv&from=2023-05-05&to=2023-05-04", http.StatusUnprocessableEntity)
}
