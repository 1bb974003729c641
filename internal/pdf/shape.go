package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boxesandglue/textshape/ot"
	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// glyph is one sign of a font in its place. Lengths are in units of the font.
type glyph struct {
	text    string // what it stands for
	actual  string // "", or what this and the next spans-1 glyphs are read as
	spans   int
	advance int32 // to the next one, kerning included
	dx, dy  int32 // of the sign alone, to the right and up
	id      ot.GlyphID
	box     bool // it stands in for something that the font hasn't got
}

// maxCluster is how many characters one sign may be made of. Written languages
// need a handful.
const maxCluster = 32

// appendGlyphs appends the glyphs of text. What a reader sees as one character
// becomes one box if the font can't show it.
func (f *face) appendGlyphs(glyphs []glyph, text string) []glyph {
	text = norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD"))
	var last rune // the character before, when it can be kerned
	for len(text) > 0 {
		cluster := firstCluster(text)
		text = text[len(cluster):]
		r, size := utf8.DecodeRuneInString(cluster)
		if size < len(cluster) {
			glyphs = f.appendCluster(glyphs, cluster)
			last = 0
			continue
		}
		id, kind := f.find(r)
		switch kind {
		case shown:
			if last != 0 {
				glyphs[len(glyphs)-1].advance += f.kern(last, r)
			}
			glyphs = append(glyphs, f.glyph(id, cluster))
			last = r
		case blank:
			glyphs = append(glyphs, f.glyph(id, blankText(r)))
			last = 0
		case unknown:
			glyphs = append(glyphs, f.boxFor(cluster))
			last = 0
		}
	}
	return glyphs
}

// firstCluster is the grapheme cluster that text begins with (UAX #29).
func firstCluster(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	// Below the combining marks only \r\n belongs together.
	if next, _ := utf8.DecodeRuneInString(text[size:]); r != '\r' && r < firstMark && next < firstMark {
		return text[:size]
	}
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
	return cluster
}

const firstMark = 0x300

// kind is what becomes of a character.
type kind uint8

const (
	shown     kind = iota // by a glyph
	blank                 // as a space
	invisible             // it only says how others join
	unknown               // the font has nothing for it
)

// find says what becomes of r, and by which glyph.
func (f *face) find(r rune) (ot.GlyphID, kind) {
	if r < commonEnd {
		return f.common[r].id, f.common[r].kind
	}
	return f.look(r)
}

// look is find without what is known beforehand.
func (f *face) look(r rune) (ot.GlyphID, kind) {
	switch {
	case isInvisible(r):
		return 0, invisible
	case r == '\u00AD' || r == '\u200B': // format characters that print, or take no room
	case unicode.In(r, unicode.Zl, unicode.Zp) || unicode.IsSpace(r) && unicode.IsControl(r):
		return f.space, blank
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
		return f.box, unknown
	}
	if id, ok := f.Cmap().Lookup(ot.Codepoint(r)); ok && id != 0 {
		return id, shown
	}
	if unicode.Is(unicode.Zs, r) {
		return f.space, blank
	}
	return f.box, unknown
}

// isInvisible is true of joiners and of selectors of variants, which the font
// hasn't got and which leave what they stand beside readable.
func isInvisible(r rune) bool {
	switch {
	case r == '\u034F', r == '\u200C', r == '\u200D', r == '\u2060', r == '\uFEFF':
		return true
	}
	return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
}

// blankText is what is copied from a page where r was drawn as a space: a line
// break that came this far is no more than that.
func blankText(r rune) string {
	if unicode.Is(unicode.Zs, r) {
		return string(r)
	}
	return " "
}

func (f *face) glyph(id ot.GlyphID, text string) glyph {
	return glyph{id: id, text: text, advance: int32(f.HorizontalAdvance(id))}
}

func (f *face) boxFor(cluster string) glyph {
	g := f.glyph(f.box, string(boxRune))
	g.actual, g.spans, g.box = cluster, 1, true
	return g
}

// boxes is how many of glyphs stand in for something else.
func boxes(glyphs []glyph) int {
	n := 0
	for _, g := range glyphs {
		if g.box {
			n++
		}
	}
	return n
}

