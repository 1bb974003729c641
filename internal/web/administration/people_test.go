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
	paths := []string{"/admin/units", "/admin/units/vuosaari-ta", "/admin/users", "/admin/users/new", "/admin/batteries", "/admin/batteries/functioning",
		"/admin/consent-text", "/admin/consent-text/new", "/admin/consent-text/1", "/admin/guidance", "/admin/guidance/omatoimi", "/admin/settings", "/admin/barriers", "/admin/archive", "/admin/retention"}
	for _, role := range []access.Role{access.Professional, access.Expert} {
		h.enter(role, string(role))
		for _, path := range paths {
			h.Get(path).Is(http.StatusForbidden, "Oikeutesi eivät riitä")
		}
		h.Send("/admin/units", url.Values{"name": {"x"}, "code": {"x"}}).Is(http.StatusForbidden)
	}
	h.enter("admin", "paula")
	for _, path := range paths {
		h.Get(path).Is(http.StatusOK)
	}
	for _, path := range []string{"/admin/units/ei-ole", "/admin/users/ei-ole", "/admin/users/" + access.SystemActor.ID.String(), "/admin/batteries/ei-ole",
		"/admin/consent-text/99", "/admin/consent-text/x", "/admin/guidance/ei-ole"} {
		h.Get(path).Is(http.StatusNotFound)
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := url.Values{"name": {"Idän nuoret"}, "code": {"Idän nuoret"}}
	h.Send("/admin/units", form).Is(http.StatusUnprocessableEntity, `value="Idän nuoret"`, "Tunnus: Muoto ei kelpaa")
	form.Set("code", "vuosaari-ta")
	h.Send("/admin/units", form).Is(http.StatusUnprocessableEntity, "Tunnus: Tämä on jo käytössä", `value="Idän nuoret"`)
	form.Set("code", "ita-nuoret")
	form.Set("_set", "language:sv")
	h.Send("/admin/units", form).Is(http.StatusOK, `value="Idän nuoret"`, `value="ita-nuoret"`, "Lägg till enheten")
	form.Set("_set", "language:fi")
	h.Send("/admin/units", form)
	form.Del("_set")
	h.Send("/admin/units", form).Leads("/admin/units?done=added")
	h.Get("/admin/units?done=added").Is(http.StatusOK, "Yksikkö on lisätty", "Idän nuoret")
	h.Send("/admin/units/ita-nuoret", url.Values{"name": {" "}}).Is(http.StatusUnprocessableEntity, "Nimi: Tämä tieto tarvitaan")
	h.Send("/admin/units/ita-nuoret", url.Values{"name": {"Idän nuorten sosiaalityö"}}).Leads("/admin/units?done=renamed")
	h.Get("/admin/units").Is(http.StatusOK, "Idän nuorten sosiaalityö")
}

var shown = regexp.MustCompile(`<code id="password">([^<]+)</code>`)

// A new user's password is shown once, works once, and another can be given.
func TestUsers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	h.Get("/admin/users/new").Is(http.StatusOK, `value="health" checked`, `value="social" checked`)
	form := url.Values{"name": {"Aino Keksitty"}, "username": {"paula"}, "role": {"professional"}}
	h.Send("/admin/users/new", form).Is(http.StatusUnprocessableEntity, `value="Aino Keksitty"`, "Yksiköt: Tämä tieto tarvitaan", "Rekisterit: Tämä tieto tarvitaan")
	form.Set("register", "social")
	form.Set("unit", "vuosaari-ta")
	h.Send("/admin/users/new", form).Is(http.StatusUnprocessableEntity, "Käyttäjätunnus: Tämä on jo käytössä", `value="vuosaari-ta" checked`,
		`value="professional" checked`)
	form.Set("username", "aino.aalto")
	a := h.Send("/admin/users/new", form)
	a.Is(http.StatusOK, "Salasana näytetään vain nyt")
	password := shown.FindStringSubmatch(a.Source)[1]
	if strings.Contains(h.Get("/admin/users").Source, password) {
		t.Error("the password is shown again")
	}
	token, err := h.Access.Login(t.Context(), "aino.aalto", password)
	if err != nil {
		t.Fatal(err)
	}
	if session, err := h.Access.Session(t.Context(), token); err != nil || !session.MustChangePassword {
		t.Errorf("the password is not a one-time one: %v", err)
	}

	u, err := h.Access.UserByName(h.System(), "aino.aalto")
	if err != nil {
		t.Fatal(err)
	}
	path := "/admin/users/" + u.ID.String()
	h.Get(path).Is(http.StatusOK, `value="social" checked`)
	h.Get("/admin/users").Is(http.StatusOK, "<td>Sosiaalihuollon rekisteri</td>")
	h.Send(path, url.Values{"name": {""}, "unit": {"vuosaari-ta"}}).Is(http.StatusUnprocessableEntity, "Nimi: Tämä tieto tarvitaan", "Rekisterit: Tämä tieto tarvitaan",
		`value="vuosaari-ta" checked`)
	h.Send(path, url.Values{"name": {"Aino Kuvitteellinen"}, "unit": {"vuosaari-ta"}, "register": {"health"}}).Leads("/admin/users?done=changed")
	if u, err = h.Access.UserByName(h.System(), "aino.aalto"); err != nil || len(u.Registers) != 1 || u.Registers[0] != access.Health {
		t.Errorf("the registers are %v: %v", u.Registers, err)
	}
	h.Send(path+"/disable", url.Values{}).Leads("/admin/users?done=disabled")
	h.Get("/admin/users").Is(http.StatusOK, "Aino Kuvitteellinen", "Kirjautuminen estetty")
	h.Send(path+"/enable", url.Values{}).Leads("/admin/users?done=enabled")

	reset := h.Send(path+"/password", url.Values{})
	reset.Is(http.StatusOK)
	next := shown.FindStringSubmatch(reset.Source)[1]
	if next == password {
		t.Error("the same password")
	}
	// Changing the language neither loses the password nor makes another one.
	again := h.Send(path+"/password", url.Values{"shown": {next}, "_set": {"language:en"}})
	again.Is(http.StatusOK, next, "shown only now")
	if _, err := h.Access.Login(t.Context(), "aino.aalto", next); err != nil {
		t.Error(err)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.enter("admin", "paula")
	self := "/admin/users/" + u.ID.String() // who comes near no record has no registers to choose
	if strings.Contains(h.Get(self).Source, `name="register"`) {
		t.Error("an administrator's registers can be chosen")
	}
	h.Send(self, url.Values{"name": {"Testi paula"}}).Leads("/admin/users?done=changed")
	h.Send("/admin/users/"+u.ID.String()+"/disable", url.Values{}).Is(http.StatusUnprocessableEntity, "ainoa pääkäyttäjä", `value="Testi paula"`)
	h.Get("/admin/users").Is(http.StatusOK)
}
