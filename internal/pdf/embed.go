package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/boxesandglue/textshape/ot"
	"github.com/boxesandglue/textshape/subset"
)

// used is what a file shows of a font. A code stands for a glyph and for what it
// means: the same sign may be a hyphen here and a soft one there, and is copied
// from the page as the right one of the two.
type used struct {
	codes map[sign]int
	signs []sign // in the order of their codes, which count from 1
}

type sign struct {
	id   ot.GlyphID
	text string
}

// code is that of g, in a string to be shown.
func (u *used) code(g glyph) int {
	s := sign{id: g.id, text: g.text}
	if code, ok := u.codes[s]; ok {
		return code
	}
	if u.codes == nil {
		u.codes = map[sign]int{}
	}
	s.text = strings.Clone(s.text) // or it would hold on to the paragraph
	u.signs = append(u.signs, s)
	u.codes[s] = len(u.signs)
	return len(u.signs)
}

// embedded is a font as the parts of a file.
type embedded struct {
	name      string // with the tag that says that it is a subset
	program   []byte
	widths    string // W of the CIDFont
	glyphs    []byte // CIDToGIDMap
	toUnicode string
}

// embed makes the subset of a font that has been used.
func (u *used) embed(f Font) (embedded, error) {
	face := f.face()
	input := subset.NewInput()
	input.Flags = subset.FlagDropLayoutTables | subset.FlagNoLayoutClosure
	for _, s := range u.signs {
		input.AddGlyph(s.id)
	}
	plan, err := subset.CreatePlan(face.outlines, input)
	if err != nil {
		return embedded{}, fmt.Errorf("pdf: subset of a font: %w", err)
	}
	program, err := plan.Execute()
	if err != nil {
		return embedded{}, fmt.Errorf("pdf: subset of a font: %w", err)
	}
	e := embedded{program: program, toUnicode: u.toUnicode(), glyphs: make([]byte, 2*(len(u.signs)+1))}
	e.name = subsetTag(program) + "+" + face.PostscriptName()
	places := plan.GlyphMap()
	var widths builder
	widths.add("[1[")
	for i, s := range u.signs {
		binary.BigEndian.PutUint16(e.glyphs[2*(i+1):], places[s.id])
		widths.add(number(face.perEm(float64(face.HorizontalAdvance(s.id)))*1000), " ")
	}
	widths.add("]]")
	e.widths = widths.String()
	return e, nil
}

// subsetTag is six letters that differ from those of another subset.
func subsetTag(program []byte) string {
	digest := sha256.Sum256(program)
	tag := digest[:6]
	for i := range tag {
		tag[i] = 'A' + tag[i]%26
	}
	return string(tag)
}

// toUnicode is the table of what the codes mean (ISO 32000-1, 9.10.3).
func (u *used) toUnicode() string {
	var b builder
	b.add("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n",
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n",
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n",
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	code := 1
	for part := range slices.Chunk(u.signs, 100) { // more are not allowed at once
		fmt.Fprintf(&b, "%d beginbfchar\n", len(part))
		for _, s := range part {
			fmt.Fprintf(&b, "<%04X> <%s>\n", code, utf16Hex(s.text))
			code++
		}
		b.add("endbfchar\n")
	}
	b.add("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
	return b.String()
}

// outlineTables are the tables that the subset of a TrueType font is made from
// (ISO 32000-1, 9.9).
var outlineTables = []string{"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}

// outlinesOf is the font without kerning, substitutions and names. The library
// reads every table of a font anew for every subset, and those take most of the time.
func outlinesOf(font *ot.Font) (*ot.Font, error) {
	const header, record = 12, 16
	file := make([]byte, header+record*len(outlineTables))
	binary.BigEndian.PutUint32(file, 0x00010000)
	binary.BigEndian.PutUint16(file[4:], uint16(len(outlineTables)))
	for i, name := range outlineTables {
		table, err := font.TableData(ot.MakeTag(name[0], name[1], name[2], name[3]))
		if err != nil {
			return nil, err
		}
		at := header + record*i
		copy(file[at:], name)
		binary.BigEndian.PutUint32(file[at+8:], uint32(len(file)))
		binary.BigEndian.PutUint32(file[at+12:], uint32(len(table)))
		file = append(file, table...)
	}
	return ot.ParseFont(file, 0)
}