// appendCluster appends a cluster of more than one character.
func (f *face) appendCluster(glyphs []glyph, cluster string) []glyph {
	if cluster == "\r\n" {
		return append(glyphs, f.glyph(f.space, " "))
	}
	var visible []rune
	var ids []ot.GlyphID
	for _, r := range cluster {
		id, kind := f.find(r)
		switch kind {
		case invisible:
			continue
		case unknown:
			return append(glyphs, f.boxFor(cluster))
		}
		visible, ids = append(visible, r), append(ids, id)
	}
	switch {
	case len(visible) == 0:
		return glyphs
	case len(visible) == 1:
		g := f.glyph(ids[0], string(visible))
		g.actual, g.spans = cluster, 1
		return append(glyphs, g)
	case len(visible) > maxCluster:
		return append(glyphs, f.boxFor(cluster))
	}
	return append(glyphs, f.compose(cluster, visible, ids)...)
}

// compose puts marks in their places over and under their letter.
func (f *face) compose(cluster string, visible []rune, ids []ot.GlyphID) []glyph {
	placed := f.shapeRunes(visible)
	glyphs := make([]glyph, 0, len(placed.Info))
	plain := len(placed.Info) == len(ids)
	for i, info := range placed.Info {
		if info.GlyphID == 0 {
			return []glyph{f.boxFor(cluster)}
		}
		plain = plain && info.GlyphID == ids[i]
		at := placed.Pos[i]
		glyphs = append(glyphs, glyph{
			id: info.GlyphID, text: string(visible[min(i, len(visible)-1)]),
			advance: int32(at.XAdvance), dx: int32(at.XOffset), dy: int32(at.YOffset),
		})
	}
	if !plain && len(glyphs) > 0 {
		glyphs[0].actual, glyphs[0].spans = cluster, len(glyphs)
	}
	return glyphs
}

// kern is by how much the room between two characters differs from the usual.
func (f *face) kern(left, right rune) int32 {
	if left == ' ' || right == ' ' || left == '\u00A0' || right == '\u00A0' {
		return 0
	}
	if left < commonEnd && right < commonEnd {
		known := &f.commonKerns[left*commonEnd+right]
		if v := known.Load(); v != 0 {
			return v >> 1
		}
		kern := f.measureKern(pair{left, right})
		known.Store(kern<<1 | 1) // so that a known 0 differs from nothing
		return kern
	}
	return f.rareKern(pair{left, right})
}

func (f *face) rareKern(p pair) int32 {
	f.kerning.RLock()
	kern, known := f.kerns[p]
	f.kerning.RUnlock()
	if known {
		return kern
	}
	kern = f.measureKern(p)
	f.kerning.Lock()
	if len(f.kerns) < maxKerns {
		f.kerns[p] = kern
	}
	f.kerning.Unlock()
	return kern
}

func (f *face) measureKern(p pair) int32 {
	placed := f.shapeRunes([]rune{p.left, p.right})
	left, _ := f.find(p.left)
	right, _ := f.find(p.right)
	if len(placed.Info) != 2 || placed.Info[0].GlyphID != left || placed.Info[1].GlyphID != right {
		return 0
	}
	return int32(placed.Pos[0].XAdvance) - int32(f.HorizontalAdvance(left))
}

// plainText turns off what would put other signs in the place of those asked for.
var plainText = []ot.Feature{
	{Tag: ot.MakeTag('l', 'i', 'g', 'a'), End: ot.FeatureGlobalEnd},
	{Tag: ot.MakeTag('c', 'l', 'i', 'g'), End: ot.FeatureGlobalEnd},
	{Tag: ot.MakeTag('c', 'a', 'l', 't'), End: ot.FeatureGlobalEnd},
}

func (f *face) shapeRunes(runes []rune) *ot.Buffer {
	f.shaping.Lock()
	defer f.shaping.Unlock()
	buffer := ot.NewBuffer()
	buffer.AddString(string(runes))
	buffer.GuessSegmentProperties()
	f.shaper.Shape(buffer, plainText)
	return buffer
}
