package quality_test

import (
	"encoding/csv"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	pages "github.com/omasuunta/omasuunta/internal/web/quality"
)

// house is the expert's page over the demo's replay of the trial.
type house struct {
	*pagetest.Site
	measured             *quality.Service
	expert, professional *pagetest.Browser
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h, users := pagetest.Replayed(t)
	measured := quality.NewService(h.Store, h.Reports, h.Library, h.Clock)
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(pages.New(kit, pages.Deps{Quality: measured, Settings: h.Settings, Names: h.Store, Library: h.Library}))
	})
	of := func(role string) *pagetest.Browser {
		user := users[slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role })]
		token, err := h.Access.Login(t.Context(), user.Username, user.Password)
		h.Must(err)
		return site.Browse(token)
	}
	return &house{site, measured, of("expert"), of("professional")}
}

const trial = "from=2023-05-05&to=2023-11-12"

// column are the numbers of a column of a part's table.
func (h *house) column(p *pagetest.Page, part string, at int) []string {
	h.Helper()
	_, table, found := strings.Cut(html.UnescapeString(p.Source), `<h2 id="`+part+`">`)
	table, _, _ = strings.Cut(table, "</table>")
	if !found {
		h.Fatalf("no part %q", part)
	}
	var list []string
	for _, row := range strings.Split(table, "<tr>")[2:] {
		cells := regexp.MustCompile(`<t[dh][^>]*>([^<]*)<`).FindAllStringSubmatch(row, -1)
		list = append(list, cells[at][1])
	}
	return list
}

// The page shows the demo's figures, each with what it is made of.
func TestQuestionsOfTheTrial(t *testing.T) {
	h := newHouse(t)
	p := h.expert.Get("/report/instrument").Is(http.StatusOK, "Yksilöasiakkaan kysymykset, versio 1", "Jakso 5.5.2023–12.11.2023", "Niissä on 86 arviota.",
		"henkilöt ovat keksittyjä", "eikä niitä ole tutkittu", "Cronbachin alfa", "Alustava: arvioita on 86.", `role="img"`)
	for _, n := range h.column(p, "answers", 1) {
		if n < "70" || n > "86" {
			t.Errorf("%s of 86 have answered with a number", n)
		}
	}
	if got := h.column(p, "certainty", 1); len(got) != 4 {
		t.Errorf("certainty %q", got)
	}
	if got := h.column(p, "languages", 1); !slices.Equal(got, []string{"77", "5", "4"}) {
		t.Errorf("languages %q", got)
	}
	if got := h.column(p, "guess", 4); !slices.Equal(got, []string{"44", "44", "44"}) {
		t.Errorf("guesses %q", got)
	}
	h.expert.Get("/report/instrument?battery=illness-care@1").Is(http.StatusOK, "Tällä rajauksella on 3 arviota.")
	h.expert.Get("/report/instrument?battery=functioning@1&"+trial).Is(http.StatusOK, "Niissä on 37 arviota.", "Liikkuminen")
	h.expert.Get("/report/instrument?unit=no-such&battery=x&from=2023-02-30&to=").Is(http.StatusUnprocessableEntity,
		`id="f-battery-error"`, `id="f-from-error"`, `id="f-to-error"`, `id="f-unit-error"`)
	h.professional.Get("/report/instrument").Is(http.StatusForbidden)
	h.professional.Get("/report/instrument/download?chart=items&format=csv").Is(http.StatusForbidden)
}

