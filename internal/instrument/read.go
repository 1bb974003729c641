package instrument

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxFile is the size of the largest file that is read, in bytes.
const maxFile = 1 << 20

// read turns the bytes of a file into its one YAML document. It returns nil
// when there is nothing to look at; what stands in the way is then listed.
func (c *checker) read(data []byte) *yaml.Node {
	if len(data) > maxFile {
		c.addAt(1, 1, "", TooLarge, args{"max": maxFile})
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF")) // some editors begin a UTF-8 file with it
	if !utf8.Valid(data) {
		line, column := position(data, invalidAt(data))
		c.addAt(line, column, "", NotUTF8, nil)
		return nil
	}
	text := c.blank(data)
	first, err := documents(text)
	var second *secondDocument
	switch {
	case errors.Is(err, io.EOF):
		c.addAt(1, 1, "", EmptyFile, nil)
		return nil
	case errors.As(err, &second):
		c.addAt(second.line, 1, "", SeveralDocuments, nil)
	case err != nil:
		c.syntax(text, err)
		return nil
	}
	root := first.Content[0]
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		c.addAt(1, 1, "", EmptyFile, nil)
		return nil
	}
	c.aliases(root)
	return root
}

// blank lists tabs and control characters and returns the text with a space in
// the place of each, so that the rest can be read with lines and columns intact.
func (c *checker) blank(data []byte) []byte {
	out := make([]byte, 0, len(data))
	line, column, tabbed := 1, 1, 0
	for i, r := range string(data) {
		lineEnd := r == '\n' || r == '\r' && i+1 < len(data) && data[i+1] == '\n'
		switch {
		case r == '\t' && tabbed != line: // one mistake a line is enough
			c.addAt(line, column, "", HasTab, nil)
			tabbed = line
		case r != '\t' && !lineEnd && control(r):
			c.addAt(line, column, "", ControlCharacter, args{"character": fmt.Sprintf("U+%04X", r)})
		}
		if !lineEnd && (r == '\t' || control(r)) {
			r = ' '
		}
		out = utf8.AppendRune(out, r)
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return out
}

// control tells whether a character has no business in a text: controls,
// line and paragraph separators, invisible formatting except the soft hyphen,
// and the replacement character, which marks text that was damaged earlier.
func control(r rune) bool {
	const softHyphen = '\u00AD'
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Noncharacter_Code_Point) ||
		unicode.Is(unicode.Cf, r) && r != softHyphen || r == unicode.ReplacementChar
}

type secondDocument struct{ line int }

func (*secondDocument) Error() string { return "a second document" }

// documents reads the first document and tells by its error whether another
// follows.
func documents(text []byte) (first *yaml.Node, err error) {
	// The reader panics on some broken input instead of returning an error.
	defer func() {
		if recover() != nil {
			first, err = nil, errors.New("yaml: the structure cannot be made out")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	first, another := new(yaml.Node), new(yaml.Node)
	if err := decoder.Decode(first); err != nil {
		return nil, err
	}
	if len(first.Content) != 1 {
		return nil, io.EOF
	}
	switch err := decoder.Decode(another); {
	case err == nil:
		return first, &secondDocument{line: another.Line}
	case errors.Is(err, io.EOF):
		return first, nil
	default:
		return nil, err
	}
}

var (
	yamlLine    = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)
	unknownName = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax lists what the YAML reader stumbled over.
func (c *checker) syntax(text []byte, err error) {
	line, problem := 1, err.Error()
	if m := yamlLine.FindStringSubmatch(problem); m != nil {
		problem = m[2]
		fmt.Sscan(m[1], &line)
	}
	if m := unknownName.FindStringSubmatch(problem); m != nil {
		line, column := position(text, max(0, bytes.Index(text, []byte("*"+m[1]))))
		c.addAt(line, column, "", HasAlias, args{"name": m[1]})
		return
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	line = min(max(line, 1), len(lines))
	if found := firstBadLine(lines, line); found > 0 {
		line = found
	}
	if slices.ContainsFunc(c.mistakes, func(m Mistake) bool { return m.Code == HasTab && m.Line <= line }) {
		return // most likely the tab's doing: it may have stood for any number of spaces
	}
	content := string(lines[line-1])
	column := utf8.RuneCountInString(content) - utf8.RuneCountInString(strings.TrimLeft(content, " ")) + 1
	c.addAt(line, column, "", Syntax, args{"problem": problem})
}

// firstBadLine finds the line from which on no beginning of the file is YAML
// any more: the reader itself often names the start of the block around it. It
// returns 0 when that line is not near the one named.
func firstBadLine(lines [][]byte, named int) int {
	const near, most = 40, 5000 // lines; they bound the work on a large file
	if len(lines) > most {
		return 0
	}
	for line := min(len(lines), named+near); line > max(0, named-near); line-- {
		_, err := documents(bytes.Join(lines[:line-1], nil))
		var second *secondDocument
		if err == nil || errors.Is(err, io.EOF) || errors.As(err, &second) {
			return line
		}
	}
	return 0
}

// aliases lists every anchor and alias.
func (c *checker) aliases(n *yaml.Node) {
	switch {
	case n.Kind == yaml.AliasNode:
		c.addAt(n.Line, n.Column, "", HasAlias, args{"name": n.Value})
	case n.Anchor != "":
		c.addAt(n.Line, n.Column, "", HasAlias, args{"name": n.Anchor})
	}
	for _, child := range n.Content {
		c.aliases(child)
	}
}

func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

// position returns the line and the column, in characters, of a byte.
func position(data []byte, at int) (line, column int) {
	before := data[:at]
	start := bytes.LastIndexByte(before, '\n') + 1
	return 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:])
}
