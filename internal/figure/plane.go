package figure

import "github.com/omasuunta/omasuunta/internal/segment"

// PlaneSpec is what a plane shows. Scores and cut-offs are 0..100.
type PlaneSpec struct {
	ID          string
	Title, Desc string
	Cutoffs     Point // where high begins on each axis
	Place       *Place
	Path        []Waypoint // where the client was before, oldest first; drawn only with a Place
	Words       PlaneWords
	Palette     Palette
}

// Point is a pair of scores.
type Point struct{ Resources, Challenge float64 }

// Waypoint is where a client was at an earlier time.
type Waypoint struct {
	Point
	Label string // a number or two letters, inside its dot
}

// Place is where a client is and how sure that is.
type Place struct {
	Point
	Spread float64 // radius of the soft area in points of score; at least 4 is drawn
	Label  string  // beside the dot, "" for none
}

// PlaneWords are the words in the picture, in the reader's language.
type PlaneWords struct {
	Segments                map[segment.Segment]string
	Resources, Few, Many    string // the axis from left to right and its ends
	Challenge, Small, Great string // the axis from bottom to top and its ends
}

// Sizes of the plane, in units of its own coordinate system.
const (
	planeWidth  = 600
	planeHeight = 632
	fieldLeft   = 76
	fieldTop    = 46
	fieldSize   = 512
	inset       = 22 // keeps the dot of an outermost score inside the field
	labelSize   = 17.5
	axisSize    = 18
	endSize     = 16
	dotRadius   = 12
	leastSpread = 4
)

// Plane draws resources from left (few) to right (many) and challenge from
// bottom (small) to top (great).
func Plane(spec PlaneSpec) Figure {
	f := Figure{ID: spec.ID, Width: planeWidth, Height: planeHeight, Title: spec.Title, Desc: spec.Desc}
	p := spec.Palette
	f.add(fields(p, spec.Cutoffs)...)
	f.add(cutoffs(p, spec.Cutoffs)...)
	taken := placeBoxes(spec.Place, spec.Cutoffs)
	if spec.Place != nil {
		f.add(spread(p, *spec.Place))
		taken = append(taken, pathBoxes(spec.Path)...)
	}
	for _, s := range segment.All {
		f.add(fieldLabel(spec, s, taken)...)
	}
	f.add(axes(p, spec.Words)...)
	if spec.Place != nil {
		f.add(path(p, spec.Path, spec.Place.Point)...)
		f.add(dot(p, *spec.Place, spec.Cutoffs)...)
	}
	return f
}

func (f *Figure) add(shapes ...Shape) { f.Shapes = append(f.Shapes, shapes...) }

// planeX is the position of a resources score.
func planeX(score float64) float64 { return fieldLeft + inset + clamp(score)/100*(fieldSize-2*inset) }

// planeY is the position of a challenge score.
func planeY(score float64) float64 {
	return fieldTop + fieldSize - inset - clamp(score)/100*(fieldSize-2*inset)
}

func clamp(score float64) float64 { return min(max(score, 0), 100) }

func whole() Rect { return Rect{X: fieldLeft, Y: fieldTop, W: fieldSize, H: fieldSize} }

// field is the rectangle of a segment.
func field(s segment.Segment, cut Point) Rect {
	all, x, y := whole(), planeX(cut.Resources), planeY(cut.Challenge)
	r := Rect{X: all.X, Y: all.Y, W: x - all.X, H: y - all.Y}
	if s.ResourcesHigh() {
		r.X, r.W = x, all.X+all.W-x
	}
	if !s.ChallengeHigh() {
		r.Y, r.H = y, all.Y+all.H-y
	}
	return r
}

func fields(p Palette, cut Point) []Shape {
	var shapes []Shape
	for _, s := range segment.All {
		r := field(s, cut)
		r.Style = p.soft(s)
		shapes = append(shapes, r)
	}
	return shapes
}

func cutoffs(p Palette, cut Point) []Shape {
	all, x, y := whole(), planeX(cut.Resources), planeY(cut.Challenge)
	return []Shape{
		Line{X1: x, Y1: all.Y, X2: x, Y2: all.Y + all.H, Style: p.rule(1.2)},
		Line{X1: all.X, Y1: y, X2: all.X + all.W, Y2: y, Style: p.rule(1.2)},
	}
}

// fieldLabel puts a segment's mark and name into the outer corner of its field,
// or beside the cut-off line where the client's place would cover it.
func fieldLabel(spec PlaneSpec, s segment.Segment, taken []Rect) []Shape {
	const markSize, toMark, toText = 28.0, 26, 46
	all, cutY := whole(), planeY(spec.Cutoffs.Challenge)
	text := Text{X: all.X + toText, Size: labelSize, Bold: true, Anchor: Start, Text: spec.Words.Segments[s], Style: spec.Palette.ink()}
	markX := all.X + toMark
	if s.ResourcesHigh() {
		markX, text.X, text.Anchor = all.X+all.W-toMark, all.X+all.W-toText, End
	}
	lines := []float64{all.Y + all.H - 24, cutY + 34, cutY + 70}
	if s.ChallengeHigh() {
		lines = []float64{all.Y + 34, cutY - 24, cutY - 60}
	}
	text.Y = lines[0]
	for _, y := range lines {
		candidate := text
		candidate.Y = y
		if b := candidate.box(); y > all.Y+16 && y < all.Y+all.H-8 && !overlapsAny(b, taken) {
			text = candidate
			break
		}
	}
	return append(Mark(spec.Palette, s, markX, text.Y-6, markSize), text)
}

