package visit_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
)

// An erasure takes two steps, says what goes and what stays, and ends on the start
// page.
func TestAClientIsErasedInTwoSteps(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	a := h.start(b, ctx, "viite-17")
	at := "/assessments/" + a.ID.String() + "/consent/erasure"
	b.Get("/assessments/"+a.ID.String()+"/consent").Is(http.StatusOK, "Poista asiakkaan tiedot")
	b.Get(at).Is(http.StatusOK, "1 suostumus", "1 arvio vastauksineen", "Mikä jää ja miksi", "Varmuuskopiot", "Jatka")
	// Whoever sends the form without having seen the second step sees it now.
	b.Send(at, nil).Is(http.StatusOK, "Poistetaanko tiedot?")
	if _, err := h.Assessments.Assessment(ctx, a.ID); err != nil {
		t.Fatalf("it is gone after one step: %v", err)
	}
	last := b.Get(at + "?step=2")
	last.Is(http.StatusOK, "Poistettuja tietoja ei saa takaisin")
	last.Form("erase").Send().Leads("/?done=erased")
	b.Get("/?done=erased").Is(http.StatusOK, "Asiakkaan tiedot on poistettu")
	if _, err := h.Assessments.Assessment(ctx, a.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("after the second: %v", err)
	}
	b.Get(at).Is(http.StatusNotFound)
}

func TestWhatIsHeldCannotBeErased(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	a := h.start(b, ctx, "viite-17")
	at := "/assessments/" + a.ID.String() + "/consent"
	last := b.Get(at + "/erasure?step=2").Form("erase")
	h.Must(retention.NewService(h.Store, h.Clock).Hold(h.System(), a.ConsentID, "complaint"))
	b.Get(at).Is(http.StatusOK, "poistaminen on estetty", "muistutus tai kantelu")
	b.Get(at+"/erasure").Is(http.StatusOK, "Tietoja ei voi poistaa", "muistutus tai kantelu", "Takaisin suostumukseen")
	last.Send().Is(http.StatusOK, "Tietoja ei voi poistaa") // held since the form was made
	if _, err := h.Assessments.Assessment(ctx, a.ID); err != nil {
		t.Errorf("erased all the same: %v", err)
	}
}

func TestAnotherUnitsClientCannotBeErased(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	other, _ := h.professional("bertta", "seniori-info")
	a := h.start(b, ctx, "viite-17")
	at := "/assessments/" + a.ID.String() + "/consent/erasure"
	other.Get(at).Is(http.StatusNotFound)
	other.Send(at, url.Values{"sure": {"1"}}).Is(http.StatusNotFound)
	if _, err := h.Assessments.Assessment(ctx, a.ID); err != nil {
		t.Error(err)
	}
}
