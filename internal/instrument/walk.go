package instrument

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// checker walks the tree of one file and collects what is wrong in it. The
// decoder's own strictness is not used because it stops at the first mistake
// of a kind and knows lines only.
type checker struct {
	file     string
	mistakes []Mistake
}

type args = map[string]any

func (c *checker) addAt(line, column int, where, code string, a args) {
	c.mistakes = append(c.mistakes, Mistake{
		File: c.file, Line: max(line, 1), Column: max(column, 1), Where: where, Code: code, Args: a})
}

func (c *checker) add(f field, code string, a args) {
	line, column := f.position()
	c.addAt(line, column, f.where, code, a)
}

// field is a place in the structure: what the file has there, or nothing.
type field struct {
	where  string     // items[3].text.sv, "" for the whole file
	key    string     // sv, "" for the whole file and in a list
	parent *field     // nil for the whole file
	at     *yaml.Node // the key, nil in a list and where the file leaves it out
	node   *yaml.Node // the value, nil where the file leaves it out
}

// position is where an author looks for the field, or for where it should be.
func (f field) position() (line, column int) {
	switch {
	case f.node != nil:
		return f.node.Line, f.node.Column
	case f.parent != nil && f.parent.at != nil:
		return f.parent.at.Line, f.parent.at.Column
	case f.parent != nil:
		return f.parent.position()
	default:
		return 1, 1
	}
}

// null tells whether the file has the key with nothing behind it.
func (f field) null() bool {
	return f.node != nil && f.node.Kind == yaml.ScalarNode && f.node.ShortTag() == "!!null"
}

// has tells whether there is a value to look at, and lists it as missing if
// not. An alias is listed already.
func (c *checker) has(f field) bool {
	if f.node != nil && !f.null() {
		return f.node.Kind != yaml.AliasNode
	}
	if f.parent != nil && f.key == "" {
		c.add(f, Empty, args{"key": f.key})
		return false
	}
	a := args{"key": f.key}
	if f.parent != nil && f.parent.where != "" {
		line, _ := field{parent: f.parent}.position()
		a["parent"], a["line"] = f.parent.where, line
	}
	c.add(f, Missing, a)
	return false
}

// group returns the fields of a mapping, with one for each known key.
func (c *checker) group(f field, known ...string) (map[string]field, bool) {
	if !c.has(f) {
		return nil, false
	}
	if f.node.Kind != yaml.MappingNode {
		c.add(f, NotGroup, args{"got": got(f.node)})
		return nil, false
	}
	fields := make(map[string]field, len(known))
	for _, key := range known {
		fields[key] = field{where: join(f.where, key), key: key, parent: &f}
	}
	for i := 0; i+1 < len(f.node.Content); i += 2 {
		key, value := f.node.Content[i], f.node.Content[i+1]
		entry, ok := fields[key.Value]
		switch {
		case key.Kind == yaml.AliasNode:
		case !ok || key.Kind != yaml.ScalarNode:
			c.unknownKey(f, key, known)
		case entry.node != nil:
			c.addAt(key.Line, key.Column, entry.where, RepeatedKey, args{"key": entry.key, "line": entry.at.Line})
		default:
			entry.at, entry.node = key, value
			fields[entry.key] = entry
		}
	}
	return fields, true
}

func (c *checker) unknownKey(f field, key *yaml.Node, known []string) {
	a := args{"key": shown(key.Value), "known": strings.Join(known, ", ")}
	if near := nearest(key.Value, known); near != "" {
		a["nearest"] = near
	}
	c.addAt(key.Line, key.Column, f.where, UnknownKey, a)
}

// list returns the elements of a sequence.
func (c *checker) list(f field) ([]field, bool) {
	if !c.has(f) {
		return nil, false
	}
	if f.node.Kind != yaml.SequenceNode {
		c.add(f, NotList, args{"got": got(f.node)})
		return nil, false
	}
	elements := make([]field, len(f.node.Content))
	for i, node := range f.node.Content {
		elements[i] = field{where: fmt.Sprintf("%s[%d]", f.where, i), parent: &f, node: node}
	}
	return elements, true
}

// Without signs other than minus, leading zeros, underscores or other bases:
// YAML would read 010 as eight.
var wholeNumber = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)

