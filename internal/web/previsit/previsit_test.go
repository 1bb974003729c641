package previsit_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

func TestInvitingKeepsWhatWasTyped(t *testing.T) {
	h := newHouse(t)
	b := h.as("ammattilainen")
	b.Get("/invitations").Is(http.StatusOK, "Kutsuja ei vielä ole.")
	b.Get("/invitations/new").Is(http.StatusOK, `value="14" checked`, `value="fi" checked`, "Vuosaaren terveysasema")

	long := strings.Repeat("x", 300)
	a := b.Post("/invitations/new", "unit", "seniori-info", "battery", "functioning", "language", "en", "client_ref", long, "days", "99")
	a.Is(http.StatusUnprocessableEntity, long, `value="functioning" selected`, `value="en" checked`, `id="f-unit-error"`, `id="f-register-error"`, `id="f-days-error"`)

	a = b.Post("/invitations/new", append([]string{"_set", "language:sv"}, ordinary...)...)
	a.Is(http.StatusOK, "Ny inbjudan", `value="viite-17"`)
	b.Get("/invitations").Is(http.StatusOK, "Det finns inga inbjudningar ännu.")
}

// The sheet speaks the client's language, and survives a change of the reader's.
func TestSheet(t *testing.T) {
	h := newHouse(t)
	b := h.as("ammattilainen")
	a := b.Post("/invitations/new", ordinary...)
	link, code, address := h.sheet(a)
	a.Is(http.StatusOK, `lang="sv"`, "Berätta redan före mötet", "oma.example/join<", code, "till och med 21.9.2023", "Vuosaaren terveysasema", "<path d=\"M")
	again := b.Post(address, "_set", "language:en", "link", strings.TrimPrefix(link, "/join/"), "code", code)
	again.Is(http.StatusOK, "The invitation is ready", "Berätta redan före mötet", code, link)

	b.Post(address, "link", "x", "code", code).Leads(address)
	b.Post(address, "_set", "size:large", "link", "a b", "code", code).Leads(address)
	if kept := b.Get(address); strings.Contains(kept.Source, code) || strings.Contains(kept.Source, link) {
		t.Error("the page of the invitation still tells its secrets")
	}
	b.Get("/invitations").Is(http.StatusOK, "viite-17", "Waiting for the client", address)
}

// What a mail scanner does, getting the link as often as it likes, does not
// use it up; the button does, and only once. The code goes on working.
func TestOnlyTheButtonUsesTheLink(t *testing.T) {
	h := newHouse(t)
	link, code, _ := h.invite(h.as("ammattilainen"))
	for range 3 {
		h.Browse("").Get(link).Is(http.StatusOK, `<form method="post" action="`+link+`"`)
	}
	b := h.Browse("")
	b.Post(link, "_set", "language:sv").Is(http.StatusOK, "Hej och välkommen")
	b.Post(link).Leads("/own")

	other := h.Browse("")
	other.Post(link).Is(http.StatusGone, "Linkki on jo käytetty", `action="/join"`)
	other.Post("/join", "code", " "+strings.ToUpper(strings.ReplaceAll(code, "-", " "))+" ").Leads("/own")
	other.Post("/join/no-such-link").Is(http.StatusGone, "Tämä ei ole enää käytössä", `href="/join"`)
}

func TestFiveWrongCodes(t *testing.T) {
	h := newHouse(t)
	pro := h.as("ammattilainen")
	_, code, address := h.invite(pro)
	wrong := code[:8] + "a"
	if wrong == code {
		wrong = code[:8] + "b"
	}
	b := h.Browse("")
	b.Get("/join").Is(http.StatusOK, `autocomplete="off"`, `autocapitalize="none"`)
	b.Post("/join", "code", "").Is(http.StatusUnprocessableEntity, `id="f-code-error"`)
	for range 4 {
		b.Post("/join", "code", wrong).Is(http.StatusUnprocessableEntity, "Koodi ei täsmää", `value="`+wrong+`"`)
	}
	b.Post("/join", "code", wrong).Is(http.StatusGone, "Kutsu on lukittu")
	b.Post("/join", "code", code).Is(http.StatusGone, "Kutsu on lukittu", `href="/join"`)

	pro.Get(address).Is(http.StatusOK, "Lukittu")
	_, fresh, _ := h.sheet(pro.Post(address + "/renew"))
	b.Post("/join", "code", fresh).Leads("/own")
}

func TestOnlyTheOwnUnitsInvitations(t *testing.T) {
	h := newHouse(t)
	pro, neighbour := h.as("ammattilainen"), h.as("naapuri")
	_, code, address := h.invite(pro)
	for _, a := range []*pagetest.Page{
		neighbour.Get(address), neighbour.Post(address, "_set", "language:sv", "link", "x", "code", "y"),
		neighbour.Post(address + "/renew"), neighbour.Post(address + "/cancel"), neighbour.Get("/invitations/1"),
	} {
		a.Is(http.StatusNotFound)
	}
	if list := neighbour.Get("/invitations"); strings.Contains(list.Source, "viite-17") {
		t.Error("the neighbour sees the invitation")
	}
	h.Browse("").Get("/invitations").Is(http.StatusUnauthorized)

	pro.Post(address+"/cancel", "_set", "language:fi").Leads(address)
	pro.Get(address).Is(http.StatusOK, "Odottaa asiakasta")
	pro.Post(address + "/cancel").Leads(address)
	pro.Get(address).Is(http.StatusOK, "Peruttu")
	h.Browse("").Post("/join", "code", code).Is(http.StatusGone)
}

// Who has one register has nothing to choose, and can't choose the other one.
func TestOneRegisterIsNoChoice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Employ("yksi", access.Actor{ID: uuid.New(), Name: "Testi Yksi", Role: access.Professional,
		Units: []string{housetest.Unit}, Registers: []access.Register{access.Social}})
	b := h.Browse(h.SignIn("yksi"))
	f := b.Get("/invitations/new").Form("invite")
	if f.Get("register") != "social" {
		t.Errorf("the register is %q", f.Get("register"))
	}
	f.Set("unit", housetest.Unit)
	f.Set("battery", "functioning")
	f.Set("register", "health")
	f.Send().Is(http.StatusUnprocessableEntity)
	f.Set("register", "social")
	f.Send().Is(http.StatusOK)
}
