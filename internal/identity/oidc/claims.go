package oidc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/access"
)

// claims is what a provider says about a person.
type claims map[string]any

// find returns a claim. A dot leads into a claim that holds others, unless there
// is one whose name has the dot in it.
func (c claims) find(name string) any {
	if value, ok := c[name]; ok {
		return value
	}
	for at := strings.IndexByte(name, '.'); at > 0 && at < len(name)-1; {
		if inner, ok := c[name[:at]].(map[string]any); ok {
			return claims(inner).find(name[at+1:])
		}
		next := strings.IndexByte(name[at+1:], '.')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return nil
}

// text returns a claim that is one text or whole number, or "".
func (c claims) text(name string) string {
	text, _ := textOf(c.find(name))
	return text
}

// texts returns a claim as a list, however many values it has.
func (c claims) texts(name string) []string {
	value := c.find(name)
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var all []string
	for _, one := range list {
		if text, ok := textOf(one); ok {
			all = append(all, text)
		}
	}
	return all
}

// exact is the greatest whole number that every JSON reader keeps as it is.
const exact = 1<<53 - 1

func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		if v >= -exact && v <= exact && v == float64(int64(v)) {
			return strconv.FormatInt(int64(v), 10), true
		}
	}
	return "", false
}

// person is whom a provider vouches for. The first grant that gives a role gives
// it; units and registers add up. When no grant at all gives a register, the
// provider says nothing about them.
func (p *Provider) person(said claims) access.External {
	who := access.External{
		Provider: p.config.Code, Issuer: p.config.Issuer, Subject: said.text(p.config.Subject), Name: said.text(p.config.Name),
		Managed: len(p.config.Grants) > 0,
	}
	if slices.ContainsFunc(p.config.Grants, func(g Grant) bool { return g.Register != "" }) {
		who.Registers = []string{}
	}
	for _, g := range p.config.Grants {
		if !slices.Contains(said.texts(g.Claim), g.Value) {
			continue
		}
		if who.Role == "" {
			who.Role = access.Role(g.Role)
		}
		if g.Unit != "" && !slices.Contains(who.Units, g.Unit) {
			who.Units = append(who.Units, g.Unit)
		}
		if g.Register != "" {
			who.Registers = append(who.Registers, g.Register)
		}
	}
	return who
}
