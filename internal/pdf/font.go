package pdf

import (
	_ "embed"
	"sync"
	"sync/atomic"

	"github.com/boxesandglue/textshape/ot"
)

// Source Sans 3, version 3.052, the family that the pages use too. The files are
// those of the npm package source-sans@3.52.0; fonts/LICENSE.md is their licence.
var (
	//go:embed fonts/SourceSans3-Regular.ttf
	regularFile []byte
	//go:embed fonts/SourceSans3-Bold.ttf
	boldFile []byte
)

// files are what Font counts.
var files = [...][]byte{Regular: regularFile, Bold: boldFile}

// boxRune stands where the fonts have nothing to show.
const boxRune = '□'

// face is a parsed font. It is shared by all files being written.
type face struct {
	*ot.Face
	outlines *ot.Font // without what only shaping needs, so that subsets are quick
	box      ot.GlyphID
	space    ot.GlyphID

	shaping sync.Mutex // the shaper isn't made for two at a time
	shaper  *ot.Shaper

	common      [commonEnd]found
	commonKerns [commonEnd * commonEnd]atomic.Int32 // 0, or what is known, doubled and plus one

	kerning sync.RWMutex
	kerns   map[pair]int32 // of all other pairs
}

// found is what becomes of a character.
type found struct {
	id   ot.GlyphID
	kind kind
}

// commonEnd is where the letters of the languages of northern Europe end. They
// are looked up at once.
const commonEnd = 0x180

// pair is two characters that follow each other.
type pair struct{ left, right rune }

// maxKerns limits what is remembered: all pairs of the languages at hand are far
// fewer, and a text made to fill the memory stops here.
const maxKerns = 1 << 15

// faces parses the fonts once. They are part of the program: one that can't be
// parsed is a broken build.
var faces = sync.OnceValue(func() [len(files)]*face {
	var all [len(files)]*face
	for i, file := range files {
		f, err := parse(file)
		if err != nil {
			panic("pdf: font " + Font(i).resource() + ": " + err.Error())
		}
		all[i] = f
	}
	return all
})

func parse(file []byte) (*face, error) {
	font, err := ot.ParseFont(file, 0)
	if err != nil {
		return nil, err
	}
	parsed, err := ot.NewFace(font)
	if err != nil {
		return nil, err
	}
	shaper, err := ot.NewShaper(font)
	if err != nil {
		return nil, err
	}
	outlines, err := outlinesOf(font)
	if err != nil {
		return nil, err
	}
	f := &face{Face: parsed, outlines: outlines, shaper: shaper, kerns: map[pair]int32{}}
	f.box, _ = f.Cmap().Lookup(boxRune)
	f.space, _ = f.Cmap().Lookup(' ')
	for r := range rune(commonEnd) {
		f.common[r].id, f.common[r].kind = f.look(r)
	}
	return f, nil
}

func (f Font) face() *face { return faces()[f] }

// perEm turns units of the font into those of a font of 1 pt.
func (f *face) perEm(units float64) float64 { return units / float64(f.Upem()) }

// Advance is the width of text at a size of 1 pt, as Text draws it. Letters are
// kerned, yet never across a space, so that the widths of words and of the spaces
// between them add up to that of the line. It may be called from anywhere at once.
func (f Font) Advance(text string) float64 {
	var room [64]glyph // for a word, without asking for memory
	face := f.face()
	return face.width(face.appendGlyphs(room[:0], text))
}

// width is that of glyphs at a size of 1 pt.
func (f *face) width(glyphs []glyph) float64 {
	var sum int32
	for _, g := range glyphs {
		sum += g.advance
	}
	return f.perEm(float64(sum))
}

// Ascent is how far the font reaches above the baseline at a size of 1 pt.
func (f Font) Ascent() float64 { return f.face().perEm(float64(f.face().Ascender())) }

// Descent is how far the font reaches below the baseline at a size of 1 pt, as a
// positive number.
func (f Font) Descent() float64 { return -f.face().perEm(float64(f.face().Descender())) }

// resource is the name of the font on a page.
func (f Font) resource() string { return [...]string{Regular: "R", Bold: "B"}[f] }

// stem is about how thick its upright strokes are, in thousandths of its size.
func (f Font) stem() int { return [...]int{Regular: 84, Bold: 142}[f] }
