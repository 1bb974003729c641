package survey_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
	surveypages "github.com/omasuunta/omasuunta/internal/web/survey"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// house is the pages of the survey, with an expert's browser.
type house struct {
	*pagetest.Site
	expert *pagetest.Browser
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return over(housetest.New(t))
}

func over(h *housetest.House) *house {
	h.Helper()
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(surveypages.New(kit, surveypages.Deps{Surveys: h.Surveys, Names: h.Store}))
	})
	h.Hire("arvo", access.Expert)
	return &house{site, site.Browse(h.SignIn("arvo"))}
}

var round = url.Values{
	"name": {"Syksyn kokemukset"}, "from": {"2023-05-05"}, "to": {"2023-09-13"}, "last_day": {"2023-09-28"}, "units": {housetest.Unit, housetest.OtherUnit},
}

// opened opens a round through the page and returns its address.
func (h *house) opened() string {
	h.Helper()
	address, _, _ := strings.Cut(h.expert.Send("/report/survey", round).Is(http.StatusSeeOther).To, "?")
	return address
}

func TestFromOpeningARoundToItsResults(t *testing.T) {
	h := newHouse(t)
	own, other, _ := h.Neighbours()
	own.Get("/survey").Is(http.StatusOK, "ei odota mikään kysely")
	address := h.opened()
	h.expert.Get(address+"?done=opened").Is(http.StatusOK, "Kysely on avattu", "28.9.2023", "ranta", "niemi", "Vuosaaren terveysasema")

	form := own.Get("/survey").Is(http.StatusOK, "Syksyn kokemukset", "Vastaat nimettömästi", "Älä kirjoita nimiä", "Lopuksi", "En vastaa", `name="recommend" value="10"`)
	id := strings.TrimPrefix(address, "/report/survey/")
	if !strings.Contains(form.Source, `value="`+id+`"`) {
		t.Error("the form is not of the round")
	}
	own.Post("/survey", "round", id, "earlier_use", "yes", "recommend", "7", "suits", "Monelle.", "heard", "").Is(http.StatusSeeOther)
	own.Get("/survey/thanks").Is(http.StatusOK, "Kiitos")
	own.Post("/survey", "round", id, "earlier_use", "no").Is(http.StatusConflict, "olet jo vastannut")
	h.expert.Get(address).Is(http.StatusOK, "luetteloa ei näytetä")
	h.expert.Get(address + "/download?chart=survey-heard&format=csv").Is(http.StatusNotFound)

	h.Must(h.Settings.ChangeAll(h.System(), map[string]string{"report.min_cell": "1"}))
	if list := h.expert.Get(address).Is(http.StatusOK, "niemi"); strings.Contains(list.Source, "ranta") {
		t.Error("somebody who has answered is to be reminded")
	}
	h.expert.Post(address + "/close").Is(http.StatusSeeOther)
	h.expert.Post(address + "/close").Is(http.StatusSeeOther)
	h.expert.Get(address).Is(http.StatusOK, "Kyselyyn vastasi 1, kun kysytty oli 2", "1 (100\u00a0%)", "Keskiarvo 7,00", "Monelle.", "<svg")
	h.expert.Get(address+"?unit="+housetest.OtherUnit).Is(http.StatusOK, "ettei niitä näytetä")
	h.expert.Get(address + "?unit=no-such").Is(http.StatusNotFound)
	other.Post("/survey", "round", id, "earlier_use", "no").Is(http.StatusConflict)
	h.expert.Get("/report/survey").Is(http.StatusOK, "Syksyn kokemukset", "Suljettu 14.9.2023")
}

// What was typed stays when something is wrong, and when the language is changed.
func TestNothingTypedIsLost(t *testing.T) {
	h := newHouse(t)
	own, _, _ := h.Neighbours()
	id := strings.TrimPrefix(h.opened(), "/report/survey/")
	typed := url.Values{"round": {id}, "earlier_use": {"yes"}, "suits": {strings.Repeat("ä", survey.MaxText+1)}, "last_words": {"Kiitos <kaikille>"}, "minutes": {"20_30"}}
	kept := []string{"Kiitos <kaikille>", `name="earlier_use" value="yes" checked`, `name="minutes" value="20_30" checked`}
	own.Send("/survey", typed).Is(http.StatusUnprocessableEntity, append(kept, `href="#f-suits"`, "Kenelle palvelu sopii?", `id="f-suits-error"`)...)
	typed.Set("_set", "language:sv")
	own.Send("/survey", typed).Is(http.StatusOK, append(kept, "Enkät om användningen")...)
	own.Post("/survey", "round", id).Is(http.StatusUnprocessableEntity, "Svara på åtminstone en fråga")
	own.Post("/survey", "round", "x").Is(http.StatusNotFound)

	h.expert.Post("/report/survey", "name", "", "from", "2023-02-30", "to", "2023-09-13", "last_day", "").Is(http.StatusUnprocessableEntity,
		`id="f-name-error"`, `id="f-from-error"`, `id="f-last_day-error"`, `id="f-units-error"`, `value="2023-09-13"`)
}

