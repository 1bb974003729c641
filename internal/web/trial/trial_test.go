package trial_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	"github.com/omasuunta/omasuunta/internal/web/trial"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

func pages(h *housetest.House) func(kit *page.Kit) ([]page.Route, error) {
	return func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(trial.New(kit, trial.Deps{Trials: h.Trials, Diary: h.Diary, Settings: h.Settings, Names: h.Store, Library: h.Library}))
	}
}

const period = "from=2023-05-05&to=2023-11-12"

// The page opens on the trial and shows all of it; every chart and the whole can be
// taken along.
func TestTheTrialOnAPage(t *testing.T) {
	h, users := pagetest.Replayed(t)
	site := pagetest.Open(h, pages(h))
	as := func(role string) (*pagetest.Browser, demo.User) {
		user := users[slices.IndexFunc(users, func(u demo.User) bool { return u.Role == role })]
		token, err := h.Access.Login(t.Context(), user.Username, user.Password)
		h.Must(err)
		return site.Browse(token), user
	}
	expert, user := as("expert")
	professional, _ := as("professional")

	p := expert.Get("/report/trial").Is(http.StatusOK, "Kokeilun raportti", "n = 86", "33 asiakasta (85\u00a0%)", "37 asiakasta (95\u00a0%)", "Keskiarvo 3,59",
		"Katko 1.9.2023–4.10.2023", "Lämmin juttutuokio.", "henkilöt ovat keksittyjä", `href="#s-timeline"`, `id="s-timeline"`, "26 (67\u00a0%)")
	if n := strings.Count(p.Source, `role="img"`); n < 15 {
		t.Errorf("%d figures", n)
	}
	if strings.Count(p.Source, "<h1") != 1 {
		t.Error("not one heading of the page")
	}
	for address, want := range map[string]string{
		"format=json": `"percent": 85`, "format=pdf": "%PDF-1.", "format=xlsx": "PK",
		"chart=months&format=fi-excel": "syyskuu", "chart=months&format=svg": "<svg", "chart=sessions&format=csv": "2023-04-13", "chart=survey-recommend&format=xlsx": "PK",
	} {
		got := expert.Get("/report/trial/download?"+period+"&"+address).Is(http.StatusOK, want)
		if name := got.Header.Get("Content-Disposition"); !strings.Contains(name, "2023-05-05-2023-11-12.") {
			t.Errorf("%s is named %s", address, name)
		}
	}
	for _, address := range []string{"format=exe", "chart=nothing&format=csv", "chart=key&format=svg"} {
		expert.Get("/report/trial/download?" + period + "&" + address).Is(http.StatusNotFound)
	}
	api := site.Browse("").Get("/api/v1/reports/trial?"+period, "Authorization", "Bearer "+user.Token).Is(http.StatusOK)
	if file := expert.Get("/report/trial/download?" + period + "&format=json"); file.Source != api.Source {
		t.Error("the file differs from the API's answer")
	}
	expert.Get("/report/trial?from=2023-05-05&to=2023-05-04&unit=none").Is(http.StatusUnprocessableEntity, `id="f-to-error"`, `id="f-unit-error"`)
	for _, path := range []string{"/report/trial", "/report/trial/download?" + period + "&format=json", "/report/diary"} {
		professional.Get(path).Is(http.StatusForbidden)
		site.Browse("").Get(path).Is(http.StatusUnauthorized)
	}

	h.Must(h.Settings.Change(h.System(), setting.MinCell, "5"))
	h.Clock.Advance(time.Minute)
	expert.Get("/report/trial?from=2023-05-01&to=2023-10-31").Is(http.StatusOK, "näytetään vain kokonaiselta sovitulta jaksolta", "Valitse kokonaisia kuukausia")
}

// An entry is added, changed and removed with forms alone, and nothing typed is
// lost over a mistake.
func TestTheDiaryOnPages(t *testing.T) {
	h := housetest.New(t)
	site := pagetest.Open(h, pages(h))
	h.Hire("aino", access.Expert)
	expert := site.Browse(h.SignIn("aino"))
	form := expert.Get("/report/diary").Is(http.StatusOK, "ei ole vielä merkintöjä").Form("entry")
	form.Set("kind", "training")
	form.Set("from", "2023-04-13")
	form.Set("minutes", "kaksi")
	form.Set("with_clients", "7")
	wrong := form.Send().Is(http.StatusUnprocessableEntity, `id="f-minutes-error"`)
	form = wrong.Form("entry")
	if form.Get("minutes") != "kaksi" || form.Get("with_clients") != "7" || form.Get("kind") != "training" {
		t.Errorf("lost: %v", form.Values)
	}
	form.Set("minutes", "150")
	form.Send().Leads("/report/diary?done=added")
	list := expert.Get("/report/diary?done=added").Is(http.StatusOK, "Merkintä on lisätty.", "13.4.2023", "Koulutus")
	_, after, _ := strings.Cut(list.Source, `href="/report/diary/`)
	id, _, _ := strings.Cut(after, `"`)
	change := expert.Get("/report/diary/" + id).Is(http.StatusOK).Form("entry")
	if change.Get("minutes") != "150" || change.Get("to") != "" {
		t.Errorf("to change: %v", change.Values)
	}
	change.Set("kind", "outage")
	change.Set("to", "2023-04-10")
	change.Send().Is(http.StatusUnprocessableEntity, `id="f-to-error"`, `id="f-text-error"`)
	change.Set("to", "2023-04-14")
	change.Set("text", "Kirjautuminen ei toiminut.")
	change.Send().Leads("/report/diary?done=changed")
	expert.Get("/report/diary").Is(http.StatusOK, "13.4.2023–14.4.2023", "Kirjautuminen ei toiminut.")
	expert.Get("/report/trial?from=2023-04-01&to=2023-04-30").Is(http.StatusOK)
	expert.Post("/report/diary/" + id + "/remove").Leads("/report/diary?done=removed")
	for _, gone := range []string{id, "x", "7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"} {
		expert.Get("/report/diary/" + gone).Is(http.StatusNotFound)
	}
}
