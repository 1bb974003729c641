package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity/oidc/oidctest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

const outageFile = `
oidc:
  - code: keskus
    name: {fi: Keskuksen tunnus, sv: Centralens konto, en: Central account}
    issuer: %s
    client_id: omasuunta
    client_secret: file:secret
    userinfo: true
    grants:
      - {claim: groups, value: ammattilaiset, role: professional}
      - {claim: groups, value: vuosaari, unit: vuosaari-ta}
`

// sealedCode is what one looks like on paper.
var sealedCode = regexp.MustCompile(`\b[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){6}\b`)

// codesOn reads both sheets of a PDF.
func codesOn(t testing.TB, file []byte) (first, second []string) {
	t.Helper()
	all := sealedCode.FindAllString(textOf(t, file), -1)
	if len(all) < 2 || len(all)%2 != 0 {
		t.Fatalf("%d codes on the sheets", len(all))
	}
	return all[:len(all)/2], all[len(all)/2:]
}

// outage is a running service whose people log in at a provider that can be
// stopped, and whose unit has sealed codes.
type outage struct {
	*reception
	provider      *oidctest.Provider
	first, second []string
}

func newOutage(t *testing.T) *outage {
	t.Helper()
	person := func(id, given string) oidctest.Person {
		return oidctest.Person{ID: id, Given: given, Family: "Kuvitteellinen", Claims: map[string]any{"groups": []any{"ammattilaiset", "vuosaari"}}}
	}
	o := &outage{provider: oidctest.Open(t, person("sub-1", "Aino"), person("sub-2", "Eino"))}
	address := freeAddress(t)
	o.provider.Register("omasuunta", "hyvin-salainen-9", "http://"+address+"/login/oidc/keskus/callback")
	database := testkit.SQLiteFrom(t, "reception", staff)
	o.reception = &reception{database: database, instance: startAt(t, address, "serve", "--database", database, "--identity", identityAt(t, o.provider.URL), "--public-url", "http://"+address, "--trusted-proxy", "127.0.0.1")}
	o.first, o.second = o.sheets()
	return o
}

// atProvider logs somebody in there.
func (o *outage) atProvider(r *reader, id string) *shown {
	o.t.Helper()
	to := r.get("/login/oidc/keskus").is(http.StatusSeeOther).to()
	return r.get(strings.TrimPrefix(o.provider.LogIn(to, id), o.URL))
}

// elsewhereOnceMore gives a browser another address, so that asking again and again
// is not too much of one.
func elsewhereOnceMore(r *reader) {
	var last int
	_, _ = fmt.Sscanf(r.header["X-Forwarded-For"], "192.0.2.%d", &last) // none is 0
	r.header["X-Forwarded-For"] = fmt.Sprintf("192.0.2.%d", last%250+1)
}

// withCodes types two codes.
func withCodes(r *reader, first, second string) *shown {
	r.t.Helper()
	f := r.get("/login/emergency").form("emergency")
	f.Set("first", first)
	f.Set("second", second)
	return f.send()
}

// choose chooses somebody by name in a list.
func (f form) choose(s *shown, field, name string) {
	f.r.t.Helper()
	list := regexp.MustCompile(`(?s)<select[^>]* name="` + field + `".*?</select>`).FindString(s.body)
	found := regexp.MustCompile(`<option value="([^"]+)"[^>]*>` + name + `</option>`).FindStringSubmatch(list)
	if found == nil {
		f.r.t.Fatalf("%s is not in the list %s: %s", name, field, list)
	}
	f.Set(field, found[1])
}

