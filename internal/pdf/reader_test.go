package pdf_test

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// reader reads as much of a file as the tests need, so that they need no program
// for it. It fails the test where the file is not in order.
type reader struct {
	t       testing.TB
	objects map[int][]byte
	trailer []byte
}

var (
	objectHead  = regexp.MustCompile(`^(\d+) 0 obj\n`)
	reference   = regexp.MustCompile(`(\d+) 0 R\b`)
	operators   = regexp.MustCompile(`BDC|EMC|/ActualText(<[0-9A-F]*>|\((?:\\.|[^\\)])*\))|BT/([RB])|\[([^\]]*)\]TJ`)
	shownCodes  = regexp.MustCompile(`<([0-9A-F]*)>`)
	meaningLine = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]+)>`)
)

// read checks the table of objects, and that every object that is named is there.
func read(t testing.TB, data []byte) *reader {
	t.Helper()
	r := &reader{t: t, objects: map[int][]byte{}}
	_, end, found := bytes.Cut(data, []byte("\nstartxref\n"))
	number, _, _ := bytes.Cut(end, []byte("\n"))
	at, err := strconv.Atoi(string(number))
	if !found || err != nil || !bytes.HasPrefix(data[at:], []byte("xref\n")) {
		t.Fatal("no table of objects where it should be")
	}
	table, trailer, _ := bytes.Cut(data[at:], []byte("trailer\n"))
	r.trailer = trailer
	for _, line := range bytes.Split(table, []byte("\n")) {
		if !bytes.HasSuffix(line, []byte(" 00000 n ")) {
			continue
		}
		offset, _ := strconv.Atoi(string(line[:10]))
		head := objectHead.FindSubmatch(data[offset:])
		if head == nil {
			t.Fatalf("no object at %d", offset)
		}
		number, _ := strconv.Atoi(string(head[1]))
		body, _, _ := bytes.Cut(data[offset+len(head[0]):], []byte("\nendobj\n"))
		r.objects[number] = body
	}
	for number, body := range r.objects {
		dictionary, _, _ := bytes.Cut(body, []byte("\nstream\n"))
		for _, m := range reference.FindAllSubmatch(dictionary, -1) {
			if to, _ := strconv.Atoi(string(m[1])); r.objects[to] == nil {
				t.Fatalf("object %d names %d, which isn't there", number, to)
			}
		}
	}
	return r
}

// stream is the inflated stream of an object.
func (r *reader) stream(number int) string {
	_, data, found := bytes.Cut(r.objects[number], []byte("\nstream\n"))
	z, err := zlib.NewReader(bytes.NewReader(data))
	if !found || err != nil {
		r.t.Fatalf("object %d has no stream: %v", number, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(text)
}

// find is the numbers of the objects that pattern matches.
func (r *reader) find(pattern string) (found []int) {
	match := regexp.MustCompile(pattern)
	for number := 1; number <= len(r.objects)+1; number++ {
		if match.Match(r.objects[number]) {
			found = append(found, number)
		}
	}
	return found
}

// referred is the number of the object that the entry of that name refers to.
func (r *reader) referred(number int, name string) int {
	m := regexp.MustCompile(name + `[ \[<]*(?:/R )?(\d+) 0 R`).FindSubmatch(r.objects[number])
	if m == nil {
		r.t.Fatalf("object %d has no %s", number, name)
	}
	to, _ := strconv.Atoi(string(m[1]))
	return to
}

// text is what is copied from all pages, in their order: the meanings of the codes,
// or what stands in their stead.
func (r *reader) text() string {
	meanings := map[string]map[string]string{}
	for _, number := range r.find(`/Type0`) {
		meaning := map[string]string{}
		_, table, _ := strings.Cut(r.stream(r.referred(number, "/ToUnicode")), "endcodespacerange")
		for _, m := range meaningLine.FindAllStringSubmatch(table, -1) {
			meaning[m[1]] = r.utf16(m[2])
		}
		name := "R"
		if bytes.Contains(r.objects[number], []byte("-Bold")) {
			name = "B"
		}
		meanings[name] = meaning
	}
	var all strings.Builder
	for _, number := range r.find(`(?s)/Type /Page\n`) {
		all.WriteString(r.pageText(r.stream(r.referred(number, "/Contents")), meanings))
	}
	return all.String()
}

func (r *reader) pageText(content string, meanings map[string]map[string]string) string {
	var text strings.Builder
	font, depth, instead := "", 0, 0
	for _, m := range operators.FindAllStringSubmatch(content, -1) {
		switch {
		case m[0] == "BDC":
			depth++
		case m[0] == "EMC":
			if depth--; depth < instead {
				instead = 0
			}
		case m[1] != "":
			text.WriteString(r.textString(m[1]))
			instead = depth + 1
		case m[2] != "":
			font = m[2]
		case instead == 0:
			for _, codes := range shownCodes.FindAllStringSubmatch(m[3], -1) {
				for i := 0; i+4 <= len(codes[1]); i += 4 {
					meaning := meanings[font][codes[1][i:i+4]]
					if meaning == "" {
						r.t.Fatal("a code without a meaning")
					}
					text.WriteString(meaning)
				}
			}
		}
		if depth < 0 {
			r.t.Fatal("EMC without BDC")
		}
	}
	if depth != 0 {
		r.t.Fatal("BDC without EMC")
	}
	return text.String()
}

func (r *reader) textString(s string) string {
	if s[0] == '<' {
		return r.utf16(strings.TrimPrefix(strings.Trim(s, "<>"), "FEFF"))
	}
	return regexp.MustCompile(`\\(.)`).ReplaceAllString(s[1:len(s)-1], "$1")
}

// utf16 decodes hexadecimal digits, in which no unit may be wrong.
func (r *reader) utf16(digits string) string {
	data, err := hex.DecodeString(digits)
	if err != nil || len(data)%2 != 0 {
		r.t.Fatalf("%s is no text: %v", digits, err)
	}
	var units []uint16
	for i := 0; i < len(data); i += 2 {
		units = append(units, uint16(data[i])<<8|uint16(data[i+1]))
	}
	for _, c := range utf16.Decode(units) {
		if c == 0 || c == 0xFEFF || c&0xFFFE == 0xFFFE {
			r.t.Fatalf("%U means nothing", c)
		}
	}
	return string(utf16.Decode(units))
}
