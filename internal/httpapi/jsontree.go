package httpapi

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of a body besides its size.
const (
	maxDepth = 64     // how deep arrays and objects nest
	maxNodes = 10_000 // how many values are kept; the largest sensible body has a few hundred
)

// errMalformed is every way of not being JSON. Which one it is helps nobody
// who can run their output through a JSON checker.
var errMalformed = errors.New("httpapi: not JSON")

type kind uint8

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	arrayKind
	objectKind
)

// node is one value of a JSON text. Unlike the values of encoding/json it
// keeps what has to be reported: keys given twice and characters that cannot
// be stored.
type node struct {
	kind   kind
	truth  bool
	bad    bool   // a string with U+0000 or half a surrogate pair
	text   string // a string, decoded; a number, as written
	items  []node
	fields []field
}

type field struct {
	name  string
	bad   bool // the name holds a character that cannot be stored
	value node
}

// parse reads one JSON text (RFC 8259). It accepts exactly what encoding/json
// accepts, but for invalid UTF-8 and nesting deeper than maxDepth. whole is
// false when values beyond maxNodes were read but not kept.
func parse(text string) (root node, whole bool, err error) {
	if !utf8.ValidString(text) {
		return node{}, false, errMalformed
	}
	p := parser{text: text}
	if !p.value(&root, 0) {
		return node{}, false, errMalformed
	}
	p.space()
	if p.at != len(p.text) {
		return node{}, false, errMalformed
	}
	return root, p.nodes <= maxNodes, nil
}

type parser struct {
	text  string
	at    int
	nodes int
}

// room counts a value and tells whether it is kept, so that a body of commas
// does not cost a hundred times its size.
func (p *parser) room() bool {
	p.nodes++
	return p.nodes <= maxNodes
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// next skips space and returns the byte that follows, 0 at the end.
func (p *parser) next() byte {
	p.space()
	if p.at == len(p.text) {
		return 0
	}
	return p.text[p.at]
}

func (p *parser) value(n *node, depth int) bool {
	switch c := p.next(); {
	case c == '{':
		return depth < maxDepth && p.object(n, depth+1)
	case c == '[':
		return depth < maxDepth && p.array(n, depth+1)
	case c == '"':
		n.kind = stringKind
		var ok bool
		n.text, n.bad, ok = p.quoted()
		return ok
	case c == '-' || '0' <= c && c <= '9':
		return p.number(n)
	case c == 't':
		n.kind, n.truth = boolKind, true
		return p.word("true")
	case c == 'f':
		n.kind = boolKind
		return p.word("false")
	case c == 'n':
		n.kind = nullKind
		return p.word("null")
	default:
		return false
	}
}

func (p *parser) word(word string) bool {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	p.at += len(word)
	return true
}

func (p *parser) object(n *node, depth int) bool {
	n.kind = objectKind
	p.at++ // {
	if p.next() == '}' {
		p.at++
		return true
	}
	for {
		if p.next() != '"' {
			return false
		}
		var f *field
		if p.room() {
			if n.fields == nil {
				n.fields = make([]field, 0, 4)
			}
			n.fields = append(n.fields, field{})
			f = &n.fields[len(n.fields)-1]
		} else {
			f = new(field)
		}
		var ok bool
		if f.name, f.bad, ok = p.quoted(); !ok || p.next() != ':' {
			return false
		}
		p.at++ // :
		if !p.value(&f.value, depth) {
			return false
		}
		if done, ok := p.separator('}'); done || !ok {
			return ok
		}
	}
}

func (p *parser) array(n *node, depth int) bool {
	n.kind = arrayKind
	p.at++ // [
	if p.next() == ']' {
		p.at++
		return true
	}
	for {
		var item *node
		if p.room() {
			if n.items == nil {
				n.items = make([]node, 0, 8)
			}
			n.items = append(n.items, node{})
			item = &n.items[len(n.items)-1]
		} else {
			item = new(node)
		}
		if !p.value(item, depth) {
			return false
		}
		if done, ok := p.separator(']'); done || !ok {
			return ok
		}
	}
}

// separator reads the comma before another element, or the closing byte.
func (p *parser) separator(closing byte) (done, ok bool) {
	c := p.next()
	if c != ',' && c != closing {
		return false, false
	}
	p.at++
	return c == closing, true
}

func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.text) && '0' <= p.text[p.at] && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at > start
}

// accept reads one byte out of a set.
func (p *parser) accept(set string) bool {
	if p.at < len(p.text) && strings.IndexByte(set, p.text[p.at]) >= 0 {
		p.at++
		return true
	}
	return false
}

func (p *parser) number(n *node) bool {
	n.kind = numberKind
	start := p.at
	p.accept("-")
	if !p.accept("0") && !p.digits() {
		return false
	}
	if p.accept(".") && !p.digits() {
		return false
	}
	if p.accept("eE") {
		p.accept("+-")
		if !p.digits() {
			return false
		}
	}
	n.text = p.text[start:p.at]
	return true
}

// quoted reads a string. Without escapes it shares the memory of the text.
func (p *parser) quoted() (s string, bad, ok bool) {
	p.at++ // "
	start := p.at
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[start : p.at-1], false, true
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", false, false
		}
		p.at++
	}
	return "", false, false
}

// escaped reads the rest of a string that holds an escape at p.at.
func (p *parser) escaped(start int) (s string, bad, ok bool) {
	out := append(make([]byte, 0, p.at-start+32), p.text[start:p.at]...)
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '"':
			return string(out), bad, true
		case c < ' ':
			return "", false, false
		case c != '\\':
			out = append(out, c)
		default:
			r, ok := p.escape()
			if !ok {
				return "", false, false
			}
			bad = bad || r == 0 || utf16.IsSurrogate(r)
			out = utf8.AppendRune(out, r)
		}
	}
	return "", false, false
}

// escape reads what follows a backslash. Half a surrogate pair comes back as
// it is.
func (p *parser) escape() (rune, bool) {
	if p.at == len(p.text) {
		return 0, false
	}
	c := p.text[p.at]
	p.at++
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	if c != 'u' {
		return 0, false
	}
	r, ok := p.hex()
	if !ok || !utf16.IsSurrogate(r) || !strings.HasPrefix(p.text[p.at:], `\u`) {
		return r, ok
	}
	back := p.at
	p.at += 2
	second, ok := p.hex()
	if pair := utf16.DecodeRune(r, second); ok && pair != utf8.RuneError {
		return pair, true
	}
	p.at = back // not its other half: read it by itself, and find it malformed there
	return r, true
}

func (p *parser) hex() (rune, bool) {
	if len(p.text)-p.at < 4 {
		return 0, false
	}
	code, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 16)
	if err != nil {
		return 0, false
	}
	p.at += 4
	return rune(code), true
}
