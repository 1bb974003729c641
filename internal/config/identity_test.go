package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/config"
)

// read writes the file of --identity, with a secret beside it, and reads it.
func read(t *testing.T, text string) (config.Identity, error) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range map[string]string{"identity.yaml": text, "secret": "s3cret\n", "empty": "\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := map[string]string{"OTHER_SECRET": "0ther"}
	return config.ReadIdentity(filepath.Join(dir, "identity.yaml"), func(name string) (string, bool) {
		value, ok := environment[name]
		return value, ok
	})
}

const twoProviders = `
oidc:
  - code: keskus
    name: {fi: Keskuksen tunnus, sv: Centralens konto, en: Central account}
    issuer: https://login.example.org/realms/keskus
    client_id: omasuunta
    client_secret: file:secret
    subject_claim: register_number
    userinfo: true
    prompt: login
    max_age: 8h
    grants:
      - {claim: groups, value: ammattilaiset, role: professional}
      - {claim: department, value: "1203", unit: vuosaari-ta}
  - code: toinen
    name: {fi: Toinen, sv: Annan, en: Other}
    issuer: http://127.0.0.1:9000
    client_id: omasuunta
    client_secret: env:OTHER_SECRET
    algorithms: [ES256]
`

func TestIdentityIsRead(t *testing.T) {
	got, err := read(t, twoProviders)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Identity{OIDC: []config.OIDC{
		{
			Code: "keskus", Names: map[string]string{"fi": "Keskuksen tunnus", "sv": "Centralens konto", "en": "Central account"},
			Issuer: "https://login.example.org/realms/keskus", ClientID: "omasuunta", ClientSecret: "s3cret",
			Scopes: []string{"openid", "profile"}, Subject: "register_number", Name: "name", UserInfo: true,
			Algorithms: []string{"RS256", "PS256", "ES256"}, Prompt: "login", MaxAge: 8 * time.Hour,
			Grants: []config.OIDCGrant{
				{Claim: "groups", Value: "ammattilaiset", Role: "professional"}, {Claim: "department", Value: "1203", Unit: "vuosaari-ta"},
			},
		},
		{
			Code: "toinen", Names: map[string]string{"fi": "Toinen", "sv": "Annan", "en": "Other"}, Issuer: "http://127.0.0.1:9000",
			ClientID: "omasuunta", ClientSecret: "0ther", Scopes: []string{"openid", "profile"}, Subject: "sub", Name: "name", Algorithms: []string{"ES256"},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, "s3cret") || strings.Contains(text, "0ther") {
		t.Errorf("a secret is printed: %s", text)
	}
	if nothing, err := read(t, ""); err != nil || len(nothing.OIDC) > 0 || nothing.Card != nil {
		t.Errorf("an empty file: %v %v", nothing, err)
	}
}

// Every problem is told at once, by its place, and no secret is repeated.
func TestIdentityIsChecked(t *testing.T) {
	_, err := read(t, `
oidc:
  - code: Keskus!
    name: {fi: Keskus}
    issuer: http://login.example.org
    client_secret: s3cret-in-the-file
    scopes: [profile]
    algorithms: [RS256, HS256]
    prompt: none
    max_age: 1ms
    grants:
      - {claim: groups, value: x}
      - {value: x, unit: vuosaari-ta}
  - code: toinen
    name: {fi: T, sv: T, en: T}
    issuer: https://login.example.org/?a=b
    client_id: omasuunta
    client_secret: env:MISSING
    algorithms: [none]
    grants:
      - {claim: groups, value: x, role: root}
      - {claim: groups, value: x, register: other}
  - code: toinen
    name: {fi: T, sv: T, en: T}
    issuer: https://login.example.org
    client_id: omasuunta
    client_secret: file:empty
  - code: neljas
    name: {fi: T, sv: T, en: T}
    issuer: https://login.example.org
    client_id: omasuunta
    subject_claim: register_number
`)
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	for _, want := range []string{
		"oidc[0].code", "oidc[0].name", "oidc[0].issuer", "oidc[0].client_id is missing", "oidc[0].client_secret must be file:PATH or env:NAME",
		"oidc[0].scopes", "oidc[0].algorithms may be", "oidc[0].prompt", "oidc[0].max_age", "oidc[0].grants[0] must give", "oidc[0].grants[1] must have a claim",
		"oidc[0].grants give nobody a role", "oidc[1].issuer", "oidc[1].client_secret names the environment variable MISSING", "oidc[1].algorithms",
		"oidc[1].grants[0] may give", "oidc[1].grants[1] may give the register", "oidc[2].code is there twice", "which is empty", "oidc[3].subject_claim must be the same",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not told: %s", want)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Error("a secret is repeated")
	}
	if t.Failed() {
		t.Log(err)
	}
}

func TestIdentityWithUnknownWordsIsRefused(t *testing.T) {
	if _, err := read(t, "oidc:\n  - code: x\n    clientsecret: y\n"); err == nil || !strings.Contains(err.Error(), "clientsecret") {
		t.Errorf("a misspelt field: %v", err)
	}
	if _, err := config.ReadIdentity(filepath.Join(t.TempDir(), "none.yaml"), os.LookupEnv); err == nil {
		t.Error("a file that isn't there")
	}
}
