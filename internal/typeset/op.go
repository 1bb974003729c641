package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// op is one step of drawing, in the order of reading. Layout yields ops whose y
// runs from the top of their strip; stacking strips on a page moves them to
// their place, and only then are they drawn.
type op interface {
	at(dy float64) op // the same, dy lower
}

type (
	openOp struct{ element pdf.Element }
	endOp  struct{}
	textOp struct {
		x, y  float64 // of the baseline's beginning
		width float64 // as measured
		ink   pdf.Ink
		text  string
	}
	linkOp struct {
		box pdf.Box
		url string
	}
	bookmarkOp struct {
		level int
		title string
		y     float64
	}
	rectOp struct {
		box   pdf.Box
		round float64
		paint pdf.Paint
	}
	circleOp struct {
		x, y, r float64
		clip    *pdf.Box
		paint   pdf.Paint
	}
	lineOp struct {
		x1, y1, x2, y2 float64
		paint          pdf.Paint
	}
	polygonOp struct {
		points []pdf.Point
		paint  pdf.Paint
	}
	// artifactOp is what is drawn but not read aloud.
	artifactOp struct {
		kind pdf.ArtifactKind
		ops  []op
	}
)

func (o openOp) at(dy float64) op {
	if o.element.Role == pdf.Figure {
		o.element.Bounds.Y += dy
	}
	return o
}

func (o endOp) at(float64) op { return o }

func (o textOp) at(dy float64) op {
	o.y += dy
	return o
}

func (o linkOp) at(dy float64) op {
	o.box.Y += dy
	return o
}

func (o bookmarkOp) at(dy float64) op {
	o.y += dy
	return o
}

func (o rectOp) at(dy float64) op {
	o.box.Y += dy
	return o
}

func (o circleOp) at(dy float64) op {
	o.y += dy
	if o.clip != nil {
		clip := *o.clip
		clip.Y += dy
		o.clip = &clip
	}
	return o
}

func (o lineOp) at(dy float64) op {
	o.y1 += dy
	o.y2 += dy
	return o
}

func (o polygonOp) at(dy float64) op {
	lower := make([]pdf.Point, len(o.points))
	for i, p := range o.points {
		lower[i] = pdf.Point{X: p.X, Y: p.Y + dy}
	}
	o.points = lower
	return o
}

func (o artifactOp) at(dy float64) op {
	o.ops = moved(o.ops, dy)
	return o
}

// moved is the ops dy lower.
func moved(ops []op, dy float64) []op {
	lower := make([]op, len(ops))
	for i, o := range ops {
		lower[i] = o.at(dy)
	}
	return lower
}