// Each part can be taken along, with the numbers of the page.
func TestEveryPartIsAFile(t *testing.T) {
	h := newHouse(t)
	p := h.expert.Get("/report/instrument?" + trial).Is(http.StatusOK)
	links := regexp.MustCompile(`href="(/report/instrument/download[^"]*)"`).FindAllStringSubmatch(p.Source, -1)
	if len(links) < 9*3 {
		t.Fatalf("%d files", len(links))
	}
	for _, link := range links {
		at := html.UnescapeString(link[1])
		file := h.expert.Get(at).Is(http.StatusOK)
		if name := file.Header.Get("Content-Disposition"); !strings.Contains(name, "individual-client-2023-05-05-2023-11-12.") {
			t.Errorf("%s is named %s", at, name)
		}
		query, err := url.ParseQuery(strings.TrimPrefix(at, "/report/instrument/download?"))
		h.Must(err)
		switch query.Get("format") {
		case "csv":
			rows, err := csv.NewReader(strings.NewReader(file.Source)).ReadAll()
			if err != nil || len(rows) < 2 {
				t.Errorf("%s: %d rows, %v", at, len(rows), err)
			}
		case "svg":
			if !strings.HasPrefix(file.Source, "<svg") {
				t.Errorf("%s is no picture", at)
			}
		}
	}
	h.expert.Get("/report/instrument/download?chart=no-such&format=csv&" + trial).Is(http.StatusNotFound)
}

// With a smallest number to show, no count below it is on the page.
func TestSmallCountsAreHidden(t *testing.T) {
	h := newHouse(t)
	h.Must(h.Settings.Change(h.System(), setting.MinCell, "5"))
	h.Clock.Advance(time.Minute)
	p := h.expert.Get("/report/instrument?"+trial).Is(http.StatusOK, "Kun luku on pienempi kuin 5", "piilotettu")
	for part, columns := range map[string][]int{"answers": {1, 2, 3, 4, 5, 6}, "spread": {6, 7}, "certainty": {1}, "languages": {1}, "modes": {1}, "guess": {4}, "retest": {4}} {
		for _, at := range columns {
			for _, n := range h.column(p, part, at) {
				if slices.Contains([]string{"1", "2", "3", "4"}, n) {
					t.Errorf("%s shows %s in column %d", part, n, at)
				}
			}
		}
	}
	// Three with another battery would be known from its number.
	h.expert.Get("/report/instrument?battery=functioning@1&"+trial).Is(http.StatusOK, "niin vähän, että lukuja ei näytetä")
}

// Whoever wants newer figures gets them, and is led back to the question.
func TestFiguresAreMadeAnew(t *testing.T) {
	h := newHouse(t)
	first := h.expert.Get("/report/instrument?"+trial).Is(http.StatusOK, "Luvut on laskettu 14.2.2024 klo 10.00.")
	h.Clock.Advance(3 * time.Minute)
	h.expert.Get("/report/instrument?"+trial).Is(http.StatusOK, "Luvut on laskettu 14.2.2024 klo 10.00.")
	form := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(battery|from|to)" value="([^"]*)"`).FindAllStringSubmatch(first.Source, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	led := h.expert.Send("/report/instrument/renewal", form).Is(http.StatusSeeOther)
	h.expert.Get(led.Header.Get("Location")).Is(http.StatusOK, "Luvut on laskettu 14.2.2024 klo 10.03.")
	// While another count is under way, the page says so and has what was there.
	h.Must(h.Store.WantQuality(h.System(), "other", []byte(`{}`), 0, h.Clock.Now(), quality.Kept))
	_, taken, err := h.Store.TakeQuality(h.System(), "other", h.Clock.Now(), h.Clock.Now().Add(quality.Lease))
	if h.Must(err); !taken {
		t.Fatal("nothing to wait for")
	}
	h.expert.Send("/report/instrument/renewal", form).Is(http.StatusSeeOther)
	h.expert.Get("/report/instrument?"+trial).Is(http.StatusOK, "Lukuja lasketaan.", "Katso, joko luvut ovat valmiit", "klo 10.03", "Cronbachin alfa")
	h.Must(h.Store.DropQuality(h.System(), "other"))
	made, err := h.measured.Next(h.System())
	if h.Must(err); !made {
		t.Error("nothing was made")
	}
	if p := h.expert.Get("/report/instrument?" + trial).Is(http.StatusOK); strings.Contains(p.Source, "Lukuja lasketaan.") {
		t.Error("it is still being made")
	}
}
