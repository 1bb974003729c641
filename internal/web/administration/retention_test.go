package administration_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/retention"
)

// An administrator decides how long what is kept, is told of all mistakes at once,
// and sees how much is due and nothing of anybody.
func TestRetention(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter(access.Admin, "pilvi")
	first := h.Get("/admin/retention")
	first.Is(http.StatusOK, "Säilytysajat", "ei ole poistettavaa", "Arvio, terveydenhuollon rekisteri")
	form := first.Form("retention")
	if form.Get("consent") != "" || form.Get("session") != "7" {
		t.Errorf("at first: %v", form.Values)
	}
	form.Set("draft", "6")
	form.Set("consent", "40000")
	form.Set("assessment_health", "4380")
	wrong := form.Send()
	wrong.Is(http.StatusUnprocessableEntity, "vähintään 7", "enintään 36")
	form = wrong.Form("retention")
	if form.Get("draft") != "6" || form.Get("assessment_health") != "4380" {
		t.Errorf("lost: %v", form.Values)
	}
	form.Set("draft", "10")
	form.Set("consent", "")
	form.Send().Leads("/admin/retention?done=saved")

	professional := h.As(h.Hire("ulla", access.Professional, housetest.Unit))
	a := h.Begun(professional, func(in *assessment.Begin) { in.Start.ClientRef = "viite-salainen" })
	h.Clock.Set(housetest.Start.AddDate(0, 0, 11))
	h.Enter(h.SignIn("pilvi"))
	due := h.Get("/admin/retention")
	due.Is(http.StatusOK, "Poistettavaa nyt", "Kesken jäänyt arvio", "Vuosaaren terveysasema", "14.9.2023")
	if form := due.Form("retention"); form.Get("draft") != "10" || form.Get("assessment_health") != "4380" {
		t.Errorf("kept: %v", form.Values)
	}
	if strings.Contains(due.Source, "alainen") || strings.Contains(due.Source, a.ID.String()) {
		t.Error("the page tells about a client")
	}
	if _, err := h.Assessments.Assessment(professional, a.ID); err != nil {
		t.Errorf("looking deleted something: %v", err)
	}
	if _, err := retention.NewService(h.Store, h.Clock).Run(h.System()); err != nil {
		t.Fatal(err)
	}
	if after := h.Get("/admin/retention"); strings.Contains(after.Source, "<table") {
		t.Error("something is still due")
	}
}
