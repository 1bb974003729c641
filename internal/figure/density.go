package figure

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// DensitySpec is how many are where on the plane.
type DensitySpec struct {
	Head
	Cutoffs Point // where high begins on each axis
	Squares []Square
	Words   PlaneWords
	Legend  string // over the sizes: "Arvioita ruudussa"
}

// Square is a tenth by a tenth of the plane: column 0..9 from few resources to
// many, row 0..9 from a small challenge to a great one. A nil Count is hidden.
type Square struct {
	Column, Row int
	Count       *int
}

// DensitySteps is how many squares there are in a row and in a column.
const DensitySteps = 10

const (
	leastSquare = 18
	mostSquare  = 43
	legendLeft  = 640
	narrowAxis  = 48 // room for the words of the upright axis
)

// levels are the ways in which a square is drawn, from few to many: how dark it
// is and how large its number. Words on the darkest are in the colour of paper.
var levels = []struct {
	opacity, text float64
}{{0.2, 14}, {0.4, 16}, {1, 19}}

// Density draws the plane with a square for each tenth in which somebody is. The
// more there are, the larger and the darker the square, and it says its number.
func Density(spec DensitySpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p, g := spec.Palette, ground{whole(), 1}
		if l.narrow {
			g = ground{Rect{X: narrowAxis, W: l.right() - narrowAxis, H: l.right() - narrowAxis}, (l.right() - narrowAxis) / fieldSize}
		}
		above := spec.names(p, l, g, true)
		y += 36
		f.add(Text{X: l.margin, Y: y, Size: labelText, Bold: true, Text: spec.Words.Challenge, Style: p.ink()})
		g.field.Y = y + 18 + 28*float64(len(above))
		for i, words := range above {
			f.add(words(g.field.Y - 14 - 28*float64(i))...)
		}
		for _, s := range append(fields(p, spec.Cutoffs), cutoffs(p, spec.Cutoffs)...) {
			f.add(g.put(s))
		}
		most := 0
		for _, s := range spec.Squares {
			most = max(most, mostOf(s.Count))
		}
		for _, s := range spec.Squares {
			f.add(spec.square(s, most, g)...)
		}
		y = g.field.Y + g.field.H
		for i, words := range spec.names(p, l, g, false) {
			y = g.field.Y + g.field.H + 26 + 28*float64(i)
			f.add(words(y)...)
		}
		f.add(outerAxes(p, spec.Words, g.field, y+30)...)
		y += 66
		if l.narrow {
			shapes, bottom := spec.legend(most, l.margin, y+20, g)
			f.add(shapes...)
			return bottom
		}
		shapes, bottom := spec.legend(most, legendLeft, g.field.Y, g)
		f.add(shapes...)
		return max(y, bottom)
	})
}

// ground is where the plane's field lies in a picture, and how much smaller it is
// than on a client's result.
type ground struct {
	field Rect
	scale float64
}

// put is a shape of the plane in its place.
func (g ground) put(s Shape) Shape {
	return moved(scaled(moved(s, -fieldLeft, -fieldTop), g.scale), g.field.X, g.field.Y)
}

// side is how large the square of a count is.
func (g ground) side(count, most int) float64 {
	return max(sideOf(count, most)*g.scale, leastSquare)
}

// at is the place of two scores.
func (g ground) at(resources, challenge float64) XY {
	return XY{g.field.X + (planeX(resources)-fieldLeft)*g.scale, g.field.Y + (planeY(challenge)-fieldTop)*g.scale}
}

// level is which of the ways a count is drawn in.
func level(count, most int) int {
	switch {
	case count*3 > 2*most && most > 2:
		return 2
	case count*3 > most && most > 1:
		return 1
	default:
		return 0
	}
}

func (spec DensitySpec) square(s Square, most int, g ground) []Shape {
	p := spec.Palette
	at := g.at(float64(s.Column*10)+5, float64(s.Row*10)+5)
	if s.Count == nil {
		side := 30 * g.scale
		return hatched(p, Rect{X: at.X - side/2, Y: at.Y - side/2, W: side, H: side})
	}
	if *s.Count <= 0 {
		return nil
	}
	of := segment.Of(float64(s.Column*10)+5 >= spec.Cutoffs.Resources, float64(s.Row*10)+5 >= spec.Cutoffs.Challenge)
	fill := p.mark(of)
	return tile(p, at.X, at.Y, g.side(*s.Count, most), level(*s.Count, most), fill, spec.number(s.Count))
}

func sideOf(count, most int) float64 {
	return leastSquare + (mostSquare-leastSquare)*math.Sqrt(float64(count)/float64(max(most, 3)))
}

