package visit_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
)

func TestAnotherUnitsAssessmentIsNotThere(t *testing.T) {
	h := newHouse(t)
	anna, ctx := h.professional("anna", "vuosaari-ta")
	other, _ := h.professional("bertta", "seniori-info")
	a := h.start(anna, ctx, "viite-17")
	at := "/assessments/" + a.ID.String()
	for _, path := range []string{at, at + "/details", at + "/abandon", at + "/consent", at + "/consent/withdrawal", "/new?again=" + a.ID.String(), "/assessments/x", "/new?again=x"} {
		if s := other.Get(path); s.Status != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, s.Status)
		}
	}
	for _, path := range []string{at + "/details", at + "/abandon", at + "/consent/withdrawal"} {
		if s := other.Send(path, map[string][]string{"reason": {"no_time"}}); s.Status != http.StatusNotFound {
			t.Errorf("POST %s: %d", path, s.Status)
		}
	}
	if s := other.Get("/assessments"); strings.Contains(s.Text, "viite-17") {
		t.Error("another unit's assessment is in the list")
	}
	if left, err := h.Assessments.Assessment(ctx, a.ID); err != nil || left.Status != assessment.Draft {
		t.Errorf("it was touched: %v", err)
	}
}

func TestDetailsAreChanged(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	a := h.start(b, ctx, "viite-17")
	at := "/assessments/" + a.ID.String()
	f := b.Get(at + "/details").Form("details")
	if f.Get("client_ref") != "viite-17" || f.Get("battery") != "functioning" || f.Get("assessed_on") != "2023-09-14" {
		t.Errorf("shown: %v", f.Values)
	}
	stale := b.Get(at + "/details").Form("details")
	f.Set("battery", "illness-care")
	f.Set("register", "social")
	f.Set("present", "interpreter")
	f.Set("mode", "phone")
	f.Set("assessed_on", "2023-02-30")
	wrong := f.Send()
	wrong.Says("Käynnin päivä: Tällaista päivää ei ole.")
	f = wrong.Form("details")
	if f.Get("battery") != "illness-care" || f.Get("mode") != "phone" {
		t.Errorf("lost: %v", f.Values)
	}
	f.Set("assessed_on", "2023-09-13")
	if s := f.Send(); s.To != at {
		t.Errorf("%d to %q: %s", s.Status, s.To, s.Text)
	}
	changed, err := h.Assessments.Assessment(ctx, a.ID)
	h.Must(err)
	if changed.ProfessionalBattery.Code != "illness-care" || changed.Register != access.Social || changed.Mode != assessment.Phone ||
		changed.AssessedOn.String() != "2023-09-13" || len(changed.Present) != 1 {
		t.Error("it is not what was chosen")
	}

	stale.Set("mode", "paper")
	told := stale.Send()
	if told.Status != http.StatusPreconditionFailed {
		t.Errorf("somebody who saw older details: %d", told.Status)
	}
	told.Says("Joku muu on muuttanut arviota sillä välin.")
	if f = told.Form("details"); f.Get("mode") != "phone" || f.Get("battery") != "illness-care" {
		t.Errorf("the latest details are not shown: %v", f.Values)
	}
	f.Set("mode", "paper")
	if s := f.Send(); s.To != at {
		t.Errorf("after seeing the latest: %d %s", s.Status, s.Text)
	}
}

func TestGivingADraftUp(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	a := h.start(b, ctx, "viite-17")
	f := b.Get("/assessments/" + a.ID.String() + "/abandon").Form("abandon")
	f = f.Send().Form("abandon") // no reason yet
	f.Set("reason", "too_tired")
	done := f.Send().Follow()
	done.Says("vastaukset poistettiin")
	if strings.Contains(done.Text, "viite-17") {
		t.Error("the draft is still there")
	}
	if s := b.Get("/assessments/" + a.ID.String()); s.Status != http.StatusNotFound {
		t.Errorf("the draft: %d", s.Status)
	}
}

func TestTheConsentAsItWasGivenAndItsWithdrawal(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	a := h.start(b, ctx, "viite-17")
	at := "/assessments/" + a.ID.String()
	given := b.Get(at + "/consent")
	given.Says("Testi Asiakas", "Testi anna", "Vuosaaren terveysasema", "14.9.2023 klo 11.00", "Tähän ei suostuttu Tilastot",
		"Voit perua suostumuksen milloin tahansa", "Haluatko tehdä Omasuunta-arvion?")
	f := b.Get(at + "/consent/withdrawal").Form("withdrawal")
	f.Set("reason", strings.Repeat("ä", 501))
	wrong := f.Send()
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("a novel for a reason: %d", wrong.Status)
	}
	f = wrong.Form("withdrawal")
	f.Del("reason")
	f.Send().Follow().Says("Suostumus on peruttu 14.9.2023 klo 11.00.")
	if to := b.Get(at).To; to != at+"/consent" {
		t.Errorf("a withdrawn assessment leads to %s", to)
	}
	if s := b.Get(at + "/details"); s.Status != http.StatusSeeOther {
		t.Errorf("its details: %d", s.Status)
	}
}

func TestTheListIsPagedAndFiltered(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	b.Get("/assessments").Says("Yksikössäsi ei ole vielä arvioita.")
	first := h.start(b, ctx, "viite-0")
	for range 26 {
		_, err := h.Assessments.Start(ctx, assessment.Start{
			ConsentID: first.ConsentID.String(), Unit: "vuosaari-ta", Register: "health", Language: "fi", Battery: "functioning", AssessedOn: "2023-09-10",
		})
		h.Must(err)
	}
	page := b.Get("/assessments?mine=1")
	rows := strings.Count(page.Source, `<tr role="row"><td`)
	next := ""
	for _, part := range strings.Split(page.Source, `href="`) {
		if strings.HasPrefix(part, "/assessments?cursor=") {
			next, _, _ = strings.Cut(part, `"`)
		}
	}
	page.Says("viite-0", "Seuraavat")
	rest := b.Get(strings.ReplaceAll(next, "&amp;", "&"))
	if more := strings.Count(rest.Source, `<tr role="row"><td`); rows != 25 || more != 2 || strings.Contains(rest.Text, "Seuraavat") {
		t.Errorf("%d rows and %d more", rows, more)
	}
	b.Get("/assessments?from=2023-09-14&status=draft").Says("viite-0")
	b.Get("/assessments?segment=verkosto").Says("Näillä rajauksilla ei löytynyt arvioita.")
	wrong := b.Get("/assessments?from=2023-09-14&to=2023-09-01")
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("an end before its start: %d", wrong.Status)
	}
	wrong.Says("Viimeinen päivä: Loppupäivä on ennen alkupäivää.")
}
