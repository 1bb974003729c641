package typeset

import (
	"unicode"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

// measurer knows how wide text is. It remembers words while one document is laid
// out.
type measurer struct {
	known map[measured]float64
}

type measured struct {
	font pdf.Font
	text string
}

func newMeasurer() *measurer { return &measurer{known: map[measured]float64{}} }

// advance is the width of a text in points.
func (m *measurer) advance(font pdf.Font, size float64, text string) float64 {
	if text == "" {
		return 0
	}
	key := measured{font, text}
	width, known := m.known[key]
	if !known {
		width = font.Advance(text)
		m.known[key] = width
	}
	return width * size
}

// width is the width of a part of a passage.
func (m *measurer) width(p passage, start, end int, st textStyle) float64 {
	width := 0.0
	for _, s := range p.within(start, end) {
		width += m.advance(s.font(st), st.ink.Size, p.text[s.start:s.end])
	}
	return width
}

// hyphen is the width of the hyphen at a line's end, of the wider font.
func (m *measurer) hyphen(st textStyle) float64 {
	return max(m.advance(pdf.Regular, st.ink.Size, softHyphen), m.advance(pdf.Bold, st.ink.Size, softHyphen))
}

// within is the stretches between two offsets, cut to them.
func (p passage) within(start, end int) []stretch {
	var cut []stretch
	for _, s := range p.spans {
		s.start, s.end = max(s.start, start), min(s.end, end)
		if s.start < s.end {
			cut = append(cut, s)
		}
	}
	return cut
}

// language is the language at an offset.
func (p passage) language(at int) lang.Tag {
	for _, s := range p.spans {
		if at < s.end {
			return s.language
		}
	}
	return ""
}

// wordLength is the length in bytes of the letters at the beginning of a text.
func wordLength(text string) int {
	for i, r := range text {
		if !unicode.IsLetter(r) {
			return i
		}
	}
	return len(text)
}
