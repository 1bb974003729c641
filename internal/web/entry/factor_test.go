package entry_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"golang.org/x/net/html"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity/passkey"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// wanted is a house that wants a second factor of everybody.
var wanted = access.WithFactorWanted(func(context.Context, access.Role) (bool, error) { return true, nil })

// passkeys is a house with passkeys, at an address of its own.
func passkeys(t *testing.T) access.Option {
	t.Helper()
	keys, _, err := passkey.New("https://omasuunta.example.org")
	if err != nil {
		t.Fatal(err)
	}
	return access.WithPasskeys(keys)
}

// secretOn reads the secret that the page for setting up an app shows.
func (h *house) secretOn(p *pagetest.Page) []byte {
	h.Helper()
	found := regexp.MustCompile(`<code>((?:[a-z2-7]{4} ?){8})</code>`).FindStringSubmatch(p.Source)
	if found == nil {
		h.Fatalf("no secret on the page:\n%s", p.Source)
	}
	secret, err := housetest.TOTPSecret(found[1])
	h.Must(err)
	return secret
}

// codesOn reads recovery codes.
func (h *house) codesOn(p *pagetest.Page) []string {
	h.Helper()
	codes := regexp.MustCompile(`name="shown" value="([a-z2-9]{4}(?:-[a-z2-9]{4}){3})"`).FindAllStringSubmatch(p.Source, -1)
	var list []string
	for _, one := range codes {
		list = append(list, one[1])
	}
	if len(list) != access.RecoveryCodes {
		h.Fatalf("%d codes on the page:\n%s", len(list), p.Source)
	}
	return list
}

// withApp makes somebody who has an authenticator app and is logged out.
func (h *house) withApp(role access.Role) (secret []byte, codes []string) {
	h.Helper()
	h.settle(role)
	h.login(housetest.Password)
	app := h.Get("/factors/app")
	secret = h.secretOn(app)
	codes = h.codesOn(app.Form("app").Fill("code", h.code(secret), "password", housetest.Password).Send().Is(http.StatusOK))
	h.Send("/logout", url.Values{})
	h.Clock.Advance(time.Minute)
	return secret, codes
}

func (h *house) code(secret []byte) string { return housetest.TOTP(secret, h.Clock.Now()) }

// Setting up an app, mistakes and all, without scripts.
func TestAppIsSetUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.settle("professional")
	h.login(housetest.Password)
	h.Get("/password").Is(http.StatusOK, "Kaksivaiheinen kirjautuminen", `href="/factors"`)
	h.Get("/factors").Is(http.StatusOK, "Todennussovellus", "!Varakoodit", "!Pääsyavaimet")
	app := h.Get("/factors/app")
	secret := h.secretOn(app)
	app.Is(http.StatusOK, "<svg", "Todennussovelluksen QR-koodi")
	wrong := app.Form("app").Fill("code", "12345", "password", "väärä").Send()
	wrong.Is(http.StatusUnprocessableEntity, "Koodi ei kelpaa", "Salasana ei ole oikein")
	if !bytes.Equal(h.secretOn(wrong), secret) {
		t.Error("another secret after a mistake: the phone has the first one")
	}
	swedish := wrong.Form("app").Press("_set", "language:sv")
	if !bytes.Equal(h.secretOn(swedish.Is(http.StatusOK, "Appens kod")), secret) {
		t.Error("another secret in another language")
	}
	done := swedish.Form("app").Fill("code", h.code(secret), "password", housetest.Password).Send()
	done.Is(http.StatusOK, "De här koderna visas inte en gång till")
	codes := h.codesOn(done)
	again := done.Form("again").Press("_set", "language:fi")
	if h.codesOn(again.Is(http.StatusOK, "Näitä koodeja ei näytetä toista kertaa"))[9] != codes[9] {
		t.Error("other codes in another language")
	}
	h.Get("/factors?done=added").Is(http.StatusOK, "Valmista", "Sinulla on 10 varakoodia", "Käytössä 14.9.2023 alkaen")
	h.Get("/factors/app").Leads("/factors")
}

func TestSecondFactorIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, codes := h.withApp("professional")
	h.Send("/login", url.Values{"username": {somebody}, "password": {housetest.Password}, "back": {"/password?x=1"}}).Leads("/login/second?back=%2Fpassword%3Fx%3D1")
	half := h.Session()
	h.Get("/").Leads("/login/second")
	h.Get("/factors").Leads("/login/second?back=%2Ffactors")
	page := h.Get("/login/second?back=%2Fpassword%3Fx%3D1")
	page.Is(http.StatusOK, "Vahvista kirjautuminen", "Maija Meri", "!href=\"/password\"", "Varakoodi")
	page.Form("second").Send().Is(http.StatusUnprocessableEntity, "Tämä tieto tarvitaan")
	wrong := page.Form("second").Fill("code", "000000").Send()
	wrong.Is(http.StatusUnprocessableEntity, "Koodi ei kelpaa")
	swedish := wrong.Form("second").Press("_set", "language:sv").Is(http.StatusOK, "Bekräfta inloggningen")
	swedish.Form("second").Fill("code", h.code(secret)).Send().Leads("/password?x=1")
	if h.Session() == half {
		t.Error("the same session")
	}
	h.Get("/").Is(http.StatusNoContent)
	h.Get("/login/second").Leads("/")
	h.Send("/login/second", url.Values{"code": {"123456"}}).Leads("/")

	h.Send("/logout", url.Values{})
	h.login(housetest.Password).Leads("/login/second")
	h.Send("/login/second", url.Values{"code": {h.code(secret)}}).Is(http.StatusUnprocessableEntity, "Koden duger inte") // used
	h.Send("/login/second", url.Values{"recovery": {codes[0]}}).Leads("/")
	h.Get("/factors").Is(http.StatusOK, "Du har 9 reservkoder kvar")
}

// Somebody who takes too long begins again; half a login can be given up.
func TestHalfALoginEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _ := h.withApp("professional")
	h.login(housetest.Password)
	h.Clock.Advance(11 * time.Minute)
	h.Get("/login/second").Leads("/login")
	h.Send("/login/second", url.Values{"code": {h.code(secret)}, "back": {"/password"}}).
		Is(http.StatusUnauthorized, "odotettiin liian kauan", `name="back" value="/password"`)
	h.login(housetest.Password)
	h.Get("/login/second").FormAround("Kirjaudu ulos").Send().Leads("/login?out=1")
	h.Get("/login/second").Leads("/login")
}

// What was typed before the session ended comes through both steps, and a second
// step that came too late.
func TestWhatWasTypedSurvivesTheSecondStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _ := h.withApp("professional")
	ended := h.Send("/notes", url.Values{"text": {"tärkeä <rivi>"}})
	second := ended.Form("login").Fill("username", somebody, "password", housetest.Password).Send()
	second.Is(http.StatusOK, "Vahvista kirjautuminen")
	late := second.Form("second").Fill("code", "000000").Send().Is(http.StatusUnprocessableEntity)
	h.Clock.Advance(11 * time.Minute)
	again := late.Form("second").Fill("code", h.code(secret)).Send().Is(http.StatusUnauthorized, "odotettiin liian kauan")
	second = again.Form("login").Fill("username", somebody, "password", housetest.Password).Send()
	resume := second.Form("second").Fill("code", h.code(secret)).Send()
	resume.Is(http.StatusOK, "Tervetuloa takaisin").FormAround("Lähetä ja jatka").Send().Is(http.StatusNoContent)
	if len(h.written) != 1 || h.written[0] != "tärkeä <rivi>" {
		t.Errorf("%q arrived", h.written)
	}
	// Half a session does not swallow what is sent with it.
	h.Send("/logout", url.Values{})
	h.login(housetest.Password)
	h.Send("/notes", url.Values{"text": {"toinen"}}).Is(http.StatusUnauthorized, `value="toinen"`)
}

