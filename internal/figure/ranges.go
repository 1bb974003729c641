package figure

import (
	"math"
	"strconv"
)

// RangesSpec is how several things are spread: for each where its middle half
// lies, and its median.
type RangesSpec struct {
	Head
	N      string // over the numbers
	Unit   string // "min", after the numbers of the scale and of each row
	Median string // what a median is called in the description, and the quartiles
	Half   string
	None   string // in place of a range where there is none
	Rows   []RangeRow
}

// RangeRow is one of the things. Without a median nothing is drawn.
type RangeRow struct {
	Label                string
	N                    *int   // nil when hidden
	Lower, Median, Upper *int   // quartiles in whole units
	Value                string // the median in words where it is no whole unit; "" for its number
	Strong               bool   // the whole, of which the others are parts
}

const (
	rangesFull = groupedFull - 76 // room for the median's number behind the longest range
	rangesBar  = 16
	rangesStep = 46
)

// Ranges draws a bar from the lower quartile to the upper one, a stroke through
// it at the median, and the median in words.
func Ranges(spec RangesSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p := spec.Palette
		most := 5
		for _, r := range spec.Rows {
			most = max(most, mostOf(r.Median, r.Upper))
		}
		tick := tickOf(most)
		end := (most + tick - 1) / tick * tick
		left, full := float64(groupedLeft), float64(rangesFull)
		if l.narrow {
			left, full = l.margin+6, l.full()-6-letterWide*float64(len([]rune(spec.Unit))+1)
		}
		at := func(v int) float64 { return left + float64(v)/float64(end)*full }
		y += 36
		for v := 0; v <= end; v += tick {
			label := strconv.Itoa(v)
			if v+tick > end {
				label += "\u00a0" + spec.Unit
			}
			f.add(Text{X: at(v), Y: y, Size: smallText, Anchor: Middle, Text: label, Style: p.quiet()})
		}
		if l.narrow {
			y += 10
			for _, r := range spec.Rows {
				y = spec.narrow(f, l, r, y, at)
			}
			return y
		}
		f.add(Text{X: groupedN, Y: y, Size: smallText, Anchor: End, Text: spec.N, Style: p.quiet()})
		y += 16
		for v := 0; v <= end; v += tick {
			f.add(Line{X1: at(v), Y1: y - 6, X2: at(v), Y2: y + rangesStep*float64(len(spec.Rows)), Style: p.rule(0.5)})
		}
		for _, r := range spec.Rows {
			f.add(spec.row(r, y, at)...)
			y += rangesStep
		}
		return y + 8
	})
}

// tickOf is the distance of the numbers on a scale: at most eight of them.
func tickOf(most int) int {
	for _, tick := range []int{1, 2, 5, 10, 20} {
		if most <= 7*tick {
			return tick
		}
	}
	return int(math.Ceil(float64(most)/70) * 10)
}

func (spec RangesSpec) row(r RangeRow, y float64, at func(int) float64) []Shape {
	p := spec.Palette
	middle := y + rangesStep/2
	shapes := append(named(p, barsMargin, middle, r.Label, 30, r.Strong),
		Text{X: groupedN, Y: middle + 6, Size: labelText, Anchor: End, Text: spec.number(r.N), Style: p.ink()})
	if r.Median == nil {
		return append(shapes, Text{X: groupedLeft + 8, Y: middle + 6, Size: smallText, Text: spec.None, Style: p.quiet()})
	}
	right := at(*r.Median)
	if r.Upper != nil {
		right = at(*r.Upper)
	}
	return append(append(shapes, r.drawn(p, middle, at)...),
		Text{X: right + 12, Y: middle + 6, Size: labelText, Bold: true, Text: spec.median(r), Style: p.ink()})
}

// drawn is the bar and the stroke through it, around a height.
func (r RangeRow) drawn(p Palette, middle float64, at func(int) float64) []Shape {
	var shapes []Shape
	if r.Lower != nil && r.Upper != nil {
		shapes = []Shape{Rect{X: at(*r.Lower), Y: middle - rangesBar/2, W: max(at(*r.Upper)-at(*r.Lower), 2), H: rangesBar, Round: 2, Style: p.bar()}}
	}
	x := at(*r.Median)
	return append(shapes, Line{X1: x, Y1: middle - rangesBar, X2: x, Y2: middle + rangesBar, Style: Style{Class: "way", Stroke: p.Ink, StrokeWidth: 4}})
}

// narrow draws a row below its words.
func (spec RangesSpec) narrow(f *Figure, l layout, r RangeRow, y float64, at func(int) float64) float64 {
	p := spec.Palette
	said := spec.None
	if r.Median != nil {
		said = spec.median(r)
	}
	shapes, below := l.over(p, y, 0, r.Label+", "+spec.N+" "+spec.number(r.N), said)
	if r.Median != nil {
		middle := below + rangesBar
		track := Line{X1: at(0), Y1: middle, X2: l.right(), Y2: middle, Style: p.rule(0.5)}
		shapes, below = append(append(shapes, track), r.drawn(p, middle, at)...), middle+rangesBar
	}
	f.add(shapes...)
	return below + narrowGap/2
}

// median is a row's median as it is read.
func (spec RangesSpec) median(r RangeRow) string { return r.median() + "\u00a0" + spec.Unit }

// median is the median as it is read.
func (r RangeRow) median() string {
	if r.Value != "" {
		return r.Value
	}
	return strconv.Itoa(*r.Median)
}

func (spec RangesSpec) describe() []string {
	var sentences []string
	for _, r := range spec.Rows {
		text := r.Label + ", " + spec.N + " " + spec.number(r.N)
		if r.Median != nil {
			text += ", " + spec.Median + " " + r.median() + " " + spec.Unit
		}
		if r.Lower != nil && r.Upper != nil {
			text += ", " + spec.Half + " " + strconv.Itoa(*r.Lower) + "–" + strconv.Itoa(*r.Upper) + " " + spec.Unit
		}
		sentences = append(sentences, text+".")
	}
	return sentences
}
