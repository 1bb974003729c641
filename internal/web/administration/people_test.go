package administration_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
)

// Nobody but an administrator gets in, by any of the addresses.
func TestOthersAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	paths := []string{"/admin/units", "/admin/units/ranta", "/admin/users", "/admin/users/new", "/admin/batteries", "/admin/batteries/functioning",
		"/admin/consent-text", "/admin/consent-text/new", "/admin/consent-text/1", "/admin/guidance", "/admin/guidance/omatoimi", "/admin/settings", "/admin/barriers"}
	for _, role := range []string{"professional", "expert"} {
		h.enter(role, role)
		for _, path := range paths {
			h.expect(h.get(path), http.StatusForbidden, "Oikeutesi eivät riitä")
		}
		h.expect(h.post("/admin/units", url.Values{"name": {"x"}, "code": {"x"}}), http.StatusForbidden)
	}
	h.enter("admin", "paula")
	for _, path := range paths {
		h.expect(h.get(path), http.StatusOK)
	}
	for _, path := range []string{"/admin/units/ei-ole", "/admin/users/ei-ole", "/admin/users/" + access.SystemActor.ID.String(), "/admin/batteries/ei-ole",
		"/admin/consent-text/99", "/admin/consent-text/x", "/admin/guidance/ei-ole"} {
		h.expect(h.get(path), http.StatusNotFound)
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := url.Values{"name": {"Idän nuoret"}, "code": {"Idän nuoret"}}
	h.expect(h.post("/admin/units", form), http.StatusUnprocessableEntity, `value="Idän nuoret"`, "Tunnus: Muoto ei kelpaa")
	form.Set("code", "ranta")
	h.expect(h.post("/admin/units", form), http.StatusUnprocessableEntity, "Tunnus: Tämä on jo käytössä", `value="Idän nuoret"`)
	form.Set("code", "ita-nuoret")
	form.Set("_set", "language:sv")
	h.expect(h.post("/admin/units", form), http.StatusOK, `value="Idän nuoret"`, `value="ita-nuoret"`, "Lägg till enheten")
	form.Set("_set", "language:fi")
	h.post("/admin/units", form)
	form.Del("_set")
	h.expectRedirect(h.post("/admin/units", form), "/admin/units?done=added")
	h.expect(h.get("/admin/units?done=added"), http.StatusOK, "Yksikkö on lisätty", "Idän nuoret")
	h.expect(h.post("/admin/units/ita-nuoret", url.Values{"name": {" "}}), http.StatusUnprocessableEntity, "Nimi: Tämä tieto tarvitaan")
	h.expectRedirect(h.post("/admin/units/ita-nuoret", url.Values{"name": {"Idän nuorten sosiaalityö"}}), "/admin/units?done=renamed")
	h.expect(h.get("/admin/units"), http.StatusOK, "Idän nuorten sosiaalityö")
}

var shown = regexp.MustCompile(`<code id="password">([^<]+)</code>`)

// A new user's password is shown once, works once, and another can be given.
func TestUsers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := url.Values{"name": {"Aino Aalto"}, "username": {"paula"}, "role": {"professional"}}
	h.expect(h.post("/admin/users/new", form), http.StatusUnprocessableEntity, `value="Aino Aalto"`, "Yksiköt: Tämä tieto tarvitaan")
	form.Set("unit", "ranta")
	h.expect(h.post("/admin/users/new", form), http.StatusUnprocessableEntity, "Käyttäjätunnus: Tämä on jo käytössä", `value="ranta" checked`, `value="professional" checked`)
	form.Set("username", "aino.aalto")
	a := h.post("/admin/users/new", form)
	h.expect(a, http.StatusOK, "Salasana näytetään vain nyt")
	password := shown.FindStringSubmatch(a.body)[1]
	if strings.Contains(h.get("/admin/users").body, password) {
		t.Error("the password is shown again")
	}
	token, err := h.people.Login(t.Context(), "aino.aalto", password)
	if err != nil {
		t.Fatal(err)
	}
	if session, err := h.people.Session(t.Context(), token); err != nil || !session.MustChangePassword {
		t.Errorf("the password is not a one-time one: %v", err)
	}

	u, err := h.people.UserByName(h.system(), "aino.aalto")
	if err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + u.ID.String()
	h.expect(h.post(path, url.Values{"name": {""}, "unit": {"ranta"}}), http.StatusUnprocessableEntity, "Nimi: Tämä tieto tarvitaan", `value="ranta" checked`)
	h.expectRedirect(h.post(path, url.Values{"name": {"Aino Aaltonen"}, "unit": {"ranta"}}), "/admin/users?done=changed")
	h.expectRedirect(h.post(path+"/disable", url.Values{}), "/admin/users?done=disabled")
	h.expect(h.get("/admin/users"), http.StatusOK, "Aino Aaltonen", "Kirjautuminen estetty")
	h.expectRedirect(h.post(path+"/enable", url.Values{}), "/admin/users?done=enabled")

	reset := h.post(path+"/password", url.Values{})
	h.expect(reset, http.StatusOK)
	next := shown.FindStringSubmatch(reset.body)[1]
	if next == password {
		t.Error("the same password")
	}
	// Changing the language neither loses the password nor makes another one.
	again := h.post(path+"/password", url.Values{"shown": {next}, "_set": {"language:en"}})
	h.expect(again, http.StatusOK, next, "shown only now")
	if _, err := h.people.Login(t.Context(), "aino.aalto", next); err != nil {
		t.Error(err)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.enter("admin", "paula")
	h.expect(h.post("/admin/users/"+u.ID.String()+"/disable", url.Values{}), http.StatusUnprocessableEntity, "ainoa pääkäyttäjä", `value="Testi paula"`)
	h.expect(h.get("/admin/users"), http.StatusOK)
}