// Only somebody who has shown the password uses up tries of the second step.
func TestTriesOfTheSecondStep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, _ := h.withApp("professional")
	for range 5 { // nobody in particular
		h.Browse("").Send("/login/second", url.Values{"code": {"000000"}}).Is(http.StatusUnauthorized)
	}
	h.login(housetest.Password)
	for range 3 {
		h.Send("/login/second", url.Values{"code": {"000000"}}).Is(http.StatusUnprocessableEntity)
	}
	a := h.Send("/login/second", url.Values{"code": {h.code(secret)}})
	a.Is(http.StatusTooManyRequests, "Odota 2 minuuttia")
	if a.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}

func TestAppIsRemoved(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, codes := h.withApp("expert")
	h.login(housetest.Password)
	h.Send("/login/second", url.Values{"code": {h.code(secret)}}).Leads("/")
	again := h.Get("/factors/codes").Form("remove").Fill("password", housetest.Password, "recovery", codes[0]).Send()
	codes = h.codesOn(again.Is(http.StatusOK))
	form := h.Get("/factors/app/remove").Is(http.StatusOK, "Poista todennussovellus käytöstä").Form("remove")
	form.Fill("password", "väärä").Send().Is(http.StatusUnprocessableEntity, "Salasana ei ole oikein", "Tämä tieto tarvitaan")
	form.Fill("password", housetest.Password, "code", h.code(secret)).Send().Is(http.StatusUnprocessableEntity, "Koodi ei kelpaa") // used
	form.Fill("code", "", "recovery", codes[1]).Send().Leads("/factors?done=removed")
	h.Get("/factors").Is(http.StatusOK, "!Varakoodit", "Ota sovellus käyttöön")
	h.Get("/factors/app/remove").Leads("/factors")
	h.Get("/factors/codes").Leads("/factors")
	h.Get("/factors/passkeys").Is(http.StatusNotFound)
	h.Get("/factors/passkeys/7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b/remove").Is(http.StatusNotFound)
}

// An administrator reads why there are no passkeys, and others need not.
func TestWhyThereAreNoPasskeys(t *testing.T) {
	t.Parallel()
	for role, want := range map[access.Role]string{access.Admin: "IP-osoite", access.Expert: "!IP-osoite"} {
		h := newHouseWith(t, access.WithoutPasskeys("numeric"))
		h.settle(role)
		h.login(housetest.Password)
		h.Get("/factors").Is(http.StatusOK, want)
	}
}

// attribute reads an attribute of the element with an id or another.
func attribute(p *pagetest.Page, with, name string) (value string) {
	p.Each(func(n *html.Node) {
		var has bool
		var found string
		for _, a := range n.Attr {
			has = has || a.Key == with
			if a.Key == name {
				found = a.Val
			}
		}
		if has && found != "" {
			value = found
		}
	})
	return value
}

