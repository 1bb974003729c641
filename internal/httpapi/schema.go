package httpapi

import (
	"fmt"
	"math"
	"regexp"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
)

// schema is a schema of the contract, compiled to what the checks need.
type schema struct {
	kind     kind
	whole    bool // integer rather than number
	nullable bool

	enum           []string
	format         string
	pattern        *regexp.Regexp
	minLen, maxLen int // characters

	min, max float64

	items              *schema
	minItems, maxItems int
	unique             bool
	uniqueBy           string // the property of the items that may not repeat

	properties map[string]*schema
	required   []string
	minProps   int
}

var kinds = map[string]kind{
	openapi3.TypeBoolean: boolKind,
	openapi3.TypeInteger: numberKind,
	openapi3.TypeNumber:  numberKind,
	openapi3.TypeString:  stringKind,
	openapi3.TypeArray:   arrayKind,
	openapi3.TypeObject:  objectKind,
}

// typeName is the schema's type as findings name it.
func (s *schema) typeName() string {
	switch s.kind {
	case boolKind:
		return openapi3.TypeBoolean
	case numberKind:
		if s.whole {
			return openapi3.TypeInteger
		}
		return openapi3.TypeNumber
	case stringKind:
		return openapi3.TypeString
	case arrayKind:
		return openapi3.TypeArray
	default:
		return openapi3.TypeObject
	}
}

// compile turns a schema of what comes in into its checks. A keyword that the
// checks would not honour is an error, so that the contract cannot promise
// what nobody keeps.
func compile(ref *openapi3.SchemaRef) (*schema, error) {
	in := ref.Value
	if len(in.AllOf) == 1 && in.Type == nil { // a reference with words of its own
		return compile(in.AllOf[0])
	}
	if err := supported(in); err != nil {
		return nil, err
	}
	out := &schema{
		format: in.Format, minLen: int(in.MinLength), maxLen: limit(in.MaxLength),
		min: bound(in.Min, math.Inf(-1)), max: bound(in.Max, math.Inf(1)),
		minItems: int(in.MinItems), maxItems: limit(in.MaxItems), unique: in.UniqueItems,
		required: in.Required, minProps: int(in.MinProps),
	}
	for _, name := range in.Type.Slice() {
		if name == openapi3.TypeNull {
			out.nullable = true
			continue
		}
		if out.kind != nullKind {
			return nil, fmt.Errorf("httpapi: more than one type: %v", in.Type.Slice())
		}
		out.kind, out.whole = kinds[name], name == openapi3.TypeInteger
	}
	for _, value := range in.Enum {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("httpapi: an enum value that is not a string: %v", value)
		}
		out.enum = append(out.enum, text)
	}
	out.uniqueBy, _ = in.Extensions["x-unique-by"].(string)
	if in.Pattern != "" {
		pattern, err := regexp.Compile(in.Pattern)
		if err != nil {
			return nil, fmt.Errorf("httpapi: %w", err)
		}
		out.pattern = pattern
	}
	return out, out.compileParts(in)
}

func (s *schema) compileParts(in *openapi3.Schema) (err error) {
	if in.Items != nil {
		if s.items, err = compile(in.Items); err != nil {
			return err
		}
	}
	if s.kind != objectKind {
		return nil
	}
	s.properties = map[string]*schema{}
	for name, property := range in.Properties {
		if s.properties[name], err = compile(property); err != nil {
			return fmt.Errorf("%w (in %s)", err, name)
		}
	}
	return nil
}

// supported refuses keywords that check does not know.
func supported(in *openapi3.Schema) error {
	unknown := len(in.OneOf) > 0 || len(in.AnyOf) > 0 || len(in.AllOf) > 0 || in.Not != nil ||
		in.ExclusiveMin.IsSet() || in.ExclusiveMax.IsSet() || in.MultipleOf != nil || in.MaxProps != nil ||
		in.Const != nil || in.PrefixItems != nil || in.Contains != nil || in.PatternProperties != nil ||
		in.DependentSchemas != nil || in.PropertyNames != nil || in.If != nil || in.DependentRequired != nil
	if unknown {
		return fmt.Errorf("httpapi: a keyword that is not checked in schema %q", in.Description)
	}
	if in.Type.Includes(openapi3.TypeObject) && (in.AdditionalProperties.Has == nil || *in.AdditionalProperties.Has) {
		return fmt.Errorf("httpapi: an object that is open to unknown fields")
	}
	if !slices.Contains([]string{"", "date", "uuid"}, in.Format) {
		return fmt.Errorf("httpapi: format %q is not checked", in.Format)
	}
	return nil
}

func limit(n *uint64) int {
	if n == nil {
		return math.MaxInt
	}
	return int(*n)
}

func bound(b *float64, otherwise float64) float64 {
	if b == nil {
		return otherwise
	}
	return *b
}
