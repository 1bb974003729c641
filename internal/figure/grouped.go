package figure

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// GroupedSpec is how each of several groups is shared out over the segments.
type GroupedSpec struct {
	Head
	N     string // over the numbers of the groups
	None  string // in place of a bar where nobody is
	Names map[segment.Segment]string
	Rows  []GroupedRow
}

// GroupedRow is one group. Counts and percentages are in the order of
// segment.All; nil ones are hidden, or there is nobody at all.
type GroupedRow struct {
	Label    string
	N        *int
	Counts   [4]*int
	Percents [4]*int
}

const (
	groupedN     = 372 // right edge of the numbers
	groupedLeft  = 392
	groupedFull  = chartWidth - barsMargin - groupedLeft
	groupedBar   = 32
	groupedStep  = 50
	groupedRoom  = 37 // characters of a label
	groupedText  = 19 // large enough for words on a mark
	groupedSeam  = 2
	legendSwatch = 26
)

// Grouped draws a bar for each group, parted in the order of the segments. Each
// segment has its colour, its pattern and its place, and says its number where it
// has room.
func Grouped(spec GroupedSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p := spec.Palette
		swatch := 39.0
		if l.narrow {
			swatch = 22
		}
		shapes, y := l.legend(p, y+26+legendSwatch/2, 38, spec.Names, func(s segment.Segment, x, y float64) ([]Shape, float64) {
			return part(p, s, Rect{X: x, Y: y - legendSwatch/2, W: swatch, H: legendSwatch}, ""), swatch + 10
		})
		f.add(shapes...)
		if l.narrow {
			for _, r := range spec.Rows {
				words, below := l.over(p, y, 0, r.Label, spec.N+" "+spec.number(r.N))
				f.add(append(words, spec.bar(r, l.margin, below, l.full())...)...)
				y = below + groupedBar + narrowGap
			}
			return y
		}
		y += 13
		f.add(Text{X: groupedN, Y: y, Size: smallText, Anchor: End, Text: spec.N, Style: p.quiet()})
		y += 14
		for _, r := range spec.Rows {
			f.add(named(p, l.margin, y+groupedBar/2, r.Label, groupedRoom-len([]rune(spec.number(r.N))), false)...)
			f.add(Text{X: groupedN, Y: y + groupedBar/2 + 6, Size: labelText, Bold: true, Anchor: End, Text: spec.number(r.N), Style: p.ink()})
			f.add(spec.bar(r, groupedLeft, y, groupedFull)...)
			y += groupedStep
		}
		return y
	})
}

// bar is a group's bar, or words where nobody is.
func (spec GroupedSpec) bar(r GroupedRow, left, y, full float64) []Shape {
	p := spec.Palette
	base := y + groupedBar/2 + 6
	if r.N != nil && *r.N == 0 {
		return []Shape{Text{X: left, Y: base, Size: smallText, Text: spec.None, Style: p.quiet()}}
	}
	var shapes []Shape
	x, hidden := left, false
	for i, s := range segment.All {
		if r.Counts[i] == nil || r.Percents[i] == nil {
			hidden = true
			continue
		}
		wide := float64(*r.Percents[i]) / 100 * full
		if wide > groupedSeam {
			shapes = append(shapes, part(p, s, Rect{X: x, Y: y, W: wide - groupedSeam, H: groupedBar}, spec.number(r.Counts[i]))...)
		}
		x += wide
	}
	if rest := left + full - x; hidden && rest > groupedSeam {
		shapes = append(shapes, hatched(p, Rect{X: x, Y: y, W: rest - groupedSeam, H: groupedBar})...)
		if wide := float64(len([]rune(spec.Hidden)))*smallText*0.56 + 12; wide < rest-8 {
			at := x + (rest-groupedSeam)/2
			shapes = append(shapes, Rect{X: at - wide/2, Y: y + 4, W: wide, H: groupedBar - 8, Style: p.paper()},
				Text{X: at, Y: base - 1, Size: smallText, Anchor: Middle, Text: spec.Hidden, Style: p.quiet()})
		}
	}
	return shapes
}

// part is a piece of a bar with its segment's pattern, and a number that stands
// free of it.
func part(p Palette, s segment.Segment, r Rect, number string) []Shape {
	r.Style = p.mark(s)
	shapes := append([]Shape{r}, pattern(p, s, r)...)
	if number == "" || !fits(number, groupedText, r.W-6) {
		return shapes
	}
	wide := min(float64(len([]rune(number)))*groupedText*0.56+10, r.W)
	x := r.X + r.W/2
	if s != segment.SelfActing { // which has no pattern
		shapes = append(shapes, Rect{X: x - wide/2, Y: r.Y + 4, W: wide, H: r.H - 8, Style: p.mark(s)})
	}
	return append(shapes, Text{X: x, Y: r.Y + r.H/2 + groupedText*0.35, Size: groupedText, Bold: true, Anchor: Middle, Text: number, Style: p.on()})
}

// pattern is what a segment's area has on it besides its colour: nothing,
// slanting lines, lines along, a net.
func pattern(p Palette, s segment.Segment, r Rect) []Shape {
	const step, thin = 9, 1.2
	var shapes []Shape
	lying := func(from float64) {
		for y := r.Y + from; y < r.Y+r.H; y += step {
			shapes = append(shapes, Line{X1: r.X, Y1: y, X2: r.X + r.W, Y2: y, Style: p.onLine(thin)})
		}
	}
	switch s {
	case segment.Community:
		for c := r.X + r.Y + step; c < r.X+r.W+r.Y+r.H; c += step + 3 { // the line x + y = c
			x1, x2 := min(c-r.Y, r.X+r.W), max(c-r.Y-r.H, r.X)
			shapes = append(shapes, Line{X1: x1, Y1: c - x1, X2: x2, Y2: c - x2, Style: p.onLine(thin)})
		}
	case segment.Cooperating:
		lying(step / 2)
	case segment.Network:
		lying(step / 2)
		for x := r.X + step/2; x < r.X+r.W; x += step {
			shapes = append(shapes, Line{X1: x, Y1: r.Y, X2: x, Y2: r.Y + r.H, Style: p.onLine(thin)})
		}
	}
	return shapes
}

func (spec GroupedSpec) describe() []string {
	var sentences []string
	for _, r := range spec.Rows {
		var parts []string
		for i, s := range segment.All {
			parts = append(parts, spec.Names[s]+" "+spec.number(r.Counts[i]))
		}
		sentences = append(sentences, r.Label+" "+spec.number(r.N)+": "+strings.Join(parts, ", ")+".")
	}
	return sentences
}
