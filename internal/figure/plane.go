package figure

import "github.com/omasuunta/omasuunta/internal/segment"

// PlaneSpec is what a plane shows. Scores and cut-offs are 0..100.
type PlaneSpec struct {
	ID          string
	Title, Desc string
	Cutoffs     Point // where high begins on each axis
	Place       *Place
	Words       PlaneWords
	Palette     Palette
}

// Point is a pair of scores.
type Point struct{ Resources, Challenge float64 }

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
	planeHeight = 600
	fieldLeft   = 76
	fieldTop    = 46
	fieldSize   = 512
	inset       = 22 // keeps the dot of an outermost score inside the field
	labelSize   = 19
	axisSize    = 18
	endSize     = 16
	dotRadius   = 13
	leastSpread = 4
)

// Plane draws resources from left (few) to right (many) and challenge from
// bottom (small) to top (great).
func Plane(spec PlaneSpec) Figure {
	f := Figure{ID: spec.ID, Width: planeWidth, Height: planeHeight, Title: spec.Title, Desc: spec.Desc}
	p := spec.Palette
	f.add(fields(p, spec.Cutoffs)...)
	f.add(cutoffs(p, spec.Cutoffs)...)
	if spec.Place != nil {
		f.add(spread(p, *spec.Place))
	}
	for _, s := range segment.All {
		f.add(fieldLabel(spec, s)...)
	}
	f.add(axes(p, spec.Words)...)
	if spec.Place != nil {
		f.add(dot(p, *spec.Place)...)
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
// or further in where the client's dot would cover them.
func fieldLabel(spec PlaneSpec, s segment.Segment) []Shape {
	all := whole()
	y := all.Y + 34
	if !s.ChallengeHigh() {
		y = all.Y + all.H - 26
	}
	if spec.Place != nil && spec.Place.covers(s, y) {
		if s.ChallengeHigh() {
			y += 62
		} else {
			y -= 62
		}
	}
	const mark = 30.0
	markX, textX, anchor := all.X+28, all.X+50, Start
	if s.ResourcesHigh() {
		markX, textX, anchor = all.X+all.W-28, all.X+all.W-50, End
	}
	return append(Mark(spec.Palette, s, markX, y-6, mark),
		Text{X: textX, Y: y, Size: labelSize, Bold: true, Anchor: anchor, Text: spec.Words.Segments[s], Style: spec.Palette.ink()})
}

// covers tells whether the dot lies on the line of a segment's label.
func (place Place) covers(s segment.Segment, y float64) bool {
	sameHalf := (planeX(place.Resources) > fieldLeft+fieldSize/2) == s.ResourcesHigh()
	distance := planeY(place.Challenge) - (y - 6)
	return sameHalf && distance > -36 && distance < 36
}

func spread(p Palette, place Place) Shape {
	clip := whole()
	return Circle{
		X: planeX(place.Resources), Y: planeY(place.Challenge), Clip: &clip,
		R:     max(place.Spread, leastSpread)/100*(fieldSize-2*inset) + dotRadius,
		Style: Style{Class: "spread", Fill: p.Paper, Opacity: 0.72, Stroke: p.Ink, StrokeWidth: 1.2, Dash: 4},
	}
}

func dot(p Palette, place Place) []Shape {
	x, y := planeX(place.Resources), planeY(place.Challenge)
	shapes := []Shape{Circle{X: x, Y: y, R: dotRadius, Style: Style{Class: "dot", Fill: p.Ink, Stroke: p.Paper, StrokeWidth: 3}}}
	if place.Label == "" {
		return shapes
	}
	ty := y + dotRadius + 22
	if ty > fieldTop+fieldSize-12 {
		ty = y - dotRadius - 10
	}
	anchor, tx := Middle, x
	switch half := float64(len([]rune(place.Label))) * 4.4; {
	case x-half < fieldLeft+6:
		anchor, tx = Start, fieldLeft+8
	case x+half > fieldLeft+fieldSize-6:
		anchor, tx = End, fieldLeft+fieldSize-8
	}
	return append(shapes, Text{X: tx, Y: ty, Size: endSize, Bold: true, Anchor: anchor, Text: place.Label, Style: p.ink()})
}

// axes names both axes in words, with an arrow from the small end to the great
// one: challenge beside the field, resources below it.
func axes(p Palette, w PlaneWords) []Shape {
	all := whole()
	bottom := all.Y + all.H
	side, below := all.X-14, bottom+26
	end := func(x, y float64, anchor Anchor, text string) Shape {
		return Text{X: x, Y: y, Size: endSize, Anchor: anchor, Text: text, Style: p.quiet()}
	}
	shapes := []Shape{
		Text{X: 12, Y: 30, Size: axisSize, Bold: true, Anchor: Start, Text: w.Challenge, Style: p.ink()},
		end(side, all.Y+16, End, w.Great),
		end(side, bottom-6, End, w.Small),
		end(all.X, below, Start, w.Few),
		end(all.X+all.W, below, End, w.Many),
		Text{X: all.X + all.W/2, Y: below + 2, Size: axisSize, Bold: true, Anchor: Middle, Text: w.Resources, Style: p.ink()},
	}
	return append(shapes, arrowUp(p, side-18, bottom-34, all.Y+36)...)
}

// arrowUp is a thin arrow from the lower end to the upper.
func arrowUp(p Palette, x, from, to float64) []Shape {
	thin := p.rule(1.4)
	return []Shape{
		Line{X1: x, Y1: from, X2: x, Y2: to, Style: thin},
		Line{X1: x, Y1: to, X2: x - 5, Y2: to + 8, Style: thin},
		Line{X1: x, Y1: to, X2: x + 5, Y2: to + 8, Style: thin},
	}
}
