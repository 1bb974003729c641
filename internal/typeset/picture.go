package typeset

import (
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

// picture draws a figure in one strip, smaller if the column or the page is. One
// without title and description is decoration.
func (l layouter) picture(f *flow, p Picture, x, width float64) {
	fig := p.Figure
	if !(fig.Width > 0 && fig.Height > 0) {
		return
	}
	wide := width
	if p.Width > 0 {
		wide = min(p.Width, width)
	}
	wide = min(wide, highest*l.height/fig.Height*fig.Width)
	if p.Centre {
		x += (width - wide) / 2
	}
	scale := wide / fig.Width
	bounds := pdf.Box{X: x, W: wide, H: fig.Height * scale}
	shapes := l.shapes(fig.Shapes, x, scale)
	f.room(0.5 * l.base)
	if alt := alternative(fig); alt != "" {
		ops := append([]op{openOp{element: pdf.Element{Role: pdf.Figure, Alt: alt, Bounds: bounds}}}, shapes...)
		f.add(strip{height: bounds.H, baseline: min(bounds.H, l.body.baseline()), ops: append(ops, endOp{})})
	} else {
		f.add(strip{height: bounds.H, baseline: min(bounds.H, l.body.baseline()), ops: []op{artifactOp{kind: pdf.Layout, ops: shapes}}})
	}
	f.room(0.8 * l.base)
}

// alternative is what somebody who can't see a figure is told.
func alternative(fig figure.Figure) string {
	if fig.Title == "" || fig.Desc == "" {
		return fig.Title + fig.Desc
	}
	return fig.Title + ": " + fig.Desc
}

// shapes are the shapes of a figure whose left edge is at x.
func (l layouter) shapes(shapes []figure.Shape, x, scale float64) []op {
	var ops []op
	for _, s := range shapes {
		switch s := s.(type) {
		case figure.Rect:
			ops = append(ops, rectOp{box: scaled(s, x, scale), round: s.Round * scale, paint: painted(s.Style, scale)})
		case figure.Circle:
			c := circleOp{x: x + s.X*scale, y: s.Y * scale, r: s.R * scale, paint: painted(s.Style, scale)}
			if s.Clip != nil {
				clip := scaled(*s.Clip, x, scale)
				c.clip = &clip
			}
			ops = append(ops, c)
		case figure.Line:
			ops = append(ops, lineOp{x1: x + s.X1*scale, y1: s.Y1 * scale, x2: x + s.X2*scale, y2: s.Y2 * scale, paint: painted(s.Style, scale)})
		case figure.Polygon:
			points := make([]pdf.Point, len(s.Points))
			for i, p := range s.Points {
				points[i] = pdf.Point{X: x + p.X*scale, Y: p.Y * scale}
			}
			ops = append(ops, polygonOp{points: points, paint: painted(s.Style, scale)})
		case figure.Text:
			ops = append(ops, l.figureText(s, x, scale)...)
		}
	}
	return ops
}

func (l layouter) figureText(s figure.Text, x, scale float64) []op {
	text := oneLine(l.plain(s.Text).text)
	if text == "" || s.Fill == "" {
		return nil
	}
	ink := pdf.Ink{Font: pdf.Regular, Size: s.Size * scale, Colour: pdf.Colour(s.Fill)}
	if s.Bold {
		ink.Font = pdf.Bold
	}
	width := l.advance(ink.Font, ink.Size, text)
	left := x + s.X*scale
	switch s.Anchor {
	case figure.Middle:
		left -= width / 2
	case figure.End:
		left -= width
	}
	return []op{textOp{x: left, y: s.Y * scale, width: width, ink: ink, text: text + " "}}
}

func scaled(r figure.Rect, x, scale float64) pdf.Box {
	return pdf.Box{X: x + r.X*scale, Y: r.Y * scale, W: r.W * scale, H: r.H * scale}
}

func painted(s figure.Style, scale float64) pdf.Paint {
	return pdf.Paint{
		Fill: pdf.Colour(s.Fill), Stroke: pdf.Colour(s.Stroke), Width: s.StrokeWidth * scale,
		Dash: s.Dash * scale, Opacity: s.Opacity,
	}
}
