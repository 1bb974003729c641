package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// draw emits ops in their order.
func draw(w *pdf.Writer, ops []op) {
	for _, o := range ops {
		switch o := o.(type) {
		case openOp:
			w.Begin(o.element)
		case endOp:
			w.End()
		case textOp:
			w.Text(o.x, o.y, o.ink, o.text)
		case linkOp:
			w.LinkArea(o.box, o.url)
		case bookmarkOp:
			w.Bookmark(o.level, o.title, o.y)
		case rectOp:
			w.Rect(o.box, o.round, o.paint)
		case circleOp:
			w.Circle(o.x, o.y, o.r, o.clip, o.paint)
		case lineOp:
			w.Line(o.x1, o.y1, o.x2, o.y2, o.paint)
		case polygonOp:
			w.Polygon(o.points, o.paint)
		case artifactOp:
			w.Artifact(o.kind, func() { draw(w, o.ops) })
		}
	}
}
