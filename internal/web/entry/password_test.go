package entry_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
)

// A one-time password opens nothing but the page on which it is changed.
func TestOneTimePasswordIsChangedFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	once := h.add("professional")
	h.expectRedirect(h.login(once), "/")
	h.expectRedirect(h.get("/"), "/password")
	h.expect(h.get("/password"), http.StatusOK, "kertakäyttöinen")
	form := url.Values{"old": {once}, "new": {chosen}, "again": {"kolme kovaa kivea"}}
	h.expect(h.post("/password", form), http.StatusUnprocessableEntity, "Salasanat eivät ole samat", "kertakäyttöinen")
	form = url.Values{"old": {"jotain muuta"}, "new": {"lyhyt"}, "again": {"lyhyt"}}
	h.expect(h.post("/password", form), http.StatusUnprocessableEntity, "Salasana ei ole oikein", "vähintään 12")
	a := h.post("/password", url.Values{"old": {once}, "new": {chosen}, "again": {chosen}, "_set": {"language:en"}})
	h.expect(a, http.StatusOK, "Change your password")
	h.expectRedirect(h.post("/password", url.Values{"old": {once}, "new": {chosen}, "again": {chosen}}), "/password?done=1")
	h.expect(h.get("/password?done=1"), http.StatusOK, "Your password has been changed")
	h.expect(h.get("/"), http.StatusNoContent)
	h.post("/logout", url.Values{})
	h.expect(h.login(once), http.StatusUnauthorized)
	h.expectRedirect(h.login(chosen), "/")
}

// Of an empty house the link makes the first administrator, once.
func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.expect(h.get("/setup/arvattu"), http.StatusGone, "Linkki ei ole enää voimassa")
	link, err := h.people.NewSetupLink(h.system())
	if err != nil {
		t.Fatal(err)
	}
	path := "/setup/" + link
	h.expect(h.get(path), http.StatusOK, "Luo ensimmäinen pääkäyttäjä")
	form := url.Values{"username": {"Pia.Paa"}, "name": {""}, "password": {"lyhyt"}, "again": {"lyhyt"}}
	a := h.post(path, form)
	h.expect(a, http.StatusUnprocessableEntity, `value="Pia.Paa"`, "Nimi: Tämä tieto tarvitaan", "vähintään 12")
	form = url.Values{"username": {"Pia.Paa"}, "name": {"Pia Pää"}, "password": {chosen}, "again": {chosen + "x"}}
	h.expect(h.post(path, form), http.StatusUnprocessableEntity, `value="Pia Pää"`, "Salasanat eivät ole samat")
	form.Set("again", chosen)
	form.Set("_set", "language:sv")
	h.expect(h.post(path, form), http.StatusOK, `value="Pia Pää"`, "Skapa den första huvudanvändaren")
	form.Del("_set")
	h.expectRedirect(h.post(path, form), "/admin/units")
	h.expect(h.get("/"), http.StatusNoContent)
	h.expect(h.post(path, form), http.StatusGone)
}

func TestBarrierIsReported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.expect(h.get("/accessibility?page=%2Flogin"), http.StatusOK, "Saavutettavuusseloste", `href="/accessibility/report?page=%2flogin"`)
	h.expect(h.get("/accessibility/report?page=%2Flogin"), http.StatusOK, `value="/login"`)
	if a := h.get("/accessibility/report?page=https://example.org"); strings.Contains(a.body, `value="https://example.org"`) {
		t.Error("somebody else's words are in the form")
	}
	form := url.Values{"page": {"etusivu"}, "description": {""}, "contact": {"040 000"}}
	h.expect(h.post("/accessibility/report", form), http.StatusUnprocessableEntity, `value="etusivu"`, `value="040 000"`, "Tämä tieto tarvitaan")
	form.Set("description", "Teksti on liian pientä.")
	h.expectRedirect(h.post("/accessibility/report", form), "/accessibility/report?done=1")
	h.expect(h.get("/accessibility/report?done=1"), http.StatusOK, "Viestisi on perillä")
	h.add("admin")
	admin := access.With(t.Context(), access.Actor{Role: access.Admin})
	list, err := h.content.Barriers(admin)
	if err != nil || len(list) != 1 || list[0].Description != "Teksti on liian pientä." || list[0].Page != "etusivu" {
		t.Errorf("%v %v", len(list), err)
	}
	for range 3 {
		h.post("/accessibility/report", form)
	}
	h.expect(h.post("/accessibility/report", form), http.StatusTooManyRequests, "Odota 2 minuuttia", "Teksti on liian pientä.")
}
