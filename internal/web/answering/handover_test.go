package answering_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

func TestHandedOverTheScreenShowsTheClientsPartAlone(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a, another := v.begun(nil), v.begun(nil)
	page := v.own.Get(at(a, "client/money"))
	v.own.Send(at(a, "hand-over"), page.Form("answers").Fill("answer.money", "8").Values).Leads(at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 8 {
		t.Errorf("what was typed before handing over is %d, want 8", got)
	}
	v.own.Get(at(a, "client/money")).Shows("Ammattilaiselle", "!Anna laite asiakkaalle", "!Siirry ammattilaisen osaan")

	for _, path := range []string{at(a, "professional"), at(another, "client/money"), at(another, "professional")} {
		v.own.Get(path).Leads(at(a, "client"))
	}
	v.own.Post(at(a, "complete")).Leads(at(a, "client"))
	v.autosave(v.own, a, "side", "professional", "item", "tensions", "value", "3").Is(http.StatusForbidden)
	v.autosave(v.own, a, "expected", "omatoimi", "side", "professional").Is(http.StatusForbidden)
	v.autosave(v.own, a, "expected", "omatoimi", "side", "client").Is(http.StatusForbidden)
	if got := v.save(v.own, a, "side", "client", "item", "safety", "value", "5"); got.Saved == "" {
		t.Error("the client could not answer")
	}
	v.own.Get(at(a, "client/done")).Shows("Anna laite takaisin ammattilaiselle", `type="password"`)

	wrong := v.own.Post("/take-back", "password", "arvaus")
	wrong.Shows("Salasana ei ole oikein", "!arvaus")
	if wrong.Status != 422 {
		t.Errorf("status %d", wrong.Status)
	}
	v.own.Get(at(a, "professional")).Leads(at(a, "client"))
	v.own.Post("/take-back", "password", housetest.Password).Leads(at(a, "professional"))
	if got := v.own.Get(at(a, "professional")); got.Status != 200 {
		t.Errorf("the professional is not let back: %d", got.Status)
	}
	v.own.Get("/take-back").Leads("/")
}

func TestAfterTheResultTheScreenIsForFeedback(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		v.Fill(v.ctx, a, side, 5)
	}
	v.own.Post(at(a, "complete")).Leads(at(a, "result"))
	v.own.Post(at(a, "hand-over")).Leads(at(a, "client"))
	v.own.Get(at(a, "client")).Leads(at(a, "feedback"))
	v.own.Post("/take-back", "password", housetest.Password).Leads(at(a, "result"))
	v.own.Get(at(a, "client")).Leads(at(a, "result"))
	session, err := v.Access.Session(v.Context(), v.own.Session())
	v.Must(err)
	if session.HandedOverTo != uuid.Nil {
		t.Error("the session is still handed over")
	}
}
