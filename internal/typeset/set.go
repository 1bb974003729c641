package typeset

import (
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

// softHyphen ends a line within a word: it is drawn as a hyphen, and whoever
// copies or listens to the text gets the whole word.
const softHyphen = "\u00ad"

// setter turns passages into strips of text.
type setter struct {
	*measurer
	language lang.Tag // of the document
}

// set breaks a passage into lines in a column at x and gives one strip a line.
// With right the lines end at the right edge of the column.
func (t setter) set(p passage, st textStyle, x, width float64, right bool) []strip {
	lines := t.lines(p, st, width)
	strips := make([]strip, len(lines))
	around := inline{setter: t, outside: t.language}
	for i, l := range lines {
		from := x
		if right {
			from += width - l.width
		}
		strips[i] = strip{height: st.leading, baseline: st.baseline(), ops: around.line(p, l, st, from, i == len(lines)-1)}
	}
	strips[len(strips)-1].ops = append(strips[len(strips)-1].ops, around.close()...)
	return strips
}

// inline remembers which element within a line is open: a link or a part in
// another language goes on over line ends.
type inline struct {
	setter
	outside lang.Tag
	now     stretch
}

func (in *inline) line(p passage, l line, st textStyle, x float64, last bool) []op {
	var ops []op
	parts := p.within(l.start, l.end)
	for i, s := range parts {
		if s.link != in.now.link || in.languageOf(s) != in.now.language {
			ops = append(append(ops, in.close()...), in.open(p, s)...)
		}
		text := p.text[s.start:s.end]
		ink := st.ink
		ink.Font = s.font(st)
		if i == len(parts)-1 && l.hyphen {
			text += softHyphen
		}
		width := in.advance(ink.Font, ink.Size, text)
		if i == len(parts)-1 && !last && !l.joined {
			text += " "
		}
		if s.link != "" {
			ink.Colour = linkColour
		}
		ops = append(ops, textOp{x: x, y: st.baseline(), width: width, ink: ink, text: text})
		if s.link != "" {
			ops = append(ops, underline(x, width, st)...)
			ops = append(ops, linkOp{box: pdf.Box{X: x, Y: 0, W: width, H: st.leading}, url: s.link})
		}
		x += width
	}
	return ops
}

func underline(x, width float64, st textStyle) []op {
	y := st.baseline() + 0.14*st.ink.Size
	return []op{artifactOp{kind: pdf.Layout, ops: []op{
		lineOp{x1: x, y1: y, x2: x + width, y2: y, paint: pdf.Paint{Stroke: linkColour, Width: 0.05 * st.ink.Size}},
	}}}
}

// languageOf is the language of a stretch, "" for that of the document.
func (in *inline) languageOf(s stretch) lang.Tag {
	if s.language == in.outside {
		return ""
	}
	return s.language
}

func (in *inline) open(p passage, s stretch) []op {
	in.now = stretch{link: s.link, language: in.languageOf(s)}
	e := pdf.Element{Role: pdf.Span, Language: string(in.now.language)}
	if s.link != "" {
		e.Role, e.Alt = pdf.Link, p.linkText(s)
	} else if e.Language == "" {
		return nil
	}
	return []op{openOp{element: e}}
}

// linkText is all text of the link that a stretch belongs to.
func (p passage) linkText(s stretch) string {
	text := ""
	for _, other := range p.spans {
		if other.link == s.link {
			text += p.text[other.start:other.end]
		}
	}
	return text
}

func (in *inline) close() []op {
	open := in.now.link != "" || in.now.language != ""
	in.now = stretch{}
	if open {
		return []op{endOp{}}
	}
	return nil
}
