package previsit_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestInvitingKeepsWhatWasTyped(t *testing.T) {
	h := newHouse(t)
	b := h.as("ammattilainen")
	b.shows(b.get("/invitations"), http.StatusOK, "Kutsuja ei vielä ole.")
	b.shows(b.get("/invitations/new"), http.StatusOK, `value="14" checked`, `value="fi" checked`, "Vuosaaren terveysasema")

	long := strings.Repeat("x", 300)
	a := b.post("/invitations/new", "unit", "seniori-info", "battery", "functioning", "language", "en", "client_ref", long, "days", "99")
	b.shows(a, http.StatusUnprocessableEntity, long, `value="functioning" selected`, `value="en" checked`, `id="f-unit-error"`, `id="f-register-error"`, `id="f-days-error"`)

	a = b.post("/invitations/new", append([]string{"_set", "language:sv"}, ordinary...)...)
	b.shows(a, http.StatusOK, "Ny inbjudan", `value="viite-17"`)
	b.shows(b.get("/invitations"), http.StatusOK, "Det finns inga inbjudningar ännu.")
}

// The sheet speaks the client's language, and survives a change of the reader's.
func TestSheet(t *testing.T) {
	h := newHouse(t)
	b := h.as("ammattilainen")
	a := b.post("/invitations/new", ordinary...)
	link, code, address := b.sheet(a)
	b.shows(a, http.StatusOK, `lang="sv"`, "Berätta redan före mötet", "oma.example/join<", code, "till och med 21.9.2023", "Vuosaaren terveysasema", "<path d=\"M")
	again := b.post(address, "_set", "language:en", "link", strings.TrimPrefix(link, "/join/"), "code", code)
	b.shows(again, http.StatusOK, "The invitation is ready", "Berätta redan före mötet", code, link)

	b.leads(b.post(address, "link", "x", "code", code), address)
	b.leads(b.post(address, "_set", "size:large", "link", "a b", "code", code), address)
	if kept := b.get(address); strings.Contains(kept.body, code) || strings.Contains(kept.body, link) {
		t.Error("the page of the invitation still tells its secrets")
	}
	b.shows(b.get("/invitations"), http.StatusOK, "viite-17", "Waiting for the client", address)
}

// What a mail scanner does, getting the link as often as it likes, does not
// use it up; the button does, and only once. The code goes on working.
func TestOnlyTheButtonUsesTheLink(t *testing.T) {
	h := newHouse(t)
	link, code, _ := h.as("ammattilainen").invite()
	for range 3 {
		h.shows(h.browser().get(link), http.StatusOK, `<form method="post" action="`+link+`"`)
	}
	b := h.browser()
	b.shows(b.post(link, "_set", "language:sv"), http.StatusOK, "Hej och välkommen")
	b.leads(b.post(link), "/own")

	other := h.browser()
	other.shows(other.post(link), http.StatusGone, "Linkki on jo käytetty", `action="/join"`)
	other.leads(other.post("/join", "code", " "+strings.ToUpper(strings.ReplaceAll(code, "-", " "))+" "), "/own")
	other.shows(other.post("/join/no-such-link"), http.StatusGone, "Tämä ei ole enää käytössä", `href="/join"`)
}

func TestFiveWrongCodes(t *testing.T) {
	h := newHouse(t)
	pro := h.as("ammattilainen")
	_, code, address := pro.invite()
	wrong := code[:8] + "a"
	if wrong == code {
		wrong = code[:8] + "b"
	}
	b := h.browser()
	b.shows(b.get("/join"), http.StatusOK, `autocomplete="off"`, `autocapitalize="none"`)
	b.shows(b.post("/join", "code", ""), http.StatusUnprocessableEntity, `id="f-code-error"`)
	for range 4 {
		b.shows(b.post("/join", "code", wrong), http.StatusUnprocessableEntity, "Koodi ei täsmää", `value="`+wrong+`"`)
	}
	b.shows(b.post("/join", "code", wrong), http.StatusGone, "Kutsu on lukittu")
	b.shows(b.post("/join", "code", code), http.StatusGone, "Kutsu on lukittu", `href="/join"`)

	pro.shows(pro.get(address), http.StatusOK, "Lukittu")
	_, fresh, _ := pro.sheet(pro.post(address + "/renew"))
	b.leads(b.post("/join", "code", fresh), "/own")
}

func TestOnlyTheOwnUnitsInvitations(t *testing.T) {
	h := newHouse(t)
	pro, neighbour := h.as("ammattilainen"), h.as("naapuri")
	_, code, address := pro.invite()
	for _, a := range []answer{
		neighbour.get(address), neighbour.post(address, "_set", "language:sv", "link", "x", "code", "y"),
		neighbour.post(address + "/renew"), neighbour.post(address + "/cancel"), neighbour.get("/invitations/1"),
	} {
		h.shows(a, http.StatusNotFound)
	}
	if list := neighbour.get("/invitations"); strings.Contains(list.body, "viite-17") {
		t.Error("the neighbour sees the invitation")
	}
	h.leads(h.browser().get("/invitations"), "/login")

	pro.leads(pro.post(address+"/cancel", "_set", "language:fi"), address)
	pro.shows(pro.get(address), http.StatusOK, "Odottaa asiakasta")
	pro.leads(pro.post(address+"/cancel"), address)
	pro.shows(pro.get(address), http.StatusOK, "Peruttu")
	h.shows(h.browser().post("/join", "code", code), http.StatusGone)
}