// A passkey is added, asked for as second factor, used alone and removed, as a
// script would do it.
func TestPasskeyOnThePages(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, passkeys(t))
	h.settle("professional")
	h.Get("/login").Is(http.StatusOK, "Kirjaudu pääsyavaimella", `data-passkeys="omasuunta.example.org" hidden`, "js/passkey.js")
	h.login(housetest.Password)
	form := h.Get("/factors/passkeys").Is(http.StatusOK, "Anna pääsyavaimelle nimi").Form("passkey")
	form.Fill("name", "", "password", "x").Send().Is(http.StatusUnprocessableEntity, "Salasana ei ole oikein")
	ready := form.Fill("name", "Työpuhelin <1>", "password", housetest.Password).Send().Is(http.StatusOK, "Kaikki on valmiina")
	asked, err := virtualwebauthn.ParseAttestationOptions(attribute(ready, "data-options", "data-options"))
	h.Must(err)
	device := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(asked.UserID)})
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	for len(key.Key.AttestationData()) != 77 { // the library drops zeros that a coordinate begins with
		key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	party := virtualwebauthn.RelyingParty{ID: "omasuunta.example.org", Origin: "https://omasuunta.example.org"}
	made := ready.Form("passkey").Fill("passkey", virtualwebauthn.CreateAttestationResponse(party, device, key, *asked))
	codes := h.codesOn(made.Send().Is(http.StatusOK))
	made.Send().Is(http.StatusUnprocessableEntity, "Pääsyavain ei kelvannut", `value="Työpuhelin <1>"`)
	show := func(options string) string {
		asked, err := virtualwebauthn.ParseAssertionOptions(options)
		h.Must(err)
		key.Counter++
		return virtualwebauthn.CreateAssertionResponse(party, device, key, *asked)
	}
	ask := func(path string) string {
		return h.Send(path, url.Values{}, "Accept", "application/json").Is(http.StatusOK).Source
	}
	list := h.Get("/factors").Is(http.StatusOK, "Työpuhelin <1>", "Luotu 14.9.2023")
	h.Send("/logout", url.Values{})

	h.login(housetest.Password).Leads("/login/second")
	h.Get("/login/second").Is(http.StatusOK, "Käytä pääsyavainta", "Varakoodi", "!Sovelluksen koodi")
	h.Send("/login/second", url.Values{"passkey": {show(ask("/login/second/passkey"))}}).Leads("/")
	h.Send("/logout", url.Values{})

	answer := show(ask("/login/passkey/options"))
	h.Browse("").Send("/login/passkey", url.Values{"passkey": {answer}}).Is(http.StatusUnauthorized, "Pääsyavaimella ei päässyt sisään")
	h.Send("/login/passkey", url.Values{"passkey": {answer}, "back": {"/password"}}).Leads("/password")
	h.Get("/").Is(http.StatusNoContent)
	h.Send("/logout", url.Values{})
	h.Send("/login/passkey", url.Values{"passkey": {answer}}).Is(http.StatusUnauthorized)

	h.Send("/login/passkey", url.Values{"passkey": {show(ask("/login/passkey/options"))}}).Leads("/")
	remove := regexp.MustCompile(`/factors/passkeys/[0-9a-f-]{36}/remove`).FindString(list.Source)
	gone := h.Get(remove).Is(http.StatusOK, "Työpuhelin <1>", "Käytä pääsyavainta").Form("remove")
	gone.Fill("password", housetest.Password, "passkey", show(ask("/factors/passkeys/proof"))).Send().Leads("/factors?done=removed")
	h.Get(remove).Is(http.StatusNotFound)
	h.Send("/logout", url.Values{})
	h.login(housetest.Password).Leads("/") // the factor is gone, and so are its codes
	if strings.Contains(h.Get("/factors").Source, codes[0]) {
		t.Error("the page shows codes")
	}
}

// Where everybody must have one, whoever has none gets no further than adding it.
func TestFactorIsWanted(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, wanted)
	once := h.add("professional")
	h.login(once).Leads("/")
	h.Get("/").Leads("/password")
	h.Get("/factors").Leads("/password")
	h.Send("/password", url.Values{"old": {once}, "new": {housetest.Password}, "again": {housetest.Password}}).Leads("/password?done=1")
	h.Get("/").Leads("/factors")
	h.Get("/password").Leads("/factors")
	h.Get("/factors").Is(http.StatusOK, "Organisaatiosi vaatii sen")
	app := h.Get("/factors/app")
	secret := h.secretOn(app)
	app.Form("app").Fill("code", h.code(secret), "password", housetest.Password).Send().Is(http.StatusOK, "Ota varakoodit talteen")
	h.Get("/").Is(http.StatusNoContent)
}
