package figure

const (
	waypointRadius = 11
	waypointSize   = 13
)

// path is the way that a client has come: a thin line through the earlier places
// to the present one, and a small numbered dot at each of them.
func path(p Palette, way []Waypoint, now Point) []Shape {
	var lines, dots []Shape
	for i, from := range way {
		to := now
		if i+1 < len(way) {
			to = way[i+1].Point
		}
		x, y := planeX(from.Resources), planeY(from.Challenge)
		lines = append(lines, Line{X1: x, Y1: y, X2: planeX(to.Resources), Y2: planeY(to.Challenge), Style: p.way()})
		dots = append(dots,
			Circle{X: x, Y: y, R: waypointRadius, Style: Style{Class: "waypoint", Fill: p.Paper, Stroke: p.Ink, StrokeWidth: 1.6}},
			Text{X: x, Y: y + waypointSize*0.36, Size: waypointSize, Bold: true, Anchor: Middle, Text: from.Label,
				Style: Style{Class: "number", Fill: p.Ink}})
	}
	return append(lines, dots...)
}

func (p Palette) way() Style { return Style{Class: "way", Stroke: p.Ink, StrokeWidth: 1.6} }

// pathBoxes is the room that the earlier places take.
func pathBoxes(way []Waypoint) []Rect {
	const r = waypointRadius
	var boxes []Rect
	for _, one := range way {
		boxes = append(boxes, Rect{X: planeX(one.Resources) - r, Y: planeY(one.Challenge) - r, W: 2 * r, H: 2 * r})
	}
	return boxes
}
