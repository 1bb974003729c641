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
	return framed(spec.Head, spec.describe(), func(f *Figure, y float64) float64 {
		p := spec.Palette
		most := 5
		for _, r := range spec.Rows {
			most = max(most, mostOf(r.Median, r.Upper))
		}
		tick := tickOf(most)
		end := (most + tick - 1) / tick * tick
		at := func(v int) float64 { return groupedLeft + float64(v)/float64(end)*rangesFull }
		y += 36
		f.add(Text{X: groupedN, Y: y, Size: smallText, Anchor: End, Text: spec.N, Style: p.quiet()})
		top, bottom := y+16, y+16+rangesStep*float64(len(spec.Rows))
		for v := 0; v <= end; v += tick {
			label := strconv.Itoa(v)
			if v+tick > end {
				label += "\u00a0" + spec.Unit
			}
			f.add(Text{X: at(v), Y: y, Size: smallText, Anchor: Middle, Text: label, Style: p.quiet()},
				Line{X1: at(v), Y1: top - 6, X2: at(v), Y2: bottom, Style: p.rule(0.5)})
		}
		for i, r := range spec.Rows {
			f.add(spec.row(r, top+rangesStep*float64(i), at)...)
		}
		return bottom + 8
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
	shapes := []Shape{
		Text{X: barsMargin, Y: middle + 6, Size: labelText, Bold: r.Strong, Text: shorten(r.Label, 30), Style: p.ink()},
		Text{X: groupedN, Y: middle + 6, Size: labelText, Anchor: End, Text: spec.number(r.N), Style: p.ink()},
	}
	if r.Median == nil {
		return append(shapes, Text{X: groupedLeft + 8, Y: middle + 6, Size: smallText, Text: spec.None, Style: p.quiet()})
	}
	x, right := at(*r.Median), at(*r.Median)
	if r.Lower != nil && r.Upper != nil {
		right = at(*r.Upper)
		shapes = append(shapes, Rect{X: at(*r.Lower), Y: middle - rangesBar/2, W: max(right-at(*r.Lower), 2), H: rangesBar, Round: 2, Style: p.bar()})
	}
	return append(shapes,
		Line{X1: x, Y1: middle - rangesBar, X2: x, Y2: middle + rangesBar, Style: Style{Class: "way", Stroke: p.Ink, StrokeWidth: 4}},
		Text{X: right + 12, Y: middle + 6, Size: labelText, Bold: true, Text: r.median() + "\u00a0" + spec.Unit, Style: p.ink()})
}

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
