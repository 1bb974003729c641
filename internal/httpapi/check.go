package httpapi

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// checker holds a tree against a schema. It collects what is wrong and cuts
// it out: a wrong field is dropped, a wrong element of a list is emptied, so
// that the others keep their places.
type checker struct {
	findings fault.Findings
	path     []step
}

// step is one step of a JSON pointer: a field's name, or an index in a list.
type step struct {
	name  string
	index int // -1 for a field
}

// checkTree checks a whole body. Whatever is wrong, what is left of it is an
// object that decodes into the DTO.
func checkTree(s *schema, root *node) fault.Findings {
	c := checker{path: make([]step, 0, 8)}
	if !c.value(s, root) {
		*root = node{kind: s.kind}
	}
	return c.findings
}

// pointer writes the path as RFC 6901.
func (c *checker) pointer(more ...string) string {
	var out strings.Builder
	for _, s := range c.path {
		out.WriteByte('/')
		if s.index >= 0 {
			out.WriteString(strconv.Itoa(s.index))
		} else {
			out.WriteString(escapePointer(s.name))
		}
	}
	for _, name := range more {
		out.WriteByte('/')
		out.WriteString(escapePointer(name))
	}
	return out.String()
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(name string) string { return pointerEscapes.Replace(name) }

// wrong collects a finding and is false, so that a check can end with it.
// Beyond the number that is ever shown nothing is collected: a body can be
// wrong in a hundred thousand places.
func (c *checker) wrong(pointer, code string, args fault.Args) bool {
	if len(c.findings) < fault.MaxFindings {
		c.findings.Add(pointer, code, args)
	}
	return false
}

// value checks one value and what is inside it. False means: cut it out.
func (c *checker) value(s *schema, n *node) bool {
	switch {
	case n.kind == nullKind && s.nullable:
		return true
	case n.kind == nullKind:
		return c.wrong(c.pointer(), fault.NullValue, nil)
	case n.kind != s.kind:
		return c.wrong(c.pointer(), fault.WrongType, fault.Args{"expected": s.typeName()})
	}
	switch n.kind {
	case objectKind:
		return c.object(s, n)
	case arrayKind:
		return c.array(s, n)
	case stringKind:
		return c.text(s, n)
	case numberKind:
		return c.number(s, n)
	default:
		return true
	}
}

func (c *checker) object(s *schema, n *node) bool {
	if len(n.fields) < s.minProps {
		c.wrong(c.pointer(), fault.TooFew, fault.Args{"min": s.minProps})
	}
	kept := n.fields[:0]
	seen := names{}
	for i := range n.fields {
		f := &n.fields[i]
		if c.field(s, f, seen.add(f.name)) {
			kept = append(kept, *f)
		}
	}
	n.fields = kept
	for _, name := range s.required {
		if !seen.has(name) {
			c.wrong(c.pointer(name), fault.Required, nil)
		}
	}
	return true
}

// names is the set of names that an object has used. The zero value is ready.
type names struct {
	few  [24]string
	n    int             // how many of the few are used
	many map[string]bool // once there are more than a few
}

func (s *names) has(name string) bool {
	return slices.Contains(s.few[:s.n], name) || s.many[name]
}

// add tells whether a name is new.
func (s *names) add(name string) bool {
	if s.has(name) {
		return false
	}
	if s.n < len(s.few) {
		s.few[s.n] = name
		s.n++
		return true
	}
	if s.many == nil {
		s.many = map[string]bool{}
	}
	s.many[name] = true
	return true
}

func (c *checker) field(s *schema, f *field, isNew bool) bool {
	property, known := s.properties[f.name]
	switch {
	case f.bad:
		return c.wrong(c.pointer(), fault.BadCharacter, nil)
	case !known && !showable(f.name):
		return c.wrong(c.pointer(), fault.UnknownField, nil)
	case !known:
		return c.wrong(c.pointer(f.name), fault.UnknownField, nil)
	case !isNew:
		return c.wrong(c.pointer(f.name), fault.Duplicate, nil)
	}
	c.path = append(c.path, step{name: f.name, index: -1})
	ok := c.value(property, &f.value)
	c.path = c.path[:len(c.path)-1]
	return ok
}

// showable tells whether an unknown field's name is one to point at, rather
// than a text that should not be sent back.
func showable(name string) bool {
	return utf8.RuneCountInString(name) <= 64 && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

func (c *checker) array(s *schema, n *node) bool {
	if len(n.items) > s.maxItems {
		return c.wrong(c.pointer(), fault.TooMany, fault.Args{"max": s.maxItems})
	}
	for i := range n.items {
		c.path = append(c.path, step{index: i})
		if !c.value(s.items, &n.items[i]) {
			n.items[i] = empty(s.items)
		}
		c.path = c.path[:len(c.path)-1]
	}
	c.repeated(s, n)
	if len(n.items) < s.minItems {
		return c.wrong(c.pointer(), fault.TooFew, fault.Args{"min": s.minItems})
	}
	return true
}

// empty stands in for a wrong element of a list.
func empty(s *schema) node {
	if s.kind == numberKind {
		return node{kind: numberKind, text: "0"}
	}
	return node{kind: s.kind}
}

// repeated finds elements of a list that are there twice, by themselves or by
// one of their properties.
func (c *checker) repeated(s *schema, n *node) {
	if !s.unique && s.uniqueBy == "" {
		return
	}
	seen := names{}
	for i := range n.items {
		key := &n.items[i]
		if s.uniqueBy != "" {
			key = n.items[i].property(s.uniqueBy)
		}
		if key == nil || key.kind != stringKind || key.text == "" || seen.add(key.text) {
			continue
		}
		pointer := c.pointer(strconv.Itoa(i))
		if s.uniqueBy != "" {
			pointer = c.pointer(strconv.Itoa(i), s.uniqueBy)
		}
		c.wrong(pointer, fault.Duplicate, nil)
	}
}

func (n *node) property(name string) *node {
	for i := range n.fields {
		if n.fields[i].name == name {
			return &n.fields[i].value
		}
	}
	return nil
}

func (c *checker) text(s *schema, n *node) bool {
	if n.bad {
		return c.wrong(c.pointer(), fault.BadCharacter, nil)
	}
	n.text = nfc(n.text)
	if s.enum != nil {
		if !slices.Contains(s.enum, n.text) {
			return c.wrong(c.pointer(), fault.NotInList, fault.Args{"allowed": s.enum})
		}
		return true
	}
	length := len(n.text) // bytes; at least as many as characters, and as good where they fit
	if length > s.maxLen || s.minLen > 1 {
		length = utf8.RuneCountInString(n.text)
	}
	switch {
	case s.format == "date":
		if _, err := calendar.Parse(n.text); err != nil {
			return c.wrong(c.pointer(), fault.NotADate, nil)
		}
	case length < s.minLen:
		return c.wrong(c.pointer(), fault.TooShort, fault.Args{"min": s.minLen})
	case length > s.maxLen:
		return c.wrong(c.pointer(), fault.TooLong, fault.Args{"max": s.maxLen})
	case s.pattern != nil && !s.pattern.MatchString(n.text):
		return c.wrong(c.pointer(), fault.BadFormat, nil)
	}
	return true
}

// nfc is the text in normalisation form C. Up to U+02FF everything is in it,
// and from U+0300 on the first byte is 0xCC or more.
func nfc(text string) string {
	for i := range len(text) {
		if text[i] >= 0xCC {
			return norm.NFC.String(text)
		}
	}
	return text
}

func (c *checker) number(s *schema, n *node) bool {
	value, err := strconv.ParseFloat(n.text, 64) // out of range gives ±Inf, which is out of every bound
	if err == nil && s.whole && value != math.Trunc(value) {
		return c.wrong(c.pointer(), fault.WrongType, fault.Args{"expected": s.typeName()})
	}
	switch {
	case value < s.min:
		return c.wrong(c.pointer(), fault.TooSmall, fault.Args{"min": int(s.min)})
	case value > s.max:
		return c.wrong(c.pointer(), fault.TooGreat, fault.Args{"max": int(s.max)})
	case err != nil || s.whole && math.Abs(value) > 1<<53:
		return c.wrong(c.pointer(), fault.TooGreat, fault.Args{"max": 1 << 53})
	}
	if s.whole {
		n.text = strconv.Itoa(int(value)) // 7.0 and 70e-1 are 7, and -0 is 0
	}
	return true
}