// placeBoxes is the room that the client's place takes: its soft area and its
// label.
func placeBoxes(place *Place, cut Point) []Rect {
	if place == nil {
		return nil
	}
	x, y, r := planeX(place.Resources), planeY(place.Challenge), place.radius()
	boxes := []Rect{{X: x - r, Y: y - r, W: 2 * r, H: 2 * r}}
	if place.Label != "" {
		boxes = append(boxes, placeLabel(*place, cut).box())
	}
	return boxes
}

// box is about the room of a text with its mark beside it; the widths of letters
// are not known here, so it is a generous guess.
func (t Text) box() Rect {
	width := float64(len([]rune(t.Text)))*t.Size*0.62 + 4
	b := Rect{X: t.X, Y: t.Y - t.Size, W: width, H: 1.4 * t.Size}
	switch t.Anchor {
	case End:
		b.X -= width
	case Middle:
		b.X -= width / 2
	}
	return b
}

func overlapsAny(a Rect, others []Rect) bool {
	for _, b := range others {
		if a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H {
			return true
		}
	}
	return false
}

func (place Place) radius() float64 {
	return max(place.Spread, leastSpread)/100*(fieldSize-2*inset) + dotRadius
}

func spread(p Palette, place Place) Shape {
	clip := whole()
	return Circle{
		X: planeX(place.Resources), Y: planeY(place.Challenge), R: place.radius(), Clip: &clip,
		Style: Style{Class: "spread", Fill: p.Paper, Opacity: 0.78, Stroke: p.Rule, StrokeWidth: 1.2},
	}
}

func dot(p Palette, place Place, cut Point) []Shape {
	shapes := []Shape{Circle{X: planeX(place.Resources), Y: planeY(place.Challenge), R: dotRadius, Style: p.ink()}}
	if place.Label == "" {
		return shapes
	}
	label := placeLabel(place, cut)
	label.Style = p.ink()
	return append(shapes, label)
}

// placeLabel lies below the soft area, or above it where it would leave the field
// that the place is in: a name across a cut-off line, or beyond it, misleads.
func placeLabel(place Place, cut Point) Text {
	const edge, top, bottom = 8, fieldTop + endSize, fieldTop + fieldSize - 10
	x, y, r := planeX(place.Resources), planeY(place.Challenge), place.radius()
	cutX, cutY := planeX(cut.Resources), planeY(cut.Challenge)
	label := Text{X: x, Y: y + r + 20, Size: endSize, Bold: true, Anchor: Middle, Text: place.Label}
	above, leaves := y-r-9, y <= cutY && label.Y+endSize/2 > cutY
	if above > top && (leaves || label.Y > bottom) {
		label.Y = above
	}
	if b := label.box(); b.X < cutX && cutX < b.X+b.W {
		if aside := b.W / 2; x >= cutX && cutX+b.W <= fieldLeft+fieldSize {
			label.X = cutX + aside
		} else if x < cutX && cutX-b.W >= fieldLeft {
			label.X = cutX - aside
		}
	}
	if b := label.box(); b.X < fieldLeft+edge {
		label.X, label.Anchor = fieldLeft+edge, Start
	} else if b.X+b.W > fieldLeft+fieldSize-edge {
		label.X, label.Anchor = fieldLeft+fieldSize-edge, End
	}
	return label
}

// axes names both axes in words, with an arrow from the small end to the great
// one: challenge beside the field, resources below it.
func axes(p Palette, w PlaneWords) []Shape {
	all := whole()
	bottom := all.Y + all.H
	side, below := all.X-14, bottom+25
	end := func(x, y float64, anchor Anchor, text string) Text {
		return Text{X: x, Y: y, Size: endSize, Anchor: anchor, Text: text, Style: p.quiet()}
	}
	few, many := end(all.X, below, Start, w.Few), end(all.X+all.W, below, End, w.Many)
	shapes := []Shape{
		Text{X: 12, Y: 28, Size: axisSize, Bold: true, Anchor: Start, Text: w.Challenge, Style: p.ink()},
		end(side, all.Y+16, End, w.Great), end(side, bottom-6, End, w.Small), few, many,
		Text{X: all.X + all.W, Y: below + 30, Size: axisSize, Bold: true, Anchor: End, Text: w.Resources, Style: p.ink()},
	}
	shapes = append(shapes, arrow(p, side-18, bottom-34, side-18, all.Y+32)...)
	return append(shapes, arrow(p, few.X+few.box().W+6, below-5, many.box().X-10, below-5)...)
}

// arrow is a thin arrow to the right or upwards.
func arrow(p Palette, x1, y1, x2, y2 float64) []Shape {
	thin := p.rule(1.4)
	back, aside := [2]float64{-8, 0}, [2]float64{0, 5} // the barbs, seen from the tip
	if x1 == x2 {
		back, aside = [2]float64{0, 8}, [2]float64{5, 0}
	}
	return []Shape{
		Line{X1: x1, Y1: y1, X2: x2, Y2: y2, Style: thin},
		Line{X1: x2, Y1: y2, X2: x2 + back[0] - aside[0], Y2: y2 + back[1] - aside[1], Style: thin},
		Line{X1: x2, Y1: y2, X2: x2 + back[0] + aside[0], Y2: y2 + back[1] + aside[1], Style: thin},
	}
}
