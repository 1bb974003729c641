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
)

// levels are the ways in which a square is drawn, from few to many: how dark it
// is and how large its number. Words on the darkest are in the colour of paper.
var levels = []struct {
	opacity, text float64
}{{0.2, 14}, {0.4, 16}, {1, 19}}

// Density draws the plane with a square for each tenth in which somebody is. The
// more there are, the larger and the darker the square, and it says its number.
func Density(spec DensitySpec) Figure {
	p := spec.Palette
	return framed(spec.Head, spec.describe(), func(f *Figure, top float64) float64 {
		lower := top + 82 - fieldTop
		all := whole()
		put := func(shapes ...Shape) {
			for _, s := range shapes {
				f.add(moved(s, 0, lower))
			}
		}
		put(fields(p, spec.Cutoffs)...)
		put(cutoffs(p, spec.Cutoffs)...)
		most := 0
		for _, s := range spec.Squares {
			most = max(most, mostOf(s.Count))
		}
		for _, s := range spec.Squares {
			put(spec.square(s, most)...)
		}
		for _, s := range segment.All {
			put(outerLabel(p, s, spec.Words.Segments[s])...)
		}
		put(outerAxes(p, spec.Words)...)
		f.add(spec.legend(most, all.Y+lower)...)
		return all.Y + all.H + lower + 92
	})
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

func (spec DensitySpec) square(s Square, most int) []Shape {
	p := spec.Palette
	x := (planeX(float64(s.Column*10)) + planeX(float64(s.Column*10+10))) / 2
	y := (planeY(float64(s.Row*10)) + planeY(float64(s.Row*10+10))) / 2
	if s.Count == nil {
		const side = 30
		return hatched(p, Rect{X: x - side/2, Y: y - side/2, W: side, H: side})
	}
	if *s.Count <= 0 {
		return nil
	}
	of := segment.Of(float64(s.Column*10)+5 >= spec.Cutoffs.Resources, float64(s.Row*10)+5 >= spec.Cutoffs.Challenge)
	fill := p.mark(of)
	return tile(p, x, y, sideOf(*s.Count, most), level(*s.Count, most), fill, spec.number(s.Count))
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

// outerLabel names a field outside of it, where no square can be.
func outerLabel(p Palette, s segment.Segment, name string) []Shape {
	all := whole()
	y, x, anchor, markX := all.Y-14, all.X+32, Start, all.X+14
	if !s.ChallengeHigh() {
		y = all.Y + all.H + 26
	}
	if s.ResourcesHigh() {
		x, anchor, markX = all.X+all.W-32, End, all.X+all.W-14
	}
	return append(Mark(p, s, markX, y-6, 25), Text{X: x, Y: y, Size: labelText, Bold: true, Anchor: anchor, Text: name, Style: p.ink()})
}

// outerAxes names both axes outside of the names of the fields.
func outerAxes(p Palette, w PlaneWords) []Shape {
	all := whole()
	bottom := all.Y + all.H
	side, below := all.X-10, bottom+56
	end := func(x, y float64, anchor Anchor, text string) Text {
		return Text{X: x, Y: y, Size: smallText, Anchor: anchor, Text: text, Style: p.quiet()}
	}
	few, many := end(all.X, below, Start, w.Few), end(all.X+all.W, below, End, w.Many)
	shapes := []Shape{
		Text{X: barsMargin, Y: all.Y - 46, Size: labelText, Bold: true, Anchor: Start, Text: w.Challenge, Style: p.ink()},
		end(side, all.Y+16, End, w.Great), end(side, bottom-6, End, w.Small), few, many,
		Text{X: all.X + all.W, Y: below + 28, Size: labelText, Bold: true, Anchor: End, Text: w.Resources, Style: p.ink()},
	}
	shapes = append(shapes, arrow(p, side-18, bottom-34, side-18, all.Y+32)...)
	return append(shapes, arrow(p, few.X+few.box().W+6, below-5, many.box().X-10, below-5)...)
}

// legend tells how many a square of each kind stands for.
func (spec DensitySpec) legend(most int, y float64) []Shape {
	p := spec.Palette
	var shapes []Shape
	y += 8
	for _, line := range wrap(spec.Legend, 20) {
		shapes = append(shapes, Text{X: legendLeft, Y: y, Size: labelText, Bold: true, Text: line, Style: p.ink()})
		y += 22
	}
	y += 18
	entry := func(sample []Shape, text string) {
		shapes = append(append(shapes, sample...), Text{X: legendLeft + 58, Y: y + 6, Size: labelText, Text: text, Style: p.ink()})
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
			entry(tile(p, legendLeft+22, y, sideOf(to, most), at, p.ink(), ""), spec.span(from, to))
		}
	}
	for _, s := range spec.Squares {
		if s.Count == nil {
			entry(hatched(p, Rect{X: legendLeft + 7, Y: y - 15, W: 30, H: 30}), spec.Hidden)
			break
		}
	}
	return shapes
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
