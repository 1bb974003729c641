package figure

import "github.com/omasuunta/omasuunta/internal/segment"

// Mark returns the sign of a segment in a square of the given size whose middle
// is at x, y. The signs differ in shape, so that no reader depends on colour:
// a circle, two circles, two linked rings, a net of dots.
func Mark(p Palette, s segment.Segment, x, y, size float64) []Shape {
	full := p.mark(s)
	ring := Style{Class: "line-" + s.Code(), Stroke: full.Fill, StrokeWidth: size * 0.11}
	switch s {
	case segment.SelfActing:
		return []Shape{Circle{X: x, Y: y, R: size * 0.36, Style: full}}
	case segment.Community:
		r := size * 0.235
		return []Shape{
			Circle{X: x - r - size*0.02, Y: y, R: r, Style: full},
			Circle{X: x + r + size*0.02, Y: y, R: r, Style: full},
		}
	case segment.Cooperating:
		r, d := size*0.27, size*0.17
		return []Shape{
			Circle{X: x - d, Y: y, R: r, Style: ring},
			Circle{X: x + d, Y: y, R: r, Style: ring},
		}
	case segment.Network:
		return netOfDots(full, ring, x, y, size)
	default:
		return nil
	}
}

func netOfDots(full, ring Style, x, y, size float64) []Shape {
	d, r := size*0.35, size*0.115
	thread := ring
	thread.StrokeWidth = size * 0.055
	around := [][2]float64{{x, y - d}, {x + d, y}, {x, y + d}, {x - d, y}}
	var shapes []Shape
	for i, p := range around {
		q := around[(i+1)%len(around)]
		shapes = append(shapes,
			Line{X1: p[0], Y1: p[1], X2: q[0], Y2: q[1], Style: thread},
			Line{X1: x, Y1: y, X2: p[0], Y2: p[1], Style: thread})
	}
	for _, p := range append(around, [2]float64{x, y}) {
		shapes = append(shapes, Circle{X: p[0], Y: p[1], R: r, Style: full})
	}
	return shapes
}
