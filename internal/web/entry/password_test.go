package entry_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

// A one-time password opens nothing but the page on which it is changed.
func TestOneTimePasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	once := h.add("professional")
	h.login(once).Leads("/")
	h.Get("/").Leads("/password")
	h.Get("/password").Is(http.StatusOK, "kertakäyttöinen")
	form := url.Values{"old": {once}, "new": {housetest.Password}, "again": {"kolme kovaa kivea"}}
	h.Send("/password", form).Is(http.StatusUnprocessableEntity, "Salasanat eivät ole samat", "kertakäyttöinen")
	form = url.Values{"old": {"jotain muuta"}, "new": {"lyhyt"}, "again": {"lyhyt"}}
	h.Send("/password", form).Is(http.StatusUnprocessableEntity, "Salasana ei ole oikein", "vähintään 12")
	a := h.Send("/password", url.Values{"old": {once}, "new": {housetest.Password}, "again": {housetest.Password}, "_set": {"language:en"}})
	a.Is(http.StatusOK, "Change your password")
	h.Send("/password", url.Values{"old": {once}, "new": {housetest.Password}, "again": {housetest.Password}}).Leads("/password?done=1")
	h.Get("/password?done=1").Is(http.StatusOK, "Your password has been changed")
	h.Get("/").Is(http.StatusNoContent)
	h.Send("/logout", url.Values{})
	h.login(once).Is(http.StatusUnauthorized)
	h.login(housetest.Password).Leads("/")
}

// Of an empty house the link makes the first administrator, once.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Get("/setup/arvattu").Is(http.StatusGone, "Linkki ei ole enää voimassa")
	link, err := h.Access.NewSetupLink(h.System())
	if err != nil {
		t.Fatal(err)
	}
	path := "/setup/" + link
	h.Get(path).Is(http.StatusOK, "Luo ensimmäinen pääkäyttäjä")
	form := url.Values{"username": {"Pia.Paa"}, "name": {""}, "password": {"lyhyt"}, "again": {"lyhyt"}}
	a := h.Send(path, form)
	a.Is(http.StatusUnprocessableEntity, `value="Pia.Paa"`, "Nimi: Tämä tieto tarvitaan", "vähintään 12")
	form = url.Values{"username": {"Pia.Paa"}, "name": {"Pia Pää"}, "password": {housetest.Password}, "again": {housetest.Password + "x"}}
	h.Send(path, form).Is(http.StatusUnprocessableEntity, `value="Pia Pää"`, "Salasanat eivät ole samat")
	form.Set("again", housetest.Password)
	form.Set("_set", "language:sv")
	h.Send(path, form).Is(http.StatusOK, `value="Pia Pää"`, "Skapa den första huvudanvändaren")
	form.Del("_set")
	h.Send(path, form).Leads("/admin/units")
	h.Get("/").Is(http.StatusNoContent)
	h.Send(path, form).Is(http.StatusGone)
}

func TestBarrierIsReported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Get("/accessibility?page=%2Flogin").Is(http.StatusOK, "Saavutettavuusseloste", `href="/accessibility/report?page=%2flogin"`)
	h.Get("/accessibility/report?page=%2Flogin").Is(http.StatusOK, `value="/login"`)
	if a := h.Get("/accessibility/report?page=https://example.org"); strings.Contains(a.Source, `value="https://example.org"`) {
		t.Error("somebody else's words are in the form")
	}
	form := url.Values{"page": {"etusivu"}, "description": {""}, "contact": {"040 000"}}
	h.Send("/accessibility/report", form).Is(http.StatusUnprocessableEntity, `value="etusivu"`, `value="040 000"`, "Tämä tieto tarvitaan")
	form.Set("description", "Teksti on liian pientä.")
	h.Send("/accessibility/report", form).Leads("/accessibility/report?done=1")
	h.Get("/accessibility/report?done=1").Is(http.StatusOK, "Viestisi on perillä")
	h.add("admin")
	admin := access.With(t.Context(), access.Actor{Role: access.Admin})
	list, err := h.Content.Barriers(admin)
	if err != nil || len(list) != 1 || list[0].Description != "Teksti on liian pientä." || list[0].Page != "etusivu" {
		t.Errorf("%v %v", len(list), err)
	}
	for range 3 {
		h.Send("/accessibility/report", form)
	}
	h.Send("/accessibility/report", form).Is(http.StatusTooManyRequests, "Odota 2 minuuttia", "Teksti on liian pientä.")
}
