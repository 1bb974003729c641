package server

import (
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// schemaDoc is one named schema of the contract, for the page.
type schemaDoc struct {
	Name, Description, Type string
	Fields                  []fieldDoc
}

func listSchemas(doc *openapi3.T) []schemaDoc {
	var all []schemaDoc
	for _, name := range sortedKeys(doc.Components.Schemas) {
		s := doc.Components.Schemas[name].Value
		one := schemaDoc{Name: name, Description: s.Description, Type: typeText(s)}
		for _, field := range sortedKeys(s.Properties) {
			property := s.Properties[field]
			one.Fields = append(one.Fields, fieldDoc{
				Name: field, Type: typeOf(property), Description: property.Value.Description,
				Required: slices.Contains(s.Required, field),
			})
		}
		all = append(all, one)
	}
	return all
}

func sortedKeys[M ~map[string]V, V any](m M) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// schemaName is the name of a schema that is referred to, "" for one in place.
func schemaName(ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Ref == "" {
		return ""
	}
	return ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:]
}

// typeOf says in a few words what may stand at a place.
func typeOf(ref *openapi3.SchemaRef) string {
	if name := schemaName(ref); name != "" {
		return name
	}
	return typeText(ref.Value)
}

func typeText(s *openapi3.Schema) string {
	alternatives := append(slices.Clone(s.OneOf), s.AllOf...)
	if len(alternatives) > 0 {
		var names []string
		for _, one := range alternatives {
			names = append(names, typeOf(one))
		}
		return strings.Join(names, " or ")
	}
	text := strings.Join(s.Type.Slice(), " or ")
	if s.Items != nil {
		text += " of " + typeOf(s.Items)
	}
	if limits := limitsText(s); limits != "" {
		text += " (" + limits + ")"
	}
	return text
}

func limitsText(s *openapi3.Schema) string {
	var parts []string
	add := func(when bool, format string, args ...any) {
		if when {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
			if v == nil {
				values[i] = "null"
			}
		}
		parts = append(parts, strings.Join(values, ", "))
	}
	add(s.Format != "", "%s", s.Format)
	add(s.Min != nil, "from %v", number(s.Min))
	add(s.Max != nil, "to %v", number(s.Max))
	add(s.MinLength > 0, "at least %d characters", s.MinLength)
	add(s.MaxLength != nil, "at most %d characters", length(s.MaxLength))
	add(s.MinItems > 0, "at least %d", s.MinItems)
	add(s.MaxItems != nil, "at most %d", length(s.MaxItems))
	return strings.Join(parts, ", ")
}

func number(p *float64) float64 {
	if p == nil {
		return 0
	}
	return *p
}

func length(p *uint64) uint64 {
	if p == nil {
		return 0
	}
	return *p
}
