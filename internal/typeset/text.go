package typeset

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

// passage is running text that is ready to be broken into lines: one string and
// who speaks in which part of it.
type passage struct {
	text  string
	spans []stretch
	soft  map[int]bool // offsets where the writer of the text allows a hyphen
}

// stretch is a part of a passage that is set alike.
type stretch struct {
	start, end int
	bold       bool
	language   lang.Tag
	link       string
}

// newPassage joins spans. Control characters and the many kinds of spaces become
// what can be set; characters without a shape of their own are left out.
func newPassage(spans []Span, language lang.Tag) passage {
	p := passage{soft: map[int]bool{}}
	var b strings.Builder
	for _, s := range spans {
		start := b.Len()
		for _, r := range strings.ReplaceAll(strings.ToValidUTF8(s.Text, "\ufffd"), "\r\n", "\n") {
			switch r {
			case '\u00ad':
				p.soft[b.Len()] = true
			default:
				b.WriteString(settable(r))
			}
		}
		if s.Language == "" {
			s.Language = language
		}
		if b.Len() > start {
			p.spans = append(p.spans, stretch{start: start, end: b.Len(), bold: s.Bold, language: s.Language, link: s.Link})
		}
	}
	p.text = b.String()
	return p
}

// settable is how a character is set: itself, another of its kind, or nothing.
func settable(r rune) string {
	switch {
	case r == '\n', r == '\r', r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
		return "\n"
	case r == '\u202f', r == '\u2007':
		return "\u00a0"
	case r == '\t', r >= '\u2000' && r <= '\u200a', r == '\u205f', r == '\u3000':
		return " "
	case r < ' ', r >= 0x7f && r < 0xa0, r >= 0xfff9 && r <= 0xfffb, r&0xfffe == 0xfffe:
		return "\ufffd"
	case r == '\u200b', r == '\u200e', r == '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2060' && r <= '\u206f', r == '\ufeff':
		return ""
	default:
		return string(r)
	}
}

// empty tells whether there is nothing to read.
func (p passage) empty() bool { return strings.TrimSpace(p.text) == "" }

// font is the font of a stretch in text of a style.
func (s stretch) font(st textStyle) pdf.Font {
	if s.bold {
		return pdf.Bold
	}
	return st.ink.Font
}

// piece is what stays on one line: a word or a part of one, with the spaces after it.
type piece struct {
	start, end int     // of the letters
	width      float64 // of the letters
	space      float64 // of what follows and is left out at the end of a line
	hyphen     bool    // a hyphen is added if the line ends here
}

// pieces cuts text[start:end], which has no newline, where a line may end: the
// places of Unicode's line breaking (UAX #14), and places inside words that are
// wider than the line or, with hyphens, long.
func (m *measurer) pieces(p passage, start, end int, st textStyle, width float64, hyphens bool) []piece {
	var all []piece
	state := -1
	rest, from := p.text[start:end], start
	open := start // where the present piece began
	for rest != "" {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		from += len(segment)
		if rest != "" && !mayBreak(p.text[open:from], rest) {
			continue
		}
		letters := strings.TrimRight(p.text[open:from], " ")
		one := piece{start: open, end: open + len(letters)}
		one.width = m.width(p, one.start, one.end, st)
		one.space = m.width(p, one.end, from, st)
		if one.width > width || hyphens || len(p.soft) > 0 {
			all = append(all, m.hyphenated(p, one, st, width, hyphens)...)
		} else {
			all = append(all, one)
		}
		open = from
	}
	return all
}

// mayBreak refuses what Unicode allows but nobody wants: a line that ends within
// a range of figures.
func mayBreak(before, after string) bool {
	return !strings.HasSuffix(before, "–") || after[0] < '0' || after[0] > '9'
}

// hyphenated cuts a piece at the places for hyphens, and what is then still
// wider than the line between any two characters.
func (m *measurer) hyphenated(p passage, whole piece, st textStyle, width float64, hyphens bool) []piece {
	var places []int
	if hyphens || whole.width > width {
		places = p.hyphens(whole)
	} else {
		places = p.softHyphens(whole)
	}
	var parts []piece
	start := whole.start
	for _, at := range append(places, whole.end) {
		part := piece{start: start, end: at, width: m.width(p, start, at, st), hyphen: at < whole.end}
		room := width
		if part.hyphen {
			room -= m.hyphen(st)
		}
		if part.width > room {
			parts = append(parts, m.chopped(p, part, st, room)...)
		} else {
			parts = append(parts, part)
		}
		start = at
	}
	parts[len(parts)-1].space = whole.space
	return parts
}

// hyphens returns the offsets within a piece where a hyphen may stand. Addresses
// and codes have none: it would seem to belong to them.
func (p passage) hyphens(whole piece) []int {
	text := p.text[whole.start:whole.end]
	if strings.ContainsAny(text, "/@_0123456789") {
		return nil
	}
	places := p.softHyphens(whole)
	if len(places) > 0 {
		return places
	}
	for start := 0; start < len(text); {
		length := wordLength(text[start:])
		if length == 0 {
			_, size := utf8.DecodeRuneInString(text[start:])
			start += size
			continue
		}
		word := text[start : start+length]
		counts := hyphenate(word, p.language(whole.start+start))
		letters := 0
		for i := range word {
			if len(counts) > 0 && letters == counts[0] {
				places = append(places, whole.start+start+i)
				counts = counts[1:]
			}
			letters++
		}
		start += length
	}
	return places
}

func (p passage) softHyphens(whole piece) []int {
	var places []int
	if len(p.soft) == 0 {
		return nil
	}
	for at := whole.start + 1; at < whole.end; at++ {
		if p.soft[at] {
			places = append(places, at)
		}
	}
	return places
}

// chopped cuts a piece into as wide parts as fit, between grapheme clusters.
func (m *measurer) chopped(p passage, part piece, st textStyle, width float64) []piece {
	var parts []piece
	now := piece{start: part.start, end: part.start}
	state, rest, at := -1, p.text[part.start:part.end], part.start
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		// Letters side by side can be wider than each alone: "fY".
		w := m.width(p, now.start, at+len(cluster), st)
		if w > width && now.end > now.start {
			parts = append(parts, now)
			now = piece{start: at, end: at}
			w = m.width(p, at, at+len(cluster), st)
		}
		at += len(cluster)
		now.end, now.width = at, w
	}
	now.hyphen = part.hyphen
	return append(parts, now)
}