// number returns a whole number within bounds; the lower bound if it is wrong.
func (c *checker) number(f field, low, high int) int {
	if !c.has(f) {
		return low
	}
	if f.node.Kind != yaml.ScalarNode || f.node.ShortTag() != "!!int" && f.node.ShortTag() != "!!float" ||
		!wholeNumber.MatchString(f.node.Value) {
		c.add(f, NotNumber, args{"got": got(f.node)})
		return low
	}
	n, err := strconv.Atoi(f.node.Value)
	if low == high && (err != nil || n != low) {
		c.add(f, WrongScale, args{"must": low})
		return low
	}
	if err != nil || n < low || n > high {
		c.add(f, OutOfRange, args{"min": low, "max": high})
		return low
	}
	return n
}

// boolean returns an optional true or false, false by default.
func (c *checker) boolean(f field) bool {
	if f.node == nil || f.node.Kind == yaml.AliasNode {
		return false
	}
	if f.node.Kind != yaml.ScalarNode || f.node.ShortTag() != "!!bool" {
		c.add(f, NotBoolean, args{"got": got(f.node)})
		return false
	}
	return strings.EqualFold(f.node.Value, "true")
}

// word returns the text of a single place.
func (c *checker) word(f field) (string, bool) {
	if !c.has(f) {
		return "", false
	}
	if f.node.Kind != yaml.ScalarNode || f.node.ShortTag() != "!!str" {
		c.add(f, NotText, args{"got": got(f.node)})
		return "", false
	}
	return f.node.Value, true
}

const maxCode = 40

var kebab = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// code returns an ASCII kebab-case code, "" if it is not one.
func (c *checker) code(f field) string {
	value, ok := c.word(f)
	if !ok {
		return ""
	}
	if len(value) > maxCode || !kebab.MatchString(value) {
		c.add(f, BadCode, args{"max": maxCode})
		return ""
	}
	return value
}

// textRule is what a text must keep to.
type textRule struct {
	max   int  // characters, in each form
	plain bool // a client reads it: the plain-language forms must be there
}

// forms are the languages and plain forms of a text, as the files write them.
var forms = []string{"fi", "sv", "en", "fi_plain", "sv_plain"}

// text returns a text in its languages, and the fields of its forms by key.
func (c *checker) text(f field, rule textRule) (lang.Text, map[string]field) {
	fields, ok := c.group(f, forms...)
	if !ok {
		return lang.Text{}, nil
	}
	form := func(key string, required bool) string {
		if f := fields[key]; required || f.node != nil {
			return c.form(f, rule.max)
		}
		return ""
	}
	return lang.Text{
		Fi: form("fi", true), Sv: form("sv", true), En: form("en", true),
		FiPlain: form("fi_plain", rule.plain), SvPlain: form("sv_plain", rule.plain),
	}, fields
}

// Marks of unfinished text, as whole words in any case.
var leftover = regexp.MustCompile(`(?i)\b(todo|fixme|tbd|xxx|lorem|ipsum)\b`)

// form returns a text in one language. White space around it is YAML layout,
// not content.
func (c *checker) form(f field, limit int) string {
	value, ok := c.word(f)
	if !ok {
		return ""
	}
	value = strings.TrimSpace(value)
	if value == "" {
		c.add(f, Empty, args{"key": f.key})
		return ""
	}
	if length := utf8.RuneCountInString(value); length > limit {
		c.add(f, TooLong, args{"key": f.key, "max": limit, "length": length})
	}
	if !norm.NFC.IsNormalString(value) {
		c.add(f, NotNFC, args{"key": f.key})
	}
	if i := strings.IndexFunc(value, control); i >= 0 {
		r, _ := utf8.DecodeRuneInString(value[i:])
		c.add(f, ControlCharacter, args{"character": fmt.Sprintf("U+%04X", r)})
	}
	if word := leftover.FindString(value); word != "" {
		c.add(f, Leftover, args{"word": word})
	}
	return value
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + "." + key
}

// got says what stands in a place, for a mistake about its type.
func got(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a group of keys"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!str":
		return "a text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	default:
		return "something else"
	}
}

// shown makes what an author typed safe and short enough to be repeated.
func shown(typed string) string {
	const limit = 40
	runes := []rune(typed)
	if len(runes) > limit {
		runes = append(runes[:limit:limit], '…')
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '\uFFFD'
		}
	}
	return "`" + string(runes) + "`"
}

// nearest returns the known word that a misspelt one most likely meant, or "".
func nearest(typed string, known []string) string {
	const longest = 2 * maxCode // bounds the work; nothing known is longer
	if len(typed) > longest {
		return ""
	}
	best, least := "", 1+(utf8.RuneCountInString(typed)+2)/3
	for _, word := range known {
		if d := distance([]rune(typed), []rune(word)); d < least && d < len([]rune(word)) {
			best, least = word, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two words.
func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
