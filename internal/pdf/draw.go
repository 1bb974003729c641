package pdf

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// furthest is how far from the corner of a page something may be drawn, in
// points: the limit that old readers have (ISO 32000-1, annex C).
const furthest = 14400

// Text draws text from x on, with its baseline at y. It breaks no lines; a line
// break in it is a space. It belongs to the open element or artifact. An Ink
// without a colour is black.
func (w *Writer) Text(x, y float64, ink Ink, text string) {
	if int(ink.Font) >= len(files) || !(ink.Size > 0 && ink.Size <= furthest) || !drawable(x, y) {
		w.fail("text of no font, size or place")
		return
	}
	if ink.Colour == "" {
		ink.Colour = "#000000"
	}
	colour, ok := ink.Colour.rgb()
	if !ok {
		w.fail("text of no colour")
		return
	}
	if !w.hasPlace() {
		return
	}
	face := ink.Font.face()
	for glyphs := face.appendGlyphs(nil, text); len(glyphs) > 0; {
		piece := firstPiece(glyphs)
		w.replaced += boxes(piece)
		w.piece(x, y, ink, colour, piece)
		x += face.width(piece) * ink.Size
		glyphs = glyphs[len(piece):]
	}
}

// firstPiece is the longest beginning of glyphs that are all read as what they
// show, or all as something else.
func firstPiece(glyphs []glyph) []glyph {
	instead, end := glyphs[0].actual != "", 0
	for end < len(glyphs) && glyphs[end].actual != "" == instead {
		end += max(1, glyphs[end].spans)
	}
	return glyphs[:end]
}

// piece draws what firstPiece found. What is read as something else is an element
// of its own, and says so there for readers that go by the structure, and on the
// page for those that go by the content.
func (w *Writer) piece(x, y float64, ink Ink, colour string, glyphs []glyph) {
	var actual strings.Builder
	for _, g := range glyphs {
		actual.WriteString(g.actual)
	}
	instead := actual.Len() > 0
	if instead && w.artifact == nil {
		w.Begin(Element{Role: Span})
		defer w.End()
		w.open.actual = actual.String()
	}
	p := w.enter()
	if instead && w.artifact != nil {
		p.content.add("/Span<</ActualText", textString(actual.String()), ">>BDC\n")
		defer p.content.add("EMC\n")
	}
	p.content.add("BT/", ink.Font.resource(), " ", number(ink.Size), " Tf ", colour, " rg ",
		number(x), " ", number(up(y)), " Td\n")
	w.fonts[ink.Font].show(&p.content, ink, glyphs)
	p.content.add("ET\n")
}

// show adds the operators that show glyphs.
func (u *used) show(b *builder, ink Ink, glyphs []glyph) {
	face := ink.Font.face()
	thousandths := func(units int32) float64 { return face.perEm(float64(units)) * 1000 }
	var run showing
	for _, g := range glyphs {
		if g.dy != 0 {
			run.flush(b)
			b.add(number(face.perEm(float64(g.dy))*ink.Size), " Ts ")
		}
		run.pending += thousandths(g.dx)
		run.glyph(u.code(g))
		run.pending += thousandths(g.advance - g.dx - int32(face.HorizontalAdvance(g.id)))
		if g.dy != 0 {
			run.flush(b)
			b.add("0 Ts ")
		}
	}
	run.flush(b)
}

// showing collects the operand of TJ: codes of glyphs, and moves between them in
// thousandths of the size.
type showing struct {
	operand strings.Builder
	inCodes bool
	pending float64 // to move right before the next glyph
}

func (s *showing) glyph(code int) {
	s.move()
	if !s.inCodes {
		s.operand.WriteByte('<')
		s.inCodes = true
	}
	const digits = "0123456789ABCDEF"
	for shift := 12; shift >= 0; shift -= 4 {
		s.operand.WriteByte(digits[code>>shift&0xF])
	}
}

func (s *showing) move() {
	if s.pending == 0 {
		return
	}
	s.endCodes()
	s.operand.WriteString(number(-s.pending))
	s.pending = 0
}

func (s *showing) endCodes() {
	if s.inCodes {
		s.operand.WriteByte('>')
		s.inCodes = false
	}
}

func (s *showing) flush(b *builder) {
	s.move()
	s.endCodes()
	if s.operand.Len() > 0 {
		b.add("[", s.operand.String(), "]TJ\n")
		s.operand.Reset()
	}
}

// Rect draws a rectangle; round is the radius of its corners.
func (w *Writer) Rect(b Box, round float64, paint Paint) {
	if !drawable(b.X, b.Y, b.W, b.H, round) || b.W < 0 || b.H < 0 || round < 0 {
		w.fail("rectangle of no place")
		return
	}
	round = min(round, b.W/2, b.H/2)
	w.shape(paint, nil, func(p *path) {
		if round == 0 {
			p.rectangle(b)
			return
		}
		right, bottom, k := b.X+b.W, b.Y+b.H, round*(1-arc)
		p.moveTo(b.X+round, b.Y)
		p.lineTo(right-round, b.Y)
		p.curveTo(right-k, b.Y, right, b.Y+k, right, b.Y+round)
		p.lineTo(right, bottom-round)
		p.curveTo(right, bottom-k, right-k, bottom, right-round, bottom)
		p.lineTo(b.X+round, bottom)
		p.curveTo(b.X+k, bottom, b.X, bottom-k, b.X, bottom-round)
		p.lineTo(b.X, b.Y+round)
		p.curveTo(b.X, b.Y+k, b.X+k, b.Y, b.X+round, b.Y)
		p.add("h\n")
	})
}