// The month of 2023, in a test: the provider goes away in the middle of a visit.
// The session goes on and answers are saved, the login page says what to do,
// sealed codes let somebody in who does the visit and nothing else, all of it is
// in the audit and reviewed, and afterwards the usual login works again.
func TestProviderGoesAwayDuringAVisit(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	aino, eino := o.reader(), o.reader()
	o.atProvider(aino, "sub-1").is(http.StatusSeeOther)
	o.atProvider(eino, "sub-2").is(http.StatusSeeOther)
	eino.post("/logout", nil)
	draft := o.begin(aino)

	o.provider.Stop()
	answers := "/assessments/" + draft + "/answers"
	aino.post(answers, url.Values{"side": {"client"}, "item": {"money"}, "value": {"5"}}).is(http.StatusOK)
	if text := aino.get("/").is(http.StatusOK).text(); !strings.Contains(text, "Kesken Arvio") {
		t.Errorf("the draft is not on the start page: %s", text)
	}
	var page *shown
	eventually(t, "the login page says that the provider is down", func() bool {
		elsewhereOnceMore(eino)
		page = eino.get("/login").is(http.StatusOK)
		return strings.Contains(page.body, `id="trouble"`)
	})
	for _, says := range []string{"Keskuksen tunnus ei vastaa juuri nyt", "käyttäjätunnus ja salasana", "hätäkoodit", "paperilla"} {
		if !strings.Contains(page.text(), says) {
			t.Errorf("the login page doesn't say %q: %s", says, page.text())
		}
	}
	for _, to := range []string{"/login/emergency", "/forms"} {
		if !strings.Contains(page.body, `href="`+to+`"`) {
			t.Errorf("the login page doesn't lead to %s", to)
		}
	}
	if down := eino.get("/login/oidc/keskus").is(http.StatusServiceUnavailable); !strings.Contains(down.body, `href="/login/emergency"`) {
		t.Error("who tries the provider is not told of the codes")
	}
	eino.get("/forms").is(http.StatusOK)
	if paper := eino.get("/forms/functioning/document.pdf").is(http.StatusOK); !strings.HasPrefix(paper.body, "%PDF") {
		t.Error("there is no form to print")
	}
	o.reader().login(o.colleague("toinen")) // a password of this service

	eino.login(o.colleague("toinen"))
	eino.post("/logout", nil)
	o.emergencyVisit(eino, draft)
	o.review()

	o.provider.Start()
	eventually(t, "the usual login works again", func() bool {
		elsewhereOnceMore(eino)
		return eino.get("/login/oidc/keskus").status == http.StatusSeeOther
	})
	o.atProvider(eino, "sub-2").is(http.StatusSeeOther)
	if text := eino.get("/").is(http.StatusOK).text(); !strings.Contains(text, "Nimelläsi on hätäkirjauduttu") && !strings.Contains(text, "Eino Kuvitteellinen") {
		t.Errorf("after the outage: %s", text)
	}
	aino.get("/assessments/" + draft + "/details").is(http.StatusOK) // it has been there all the time

	o.stop()
	if log := o.log.String(); !strings.Contains(log, `"level":"WARN","msg":"emergency login"`) {
		t.Error("the log says nothing about the emergency login")
	}
	for _, secret := range []string{o.first[0], strings.ReplaceAll(o.first[0], "-", ""), "Kuvitteellinen"} {
		if strings.Contains(o.log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// emergencyVisit comes in with codes and works on somebody's draft.
func (o *outage) emergencyVisit(r *reader, draft string) {
	t := o.t
	t.Helper()
	if slip := withCodes(r, o.first[0][:33]+"?", o.second[0]); slip.status != http.StatusUnprocessableEntity || !strings.Contains(slip.text(), "kirjoitusvirhe") {
		t.Errorf("a slip of the pen: %d %s", slip.status, slip.text())
	}
	wrong := withCodes(r, o.first[0], o.first[1]).is(http.StatusUnauthorized)
	if !strings.Contains(wrong.text(), "Näillä koodeilla ei pääse sisään") {
		t.Errorf("wrong codes: %s", wrong.text())
	}
	who := withCodes(r, o.first[0], o.second[0]).is(http.StatusOK)
	if strings.Contains(who.body, "Testi Naapuri") || !strings.Contains(who.text(), "Vuosaaren terveysasema") {
		t.Errorf("who can come in: %s", who.text())
	}
	f := who.form("emergency")
	if f.send().is(http.StatusUnprocessableEntity); r.session() != "" {
		t.Error("nobody has come in")
	}
	f.choose(who, "user", "Eino Kuvitteellinen")
	f.choose(who, "witness", "Aino Kuvitteellinen")
	f.send().leads("/")
	start := r.get("/").is(http.StatusOK)
	if text := start.text(); !strings.Contains(text, "Hätäkirjautuminen, enintään") || !strings.Contains(text, "Eino Kuvitteellinen") {
		t.Errorf("the start page: %s", text)
	}

	mine := o.begin(r)
	r.post("/assessments/"+mine+"/answers", url.Values{"side": {"client"}, "item": {"money"}, "value": {"7"}}).is(http.StatusOK)
	r.post("/assessments/"+draft+"/answers", url.Values{"side": {"client"}, "item": {"safety"}, "value": {"7"}}).is(http.StatusOK)
	if consent := r.get("/assessments/" + mine + "/consent").is(http.StatusOK); strings.Contains(consent.body, "/erasure") || strings.Contains(consent.body, "/file") {
		t.Error("there are ways to what it may not")
	}
	for _, path := range []string{"/assessments/" + mine + "/consent/erasure", "/assessments/" + mine + "/file", "/assessments/" + mine + "/file/document.pdf",
		"/assessments/" + mine + "/abandon", "/invitations", "/password", "/factors", "/admin/users", "/report"} {
		r.get(path).is(http.StatusForbidden)
	}
	r.post("/assessments/"+mine+"/hand-over", nil).is(http.StatusSeeOther)
	back := r.get("/take-back").is(http.StatusOK).form("take-back")
	back.Set("password", o.second[0])
	back.send().is(http.StatusSeeOther)
	again := o.reader()
	withCodes(again, o.first[0], o.second[0]).is(http.StatusUnauthorized)
	r.post("/logout", nil).leads("/login?out=1")
}

// review is what an administrator does afterwards.
func (o *outage) review() {
	t := o.t
	t.Helper()
	admin := o.enter("hallinta")
	if units := admin.get("/admin/units"); !strings.Contains(units.text(), "1 hätäkirjautuminen odottaa tarkistusta") {
		t.Errorf("the administrator's first page: %s", units.text())
	}
	list := admin.get("/admin/emergency").is(http.StatusOK)
	for _, secret := range append(o.first, o.second...) {
		if strings.Contains(list.body, secret) {
			t.Error("a code is shown again")
		}
	}
	at := regexp.MustCompile(`/admin/emergency/[0-9a-f-]{36}"`).FindString(list.body)
	one := admin.get(strings.TrimSuffix(at, `"`)).is(http.StatusOK)
	for _, says := range []string{"Eino Kuvitteellinen", "Aino Kuvitteellinen", "Arvio aloitettiin1", "Vastauksia tallennettiin2", "Koodi käytettiin2"} {
		if !strings.Contains(one.text(), says) {
			t.Errorf("the review doesn't say %q: %s", says, one.text())
		}
	}
	f := one.form("review")
	f.Set("outcome", "in_order")
	f.send().leads("/admin/emergency?done=reviewed")
	if text := admin.get("/admin/units").text(); strings.Contains(text, "odottaa tarkistusta") {
		t.Error("it still waits for review")
	}
	id := strings.TrimSuffix(strings.TrimPrefix(at, "/admin/emergency/"), `"`)
	db := open(t, o.database)
	for query, want := range map[string]string{
		"action = 'emergency.prepared' AND role = 'system'":                                    "1",
		"action = 'emergency.refused' AND subject_id = 'sheet' AND role = ''":                  "1",
		"action = 'emergency.refused' AND subject_id = 'used'":                                 "1",
		"action = 'emergency.opened' AND role = 'emergency' AND subject_id = '" + id + "'":     "1",
		"action = 'emergency.witnessed' AND role = 'emergency'":                                "1",
		"action = 'emergency.code_used' AND role = 'emergency'":                                "2",
		"action = 'emergency.ended' AND role = 'emergency' AND subject_id = '" + id + "'":      "1",
		"action = 'assessment.started' AND role = 'emergency' AND unit = 'vuosaari-ta'":        "1",
		"action = 'emergency.reviewed' AND subject_id = '" + id + ":in_order'":                 "1",
		"action = 'identity.refused' AND subject_id = 'keskus:unreachable' AND actor_id <> ''": "1",
	} {
		if got := scalar(t, db, "SELECT count(*) FROM audit_events WHERE "+query); got != want {
			t.Errorf("%s: %s rows, want %s", query, got, want)
		}
	}
}

// sheets are new codes for vuosaari-ta.
func (h *reception) sheets() (first, second []string) {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "sheets.pdf")
	must(h.t, "emergency", "prepare", "--database", h.database, "--unit", "vuosaari-ta", "--codes", "5", "--out", file)
	printed, err := os.ReadFile(file)
	if err != nil {
		h.t.Fatal(err)
	}
	return codesOn(h.t, printed)
}

// comeIn lets a professional in with two codes.
func (h *reception) comeIn(r *reader, first, second, user, witness string) {
	h.t.Helper()
	who := withCodes(r, first, second).is(http.StatusOK)
	f := who.form("emergency")
	f.choose(who, "user", user)
	f.choose(who, "witness", witness)
	f.send().leads("/")
}

// identityAt is a file that says that people log in at a provider.
func identityAt(t testing.TB, issuer string) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"identity.yaml": fmt.Sprintf(outageFile, issuer), "secret": "hyvin-salainen-9\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "identity.yaml")
}
