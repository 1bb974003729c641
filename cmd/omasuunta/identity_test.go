package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity/oidc/oidctest"
)

// identityFile says that people can log in at two providers, one of which is down.
const identityFile = `
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
  - code: liitetyt
    name: {fi: Liitetty tunnus, sv: Kopplat konto, en: Linked account}
    issuer: %s
    client_id: omasuunta
    client_secret: file:secret
  - code: poissa
    name: {fi: Poissa, sv: Borta, en: Gone}
    issuer: http://127.0.0.1:1
    client_id: omasuunta
`

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// outsider is a browser of somebody who logs in at a provider.
type outsider struct {
	t      *testing.T
	client http.Client
	url    string
}

func newOutsider(t *testing.T, address string) *outsider {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &outsider{t, http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, address}
}

// get asks for an address and returns the status, where it leads, and the page.
func (o *outsider) get(address string) (int, string, string) {
	o.t.Helper()
	q, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	q.Header.Set("Accept-Language", "fi")
	a, err := o.client.Do(q)
	if err != nil {
		o.t.Fatal(err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return a.StatusCode, a.Header.Get("Location"), string(body)
}

// logIn goes to a provider and back, and returns the address that the provider
// sent the browser to, and what came of it.
func (o *outsider) logIn(code string, at *oidctest.Provider, id string) (callback string, status int, page string) {
	o.t.Helper()
	status, to, page := o.get(o.url + "/login/oidc/" + code + "?back=/new")
	if status != http.StatusSeeOther {
		o.t.Fatalf("%d %s", status, page)
	}
	callback = at.LogIn(to, id)
	status, _, page = o.get(callback)
	return callback, status, page
}

// The whole way, through the program as it is run: with two real providers, one
// that makes users and one whose users are linked, and a third that is down. No
// name, identifier, code or secret is in the log.
func TestPeopleLogInAtProviders(t *testing.T) {
	t.Parallel()
	person := oidctest.Person{ID: "sub-7f3a", Given: "Aino", Family: "Kuvitteellinen", Claims: map[string]any{"groups": []any{"ammattilaiset", "vuosaari"}}}
	makes, links := oidctest.Open(t, person), oidctest.Open(t, person)
	address := freeAddress(t)
	folder := t.TempDir()
	database := "sqlite:" + filepath.Join(folder, "o.db")
	file := filepath.Join(folder, "identity.yaml")
	for name, text := range map[string]string{"identity.yaml": fmt.Sprintf(identityFile, makes.URL, links.URL), "secret": "hyvin-salainen-9\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for code, at := range map[string]*oidctest.Provider{"keskus": makes, "liitetyt": links} {
		at.Register("omasuunta", "hyvin-salainen-9", "http://"+address+"/login/oidc/"+code+"/callback")
	}
	must(t, "unit", "add", "--database", database, "--code", "vuosaari-ta", "--name", "Vuosaaren terveysasema")
	must(t, "user", "add", "--database", database, "--username", "maija", "--name", "Maija Meri", "--role", "expert")

	s := startAt(t, address, "serve", "--database", database, "--identity", file, "--public-url", "http://"+address)
	var planted []string
	visitor := newOutsider(t, s.URL)
	if _, _, page := visitor.get(s.URL + "/login"); !strings.Contains(page, "Keskuksen tunnus") || !strings.Contains(page, `href="/login/oidc/poissa"`) {
		t.Errorf("the login page has no providers: %s", page)
	}
	if status, _, page := visitor.get(s.URL + "/login/oidc/poissa"); status != http.StatusServiceUnavailable || !strings.Contains(page, "ei vastaa juuri nyt") {
		t.Errorf("a provider that is down: %d %s", status, page)
	}
	callback, status, page := visitor.logIn("keskus", makes, person.ID)
	planted = append(planted, secretsOf(t, callback)...)
	if status != http.StatusSeeOther {
		t.Fatalf("%d %s", status, page)
	}
	if status, _, page := visitor.get(s.URL + "/new"); status != http.StatusOK || !strings.Contains(page, "Aino Kuvitteellinen") || !strings.Contains(page, "Vuosaaren terveysasema") {
		t.Errorf("after the login: %d %s", status, page)
	}

	other := newOutsider(t, s.URL)
	if _, status, page := other.logIn("liitetyt", links, person.ID); status != http.StatusForbidden || !strings.Contains(page, "ei pääse tähän palveluun") {
		t.Errorf("before linking: %d %s", status, page)
	}
	identity := []string{"--database", database, "--username", "maija", "--issuer", links.URL, "--subject", person.ID}
	must(t, append([]string{"user", "link"}, identity...)...)
	callback, status, page = other.logIn("liitetyt", links, person.ID)
	planted = append(planted, secretsOf(t, callback)...)
	if status != http.StatusSeeOther {
		t.Errorf("after linking: %d %s", status, page)
	}
	if _, to, _ := other.get(s.URL + "/"); to != "/report" {
		t.Errorf("an expert is led to %q", to)
	}
	must(t, append([]string{"user", "unlink"}, identity...)...)
	if _, to, _ := other.get(s.URL + "/"); to != "/login" {
		t.Errorf("after unlinking the session leads to %q", to)
	}
	if _, errout, code := command(t, append([]string{"user", "unlink"}, identity...)...); code != 1 {
		t.Errorf("unlinked twice: %d %s", code, errout)
	}
	s.stop()
	for _, secret := range append(planted, person.ID, "Kuvitteellinen", "hyvin-salainen-9") {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// secretsOf are the values in the query of an address.
func secretsOf(t *testing.T, address string) (secrets []string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range u.Query() {
		secrets = append(secrets, values...)
	}
	if len(secrets) < 2 {
		t.Fatalf("the provider brings back only %v", secrets)
	}
	return secrets
}

func TestIdentityFileIsChecked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "identity.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	serve := []string{"serve", "--database", "sqlite:" + filepath.Join(folder, "o.db"), "--identity", file}
	for want, text := range map[string]string{
		"oidc[0].issuer": "oidc: [{code: keskus}]",
		"colour":         "colour: blue",
		"--public-url":   "oidc: [{code: k, name: {fi: K, sv: K, en: K}, issuer: 'https://login.example.org', client_id: o}]",
	} {
		write(text)
		if _, errout, code := command(t, serve...); code != 2 || !strings.Contains(errout, want) {
			t.Errorf("%s: %d %s", text, code, errout)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "o.db")); err == nil {
		t.Error("a database was made")
	}
}