// Circle draws a circle about x, y; only what lies inside of clip, if there is one.
func (w *Writer) Circle(x, y, r float64, clip *Box, paint Paint) {
	if !drawable(x, y, r) || r < 0 || clip != nil && !drawable(clip.X, clip.Y, clip.W, clip.H) {
		w.fail("circle of no place")
		return
	}
	k := r * arc
	w.shape(paint, clip, func(p *path) {
		p.moveTo(x+r, y)
		p.curveTo(x+r, y+k, x+k, y+r, x, y+r)
		p.curveTo(x-k, y+r, x-r, y+k, x-r, y)
		p.curveTo(x-r, y-k, x-k, y-r, x, y-r)
		p.curveTo(x+k, y-r, x+r, y-k, x+r, y)
		p.add("h\n")
	})
}

// Line draws a straight line in the stroke's colour.
func (w *Writer) Line(x1, y1, x2, y2 float64, paint Paint) {
	if !drawable(x1, y1, x2, y2) {
		w.fail("line of no place")
		return
	}
	paint.Fill = ""
	w.shape(paint, nil, func(p *path) {
		p.moveTo(x1, y1)
		p.lineTo(x2, y2)
	})
}

// Point is a place on a page.
type Point struct{ X, Y float64 }

// Polygon draws the closed area between at least three places, in their order.
func (w *Writer) Polygon(points []Point, paint Paint) {
	for _, p := range points {
		if !drawable(p.X, p.Y) {
			w.fail("polygon of no place")
			return
		}
	}
	if len(points) < 3 {
		w.fail("polygon of fewer than three places")
		return
	}
	w.shape(paint, nil, func(p *path) {
		p.moveTo(points[0].X, points[0].Y)
		for _, to := range points[1:] {
			p.lineTo(to.X, to.Y)
		}
		p.add("h\n")
	})
}

// shape draws a path, in a graphics state of its own.
func (w *Writer) shape(paint Paint, clip *Box, outline func(*path)) {
	fill, filled := paint.Fill.rgb()
	stroke, stroked := paint.Stroke.rgb()
	if !filled && paint.Fill != "" || !stroked && paint.Stroke != "" ||
		!drawable(paint.Width, paint.Dash) || paint.Width < 0 || paint.Dash < 0 || !(paint.Opacity >= 0 && paint.Opacity <= 1) {
		w.fail("shape of no colour, width or opacity")
		return
	}
	if !filled && !stroked {
		return
	}
	if !w.hasPlace() {
		return
	}
	page := w.enter()
	p := &path{&page.content}
	p.add("q\n")
	if clip != nil {
		p.rectangle(*clip)
		p.add("W n\n")
	}
	operator := "S"
	if filled {
		operator = "f"
		p.add(fill, " rg ")
		if paint.Opacity > 0 && paint.Opacity < 1 {
			p.add("/", w.opacity(paint.Opacity), " gs ")
		}
	}
	if stroked {
		p.add(stroke, " RG ", number(paint.Width), " w ")
		if paint.Dash > 0 {
			p.add("[", number(paint.Dash), "] 0 d ")
		}
	}
	if filled && stroked {
		operator = "B"
	}
	outline(p)
	p.add(operator, "\nQ\n")
}

// opacity is the name of the graphics state for an opacity of fills.
func (w *Writer) opacity(value float64) string {
	v := number(value)
	i := slices.Index(w.opacities, v)
	if i < 0 {
		i = len(w.opacities)
		w.opacities = append(w.opacities, v)
	}
	return fmt.Sprintf("G%d", i)
}

// path adds the operators of a path, given in the coordinates of this package.
type path struct{ *builder }

// arc is how far, in radii, the control points of a Bézier curve lie from the
// ends of the quarter of a circle that it stands for.
const arc = 0.5523

func (p *path) moveTo(x, y float64) { p.add(number(x), " ", number(up(y)), " m\n") }
func (p *path) lineTo(x, y float64) { p.add(number(x), " ", number(up(y)), " l\n") }

func (p *path) curveTo(x1, y1, x2, y2, x, y float64) {
	p.add(number(x1), " ", number(up(y1)), " ", number(x2), " ", number(up(y2)), " ", number(x), " ", number(up(y)), " c\n")
}

func (p *path) rectangle(b Box) {
	p.add(number(b.X), " ", number(up(b.Y+b.H)), " ", number(b.W), " ", number(b.H), " re\n")
}

// drawable says whether all lengths are numbers that a file may hold.
func drawable(lengths ...float64) bool {
	for _, v := range lengths {
		if !(math.Abs(v) <= furthest) {
			return false
		}
	}
	return true
}
