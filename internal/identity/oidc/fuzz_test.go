package oidc

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
)

// FuzzClaims: whatever a provider says, a person gets no role and no unit but by a
// grant whose value stands there as it is.
func FuzzClaims(f *testing.F) {
	for _, text := range []string{
		`{"sub":"x","name":"Testi","groups":["admins"]}`, `{"groups":"staff","unit":7}`, `{"groups":{"admins":true}}`, `{"groups":["Admins"," admins"]}`,
		`{"a.b":["x"],"a":{"b":"y"}}`, `{"unit":7.0000000001}`, `{"unit":[7,[8]]}`, `{"unit":1e400}`, `{"sub":1e15,"groups":null}`, `{"sub":{"sub":"x"}}`, `[]`, `{}`,
	} {
		f.Add(text, "a.b")
	}
	f.Add(`{"a":{"b":{"c":"x"}}}`, "a..b")
	f.Add(`{"":{"":"x"}}`, ".")
	p := New(Config{Code: "keskus", Issuer: "https://login.example.org", Subject: "sub", Name: "name", Grants: []Grant{
		{Claim: "groups", Value: "admins", Role: "admin"},
		{Claim: "groups", Value: "staff", Role: "professional", Unit: "vuosaari-ta"},
		{Claim: "unit", Value: "7", Unit: "seniori-info"},
	}}, nil, nil)
	f.Fuzz(func(t *testing.T, text, name string) {
		c := claims{}
		if json.Unmarshal([]byte(text), &c) != nil {
			return
		}
		found := c.texts(name)
		if one, ok := c[name].(string); ok && !slices.Equal(found, []string{one}) {
			t.Fatalf("%q is found as %q", one, found)
		}
		who := p.person(c)
		has := func(claim, value string) bool {
			list, _ := c[claim].([]any)
			return slices.ContainsFunc(slices.Concat(list, []any{c[claim]}), func(v any) bool {
				text, ok := v.(string)
				return ok && text == value || v == 7.0 && value == "7"
			})
		}
		admin, staff, seven := has("groups", "admins"), has("groups", "staff"), has("unit", "7")
		var role access.Role
		switch {
		case admin:
			role = "admin"
		case staff:
			role = "professional"
		}
		var units []string
		if staff {
			units = append(units, "vuosaari-ta")
		}
		if seven {
			units = append(units, "seniori-info")
		}
		if who.Role != role || !slices.Equal(who.Units, units) || !who.Managed || who.Provider != "keskus" || who.Issuer != "https://login.example.org" {
			t.Fatalf("%s made %q of %q", text, who.Role, who.Units)
		}
		if _, composed := c["sub"].(map[string]any); composed && who.Subject != "" {
			t.Fatalf("%s is %q", text, who.Subject)
		}
	})
}
