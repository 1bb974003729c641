package oidc

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
)

func said(t *testing.T, text string) claims {
	t.Helper()
	c := claims{}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClaimsAreFound(t *testing.T) {
	c := said(t, `{
		"one": "a", "number": 1203, "long": 12345678901234567890, "half": 1.5, "yes": true, "none": null, "empty": [],
		"many": ["a", 7, null, {"b": "c"}, "d"], "realm": {"roles": ["x"], "deep": {"er": "y"}},
		"https://example.org/roles": ["z"], "a.b": "dotted", "a": {"b": "nested", "c": "other"}
	}`)
	for name, want := range map[string][]string{
		"one": {"a"}, "number": {"1203"}, "long": nil, "half": nil, "yes": {"true"}, "none": nil, "empty": nil, "missing": nil,
		"many": {"a", "7", "d"}, "realm.roles": {"x"}, "realm.deep.er": {"y"}, "realm.deep": nil, "realm.": nil, ".realm": nil, "one.more": nil,
		"https://example.org/roles": {"z"}, "a.b": {"dotted"}, "a.c": {"other"},
	} {
		if got := c.texts(name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if c.text("many") != "" || c.text("number") != "1203" {
		t.Errorf("%q %q", c.text("many"), c.text("number"))
	}
}

// The first grant that gives a role gives it, units add up, and a value counts
// only when it is the whole of one.
func TestGrants(t *testing.T) {
	p := New(Config{Code: "keskus", Issuer: "https://login.example.org", Subject: "register_number", Name: "name", Grants: []Grant{
		{Claim: "groups", Value: "admins", Role: "admin"},
		{Claim: "groups", Value: "staff", Role: "professional", Unit: "vuosaari-ta"},
		{Claim: "unit", Value: "7", Unit: "seniori-info"},
		{Claim: "unit", Value: "8", Unit: "vuosaari-ta"},
	}}, nil, nil)
	who := access.External{Provider: "keskus", Issuer: "https://login.example.org", Subject: "12345", Name: "Testi", Managed: true}
	for text, want := range map[string]func(*access.External){
		`"groups": ["staff"], "unit": [7, "8"]`:   func(e *access.External) { e.Role, e.Units = "professional", []string{"vuosaari-ta", "seniori-info"} },
		`"groups": ["staff", "admins"]`:           func(e *access.External) { e.Role, e.Units = "admin", []string{"vuosaari-ta"} },
		`"groups": "staff admins"`:                func(*access.External) {},
		`"groups": ["Staff", "staff ", "staffs"]`: func(*access.External) {},
		`"unit": 7`: func(e *access.External) { e.Units = []string{"seniori-info"} },
		`"groups": {"staff": true}, "unit": [[7]]`: func(*access.External) {},
	} {
		expected := who
		want(&expected)
		got := p.person(said(t, `{"sub": "x", "register_number": "12345", "name": "Testi", `+text+`}`))
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	// From the first grant of a register on, what the grants give is all there is.
	keeping := New(Config{Subject: "sub", Grants: []Grant{{Claim: "groups", Value: "staff", Role: "professional"},
		{Claim: "groups", Value: "staff", Register: "social"}, {Claim: "groups", Value: "doctors", Register: "health"}}}, nil, nil)
	for text, want := range map[string][]string{`["staff"]`: {"social"}, `["doctors", "staff"]`: {"social", "health"}, `["others"]`: {}} {
		if got := keeping.person(said(t, `{"sub": "x", "groups": `+text+`}`)); got.Registers == nil || !slices.Equal(got.Registers, want) {
			t.Errorf("%s: registers %v", text, got.Registers)
		}
	}
	linked := New(Config{Subject: "sub"}, nil, nil)
	if linked.person(claims{"sub": "x"}).Managed {
		t.Error("without grants users are linked one by one")
	}
}
