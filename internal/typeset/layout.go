package typeset

import (
	"strconv"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// layouter turns blocks into strips.
type layouter struct {
	setter
	styles
	height float64 // of the room on a page
}

// highest is how much of a page one strip may fill, so that there is room above
// it for the headings that belong to it.
const highest = 0.78

func (l layouter) blocks(f *flow, blocks []Block, x, width float64) {
	for _, b := range blocks {
		switch b := b.(type) {
		case Heading:
			l.heading(f, b, x, width)
		case Paragraph:
			l.paragraph(f, b, x, width)
		case List:
			l.list(f, b, x, width)
		case Table:
			l.table(f, b, x, width)
		case Picture:
			l.picture(f, b, x, width)
		case Rule:
			l.rule(f, x, width)
		case Gap:
			if b > 0 {
				f.gap = min(f.gap+float64(b), l.height/2)
			}
		case NewPage:
			f.fresh = true
		case Columns:
			l.columns(f, b, x, width)
		case Keep:
			from := len(f.strips)
			l.blocks(f, b.Blocks, x, width)
			l.keep(f, from)
		case Panel:
			l.panel(f, b, x, width)
		case Blanks:
			l.blanks(f, b, x, width)
		}
	}
}

// keep holds strips together if one page has room for them.
func (l layouter) keep(f *flow, from int) {
	if total(f.strips[from:]) <= l.height {
		f.hold(from, wished)
	}
}

func (l layouter) plain(text string) passage { return newPassage([]Span{{Text: text}}, l.language) }

var headingRoles = [...]pdf.Role{pdf.H1, pdf.H2, pdf.H3, pdf.H4}

func (l layouter) heading(f *flow, h Heading, x, width float64) {
	p := l.plain(h.Text)
	if p.empty() {
		return
	}
	level := min(max(h.Level, 1), len(headingRoles))
	st := l.headings[level-1]
	f.room(l.above[level-1])
	f.open(pdf.Element{Role: headingRoles[level-1]})
	from := len(f.strips)
	strips := l.set(p, st, x, width, false)
	strips[0].ops = append([]op{bookmarkOp{level: level, title: oneLine(p.text)}}, strips[0].ops...)
	for _, s := range strips {
		f.add(s)
	}
	f.end()
	f.hold(from, firm)
	f.bindLast(firm)
	f.room(st.after)
}

// oneLine is a text without its line breaks.
func oneLine(text string) string {
	letters := []rune(text)
	for i, r := range letters {
		if r == '\n' {
			letters[i] = ' '
		}
	}
	return string(letters)
}

func (l layouter) voice(v Voice) textStyle {
	switch v {
	case Lead:
		return l.lead
	case Quiet:
		return l.quiet
	default:
		return l.body
	}
}

func (l layouter) paragraph(f *flow, para Paragraph, x, width float64) {
	st := l.voice(para.Voice)
	l.text(f, newPassage(para.Spans, l.language), st, x, width)
}

// text is one paragraph: no page break leaves a line of it alone.
func (l layouter) text(f *flow, p passage, st textStyle, x, width float64) {
	if p.empty() {
		return
	}
	f.open(pdf.Element{Role: pdf.P})
	from := len(f.strips)
	for _, s := range l.set(p, st, x, width, false) {
		f.add(s)
	}
	f.end()
	bindEnds(f.strips[from:])
	f.room(st.after)
}

// bindEnds binds the two first and the two last of several strips.
func bindEnds(strips []strip) {
	if n := len(strips); n > 1 {
		strips[0].bond = firm
		strips[n-2].bond = firm
	}
}

func (l layouter) list(f *flow, list List, x, width float64) {
	if len(list.Items) == 0 {
		return
	}
	numbering := [...]string{Bullets: "Disc", Numbers: "Decimal", Boxes: "None", Ticks: "None"}[list.Marker]
	indent := min(l.indent(list), width/3)
	f.open(pdf.Element{Role: pdf.List, Numbering: numbering})
	line := strip{height: l.body.leading, baseline: l.body.baseline()}
	lastTwo := len(f.strips)
	for i, item := range list.Items {
		if i == len(list.Items)-2 {
			lastTwo = len(f.strips)
		}
		f.open(pdf.Element{Role: pdf.ListItem})
		f.open(pdf.Element{Role: pdf.Label})
		f.wait(line, append(l.marker(list.Marker, i, x, indent), endOp{})...)
		f.open(pdf.Element{Role: pdf.ListBody})
		before := len(f.strips)
		l.item(f, item, x+indent, width-indent)
		if len(f.strips) == before {
			f.add(line)
		}
		f.end()
		f.end()
		f.space = l.itemGap()
	}
	f.end()
	if len(f.strips)-lastTwo <= shortItems {
		f.hold(lastTwo, wished) // no short item is left alone
	}
	f.room(l.body.after)
}

// shortItems is how many lines the two last items of a list may have to be kept
// together.
const shortItems = 3

func (l layouter) itemGap() float64 { return 0.38 * l.base }

// item lays out the blocks of one item. A list within it stands as close as its
// own items.
func (l layouter) item(f *flow, blocks []Block, x, width float64) {
	for i, b := range blocks {
		if _, inner := b.(List); inner && i > 0 {
			f.space = l.itemGap()
		}
		l.blocks(f, []Block{b}, x, width)
	}
}

// indent is the room of the markers of a list.
func (l layouter) indent(list List) float64 {
	switch list.Marker {
	case Boxes, Ticks:
		return 1.75 * l.base
	case Numbers:
		widest := l.advance(pdf.Regular, l.base, strconv.Itoa(len(list.Items))+".")
		return max(1.5*l.base, widest+0.55*l.base)
	default:
		return 1.3 * l.base
	}
}

// marker is what stands before an item, y being from the baseline.
func (l layouter) marker(m Marker, index int, x, indent float64) []op {
	switch m {
	case Numbers:
		text := strconv.Itoa(index+1) + "."
		width := l.advance(pdf.Regular, l.base, text)
		return []op{textOp{x: x + indent - 0.55*l.base - width, width: width, ink: l.body.ink, text: text + " "}}
	case Boxes, Ticks:
		return l.box(x, m == Ticks)
	default:
		return []op{textOp{x: x + 0.3*l.base, width: l.advance(pdf.Regular, l.base, "•"), ink: l.body.ink, text: "• "}}
	}
}

// box is a square to tick or a ticked one. It is drawn, so that it is large and
// the same in every font; its alternative text is the character for it, which
// screen readers know in every language.
func (l layouter) box(x float64, ticked bool) []op {
	side := 0.92 * l.base
	bounds := pdf.Box{X: x + 0.8, Y: -0.8 * l.base, W: side, H: side}
	at := func(px, py float64) (float64, float64) { return bounds.X + px*side, bounds.Y + py*side }
	ops := []op{
		openOp{element: pdf.Element{Role: pdf.Figure, Alt: "☐", Bounds: bounds}},
		rectOp{box: bounds, round: 0.14 * side, paint: pdf.Paint{Stroke: inkColour, Width: 0.085 * l.base}},
	}
	if ticked {
		ops[0] = openOp{element: pdf.Element{Role: pdf.Figure, Alt: "☑", Bounds: bounds}}
		pen := pdf.Paint{Stroke: inkColour, Width: 0.13 * l.base}
		x1, y1 := at(0.24, 0.52)
		x2, y2 := at(0.43, 0.73)
		x3, y3 := at(0.78, 0.27)
		ops = append(ops, lineOp{x1, y1, x2, y2, pen}, lineOp{x2, y2, x3, y3, pen})
	}
	return append(ops, endOp{})
}

func (l layouter) rule(f *flow, x, width float64) {
	f.room(0.9 * l.base)
	hold := free
	if n := len(f.strips); n > 0 {
		hold = f.strips[n-1].bond // a heading above goes on with what is below
	}
	f.add(strip{height: 0.8, bond: hold, ops: []op{hairline(x, width, 0.4, ruleColour, 0.8)}})
	f.room(0.9 * l.base)
}

// hairline is a thin line across a column, y below the top of its strip.
func hairline(x, width, y float64, colour pdf.Colour, thick float64) op {
	return artifactOp{kind: pdf.Layout, ops: []op{
		lineOp{x1: x, y1: y, x2: x + width, y2: y, paint: pdf.Paint{Stroke: colour, Width: thick}},
	}}
}
