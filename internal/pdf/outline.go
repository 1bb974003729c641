package pdf

import "github.com/boxesandglue/textshape/ot"

// Pen takes outlines, with y downwards.
type Pen interface {
	MoveTo(x, y float32)
	LineTo(x, y float32)
	QuadTo(bx, by, cx, cy float32)
	CubeTo(bx, by, cx, cy, dx, dy float32)
	ClosePath()
}

// Outline draws the outlines of text as Text would set it: from x on, with its
// baseline at y, in letters of a size. It may be called from anywhere at once.
func (f Font) Outline(pen Pen, x, y, size float64, text string) {
	face := f.face()
	scale := face.perEm(size)
	for _, g := range face.appendGlyphs(nil, text) {
		outline, drawn := face.GlyphOutline(g.id)
		if drawn {
			trace(pen, outline, x+float64(g.dx)*scale, y-float64(g.dy)*scale, scale)
		}
		x += float64(g.advance) * scale
	}
}

// trace draws the outline of one letter.
func trace(pen Pen, outline ot.GlyphOutline, x, y, scale float64) {
	at := func(p ot.OutlinePoint) (float32, float32) {
		return float32(x + float64(p.X)*scale), float32(y - float64(p.Y)*scale)
	}
	for i, s := range outline.Segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case ot.SegmentMoveTo:
			if i > 0 {
				pen.ClosePath()
			}
			pen.MoveTo(ax, ay)
		case ot.SegmentLineTo:
			pen.LineTo(ax, ay)
		case ot.SegmentQuadTo:
			pen.QuadTo(ax, ay, bx, by)
		case ot.SegmentCubeTo:
			pen.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	if len(outline.Segments) > 0 {
		pen.ClosePath()
	}
}