func tile(p Palette, x, y, side float64, at int, fill Style, number string) []Shape {
	l := levels[at]
	words := p.ink()
	if l.opacity == 1 {
		words = p.on()
	} else {
		fill.Opacity = l.opacity
	}
	edge := Style{Class: strings.Replace(fill.Class, "mark-", "line-", 1), Stroke: fill.Fill, StrokeWidth: 1.2}
	if edge.Class == fill.Class {
		edge.Class = "way"
	}
	box := Rect{X: x - side/2, Y: y - side/2, W: side, H: side, Round: 3}
	full, outline := box, box
	full.Style, outline.Style = fill, edge
	shapes := []Shape{full, outline}
	if fits(number, l.text, side+2) {
		shapes = append(shapes, Text{X: x, Y: y + l.text*0.35, Size: l.text, Bold: true, Anchor: Middle, Text: number, Style: words})
	}
	return shapes
}

// names are the names of the two upper or lower fields outside of them, where no
// square can be: in one line, or in two where they would run into each other.
func (spec DensitySpec) names(p Palette, l layout, g ground, upper bool) []func(y float64) []Shape {
	var both []func(y float64) []Shape
	room := 0.0
	for _, s := range segment.All {
		if s.ChallengeHigh() != upper {
			continue
		}
		left, anchor, toText := g.field.X+14, Start, 18.0
		if s.ResourcesHigh() {
			left, anchor, toText = g.field.X+g.field.W-14, End, -18
		}
		name := Text{X: left + toText, Size: labelText, Bold: true, Anchor: anchor, Text: spec.Words.Segments[s], Style: p.ink()}
		room += 40 + float64(len([]rune(name.Text)))*labelText*0.54
		both = append(both, func(y float64) []Shape {
			name.Y = y
			return append(Mark(p, s, left, y-6, 25), name)
		})
	}
	if room > g.field.W {
		return both
	}
	return []func(y float64) []Shape{func(y float64) []Shape { return append(both[0](y), both[1](y)...) }}
}

// outerAxes names both axes outside of the names of the fields.
func outerAxes(p Palette, w PlaneWords, all Rect, below float64) []Shape {
	bottom := all.Y + all.H
	side := all.X - 10
	end := func(x, y float64, anchor Anchor, text string) Text {
		return Text{X: x, Y: y, Size: smallText, Anchor: anchor, Text: text, Style: p.quiet()}
	}
	few, many := end(all.X, below, Start, w.Few), end(all.X+all.W, below, End, w.Many)
	shapes := []Shape{
		end(side, all.Y+16, End, w.Great), end(side, bottom-6, End, w.Small), few, many,
		Text{X: all.X + all.W, Y: below + 28, Size: labelText, Bold: true, Anchor: End, Text: w.Resources, Style: p.ink()},
	}
	shapes = append(shapes, arrow(p, side-18, bottom-34, side-18, all.Y+32)...)
	return append(shapes, arrow(p, few.X+few.box().W+6, below-5, many.box().X-10, below-5)...)
}

// legend tells how many a square of each kind stands for.
func (spec DensitySpec) legend(most int, x, y float64, g ground) (shapes []Shape, bottom float64) {
	p := spec.Palette
	y += 8
	for _, line := range wrap(spec.Legend, 20) {
		shapes = append(shapes, Text{X: x, Y: y, Size: labelText, Bold: true, Text: line, Style: p.ink()})
		y += 22
	}
	y += 18
	entry := func(sample []Shape, text string) {
		shapes = append(append(shapes, sample...), Text{X: x + 58, Y: y + 6, Size: labelText, Text: text, Style: p.ink()})
		y += 54
	}
	for at := range levels {
		from, to := 0, 0
		for c := 1; c <= most; c++ {
			if level(c, most) == at {
				if from == 0 {
					from = c
				}
				to = c
			}
		}
		if from > 0 {
			entry(tile(p, x+22, y, g.side(to, most), at, p.ink(), ""), spec.span(from, to))
		}
	}
	for _, s := range spec.Squares {
		if s.Count == nil {
			entry(hatched(p, Rect{X: x + 7, Y: y - 15, W: 30, H: 30}), spec.Hidden)
			break
		}
	}
	return shapes, y - 20
}

func (spec DensitySpec) span(from, to int) string {
	if from == to {
		return spec.number(&from)
	}
	return spec.number(&from) + "–" + spec.number(&to)
}

// describe tells every square by the middle of its classes: "Voimavarat 40–50,
// haastavuus 70–80: 3".
func (spec DensitySpec) describe() []string {
	var parts []string
	for _, s := range spec.Squares {
		if s.Count != nil && *s.Count == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s, %s %s: %s", spec.Words.Resources, Tenth(s.Column), spec.Words.Challenge, Tenth(s.Row), spec.number(s.Count)))
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, "; ") + "."}
}

// Tenth writes a class of scores: 4 is "40–50".
func Tenth(class int) string {
	return strconv.Itoa(class*10) + "–" + strconv.Itoa(class*10+10)
}
