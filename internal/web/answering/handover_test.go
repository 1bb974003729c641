package answering_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

func TestHandedOverTheScreenShowsTheClientsPartAlone(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a, another := v.begun(nil), v.begun(nil)
	page := v.open(v.own, at(a, "client/money"), nil)
	v.leads(v.open(v.own, at(a, "hand-over"), with(fields(page), "answer.money", "8")), at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 8 {
		t.Errorf("what was typed before handing over is %d, want 8", got)
	}
	v.says(v.open(v.own, at(a, "client/money"), nil), "Ammattilaiselle", "!Anna laite asiakkaalle", "!Siirry ammattilaisen osaan")

	for _, path := range []string{at(a, "professional"), at(another, "client/money"), at(another, "professional")} {
		v.leads(v.open(v.own, path, nil), at(a, "client"))
	}
	v.leads(v.open(v.own, at(a, "complete"), with(nil)), at(a, "client"))
	v.save(v.own, a, "side", "professional", "item", "tensions", "value", "3")
	v.refused("writing the professional's side", fault.Forbidden)
	v.save(v.own, a, "expected", "omatoimi", "side", "professional")
	v.refused("writing the professional's guess", fault.Forbidden)
	v.save(v.own, a, "expected", "omatoimi", "side", "client")
	v.refused("writing the professional's guess as a client", fault.Forbidden)
	if got := v.save(v.own, a, "side", "client", "item", "safety", "value", "5"); got.Saved == "" {
		t.Errorf("the client could not answer: %v", v.failed)
	}
	v.says(v.open(v.own, at(a, "client/done"), nil), "Anna laite takaisin ammattilaiselle", `type="password"`)

	wrong := v.open(v.own, "/take-back", with(nil, "password", "arvaus"))
	v.says(wrong, "Salasana ei ole oikein", "!arvaus")
	if wrong.status != 422 {
		t.Errorf("status %d", wrong.status)
	}
	v.leads(v.open(v.own, at(a, "professional"), nil), at(a, "client"))
	v.leads(v.open(v.own, "/take-back", with(nil, "password", password)), at(a, "professional"))
	if got := v.open(v.own, at(a, "professional"), nil); got.status != 200 {
		t.Errorf("the professional is not let back: %d", got.status)
	}
	v.leads(v.open(v.own, "/take-back", nil), "/")
}

func TestAfterTheResultTheScreenIsForFeedback(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		v.give(a, side, 5, v.items(a, side)...)
	}
	v.leads(v.open(v.own, at(a, "complete"), with(nil)), at(a, "result"))
	v.leads(v.open(v.own, at(a, "hand-over"), with(nil)), at(a, "client"))
	v.leads(v.open(v.own, at(a, "client"), nil), at(a, "feedback"))
	v.leads(v.open(v.own, "/take-back", with(nil, "password", password)), at(a, "result"))
	v.leads(v.open(v.own, at(a, "client"), nil), at(a, "result"))
	session, err := v.people.Session(v.Context(), v.own)
	v.must(err)
	if session.HandedOverTo != uuid.Nil {
		t.Error("the session is still handed over")
	}
}