// Whoever works in several units says for which they answer.
func TestSomebodyOfTwoUnits(t *testing.T) {
	h := newHouse(t)
	id := strings.TrimPrefix(h.opened(), "/report/survey/")
	token, _ := h.Professional("kaksi", housetest.Unit, housetest.OtherUnit)
	both := h.Browse(token)
	both.Get("/survey").Is(http.StatusOK, "Seniori-info", `name="unit"`)
	both.Post("/survey", "round", id, "earlier_use", "yes").Is(http.StatusUnprocessableEntity, `id="f-unit-error"`)
	both.Post("/survey", "round", id, "earlier_use", "yes", "unit", housetest.OtherUnit).Is(http.StatusSeeOther)
}

func TestNobodyElseSeesTheSurvey(t *testing.T) {
	h := newHouse(t)
	own, _, _ := h.Neighbours()
	address := h.opened()
	for _, path := range []string{"/report/survey", address, address + "/download?chart=survey-heard&format=csv"} {
		own.Get(path).Is(http.StatusForbidden)
		h.Browse("").Get(path).Is(http.StatusUnauthorized)
	}
	own.Post(address + "/close").Is(http.StatusForbidden)
	h.expert.Get("/survey").Is(http.StatusForbidden)
	h.expert.Get("/report/survey/" + uuid.NewString()).Is(http.StatusNotFound)
	h.expert.Get("/report/survey/x").Is(http.StatusNotFound)
}

// A file has what the page shows, and hidden numbers in neither.
func TestFilesOfTheResults(t *testing.T) {
	h := newHouse(t)
	address := h.opened()
	id := uuid.MustParse(strings.TrimPrefix(address, "/report/survey/"))
	for i := range 12 {
		somebody := h.As(access.Actor{ID: uuid.New(), Role: access.Professional, Units: []string{housetest.Unit}})
		chosen := "yes"
		if i < 2 {
			chosen = "no"
		}
		h.Must(h.Surveys.HandIn(somebody, id, survey.Answer{Choices: map[string]string{"earlier_use": chosen, "training": "yes"}}))
	}
	h.expert.Post(address + "/close").Is(http.StatusSeeOther)
	h.expert.Get(address).Is(http.StatusOK, "piilotettu", "Pieniä lukuja on piilotettu")
	hidden := h.expert.Get(address + "/download?chart=survey-earlier-use&format=csv").Is(http.StatusOK)
	if want := "Vaihtoehto,Lukumäärä,Osuus (%)\nKyllä,,\nEi,,\n"; hidden.Source != want {
		t.Errorf("%q", hidden.Source)
	}
	open := h.expert.Get(address + "/download?chart=survey-training&format=fi-excel").Is(http.StatusOK)
	if !strings.Contains(open.Source, "Kyllä;12;100") || open.Header.Get("Content-Disposition") != `attachment; filename="survey-training-2023-05-05-2023-09-13.csv"` {
		t.Errorf("%q, %s", open.Source, open.Header.Get("Content-Disposition"))
	}
	if all := h.expert.Get(address + "/download?chart=survey&format=xlsx").Is(http.StatusOK); !strings.HasPrefix(all.Source, "PK") {
		t.Error("all tables together are no workbook")
	}
	h.expert.Get(address + "/download?chart=survey&format=csv").Is(http.StatusNotFound)
	h.expert.Get(address+"/download?chart=survey-training&format=svg").Is(http.StatusOK, "<svg", "12 (100")
	h.expert.Get(address + "/download?chart=survey-training&format=exe").Is(http.StatusNotFound)
	h.expert.Get(address + "/download?chart=no-such&format=csv").Is(http.StatusNotFound)
}

// The demo's round has the figures of the trial's report.
func TestTheTrialsSurvey(t *testing.T) {
	plain, _ := pagetest.Replayed(t)
	h := over(plain)
	rounds, err := h.Surveys.Rounds(h.As(access.Actor{Role: access.Expert}))
	h.Must(err)
	if len(rounds) != 1 || rounds[0].From != calendar.MustParse("2023-05-05") {
		t.Fatalf("%d rounds", len(rounds))
	}
	address := "/report/survey/" + rounds[0].ID.String()
	p := h.expert.Get(address).Is(http.StatusOK, "Kyselyyn vastasi 39, kun kysytty oli 84", "Vastaukset ovat keksittyjä", "Keskiarvo 3,59", "20 (62\u00a0%)", "34 (87\u00a0%)", "19 (49\u00a0%)")
	questions, err := survey.Questions(survey.Newest)
	h.Must(err)
	if figures := strings.Count(p.Source, "<svg"); figures < 26 || strings.Count(p.Source, `<section class="chart"`) != len(questions.All())+1 {
		t.Errorf("%d figures", figures)
	}
	h.expert.Get(address+"?unit=seniori-info").Is(http.StatusOK, "Yksiköstä on 7 vastausta")
}
