package figure

import "math"

// TimelineSpec is counts along the days of a period, with the days on which there
// could be none.
type TimelineSpec struct {
	ID       string
	Title    string // heading of the picture
	Subtitle string // period and n
	Desc     string // what comes before the numbers in the description; the numbers are added
	Days     int    // of the period, at least 1
	Columns  []TimelineColumn
	Gaps     []TimelineGap
	Notes    []string // small print below
	Palette  Palette
}

// TimelineColumn is a count over some of the days, 0 the first of the period.
type TimelineColumn struct {
	First, Last int
	None        bool   // it has no days of its own: nothing is drawn, only told
	Label       string // of its place, for example a month
	Value       string // the number as the reader is told it, or words where it is hidden
	Height      *int   // the count; nil where it is hidden
}

// TimelineGap is days on which there could be no counts.
type TimelineGap struct {
	First, Last int
	Label       string // what it was, with its days
}

// Sizes of the time line.
const (
	lineWidth  = 828
	lineLeft   = 28
	lineFull   = lineWidth - 2*lineLeft
	lineTop    = 168 // of the highest column
	lineTall   = 190
	lineBase   = lineTop + lineTall
	hatchStep  = 12
	letterWide = 8.6 // about, of a letter at 17
)

// Timeline draws each count as a column over its days. A gap is hatched and has
// its name above it, so that it is no mere lack of columns and told by more than
// colour.
func Timeline(spec TimelineSpec) Figure {
	p := spec.Palette
	f := Figure{ID: spec.ID, Width: lineWidth, Title: joined(": ", spec.Title, spec.Subtitle), Desc: spec.describe()}
	f.add(Text{X: lineLeft, Y: 44, Size: 24, Bold: true, Text: spec.Title, Style: p.ink()},
		Text{X: lineLeft, Y: 72, Size: 17.5, Text: spec.Subtitle, Style: p.quiet()})
	days := max(spec.Days, 1)
	at := func(day int) float64 { return lineLeft + lineFull*float64(day)/float64(days) }
	for i, g := range spec.Gaps {
		f.add(gap(p, g.Label, at(g.First), at(g.Last+1), i)...)
	}
	most := 1
	for _, c := range spec.Columns {
		if c.Height != nil {
			most = max(most, *c.Height)
		}
	}
	labelled := math.Inf(-1)
	for _, c := range spec.Columns {
		left, right := at(c.First), at(c.Last+1)
		if !c.None {
			f.add(column(p, c, left, right, float64(most))...)
		}
		// A label stands only where the one before leaves room.
		if half := letterWide * float64(len([]rune(c.Label))) / 2; (left+right)/2-half > labelled {
			labelled = (left+right)/2 + half + letterWide
			f.add(Text{X: (left + right) / 2, Y: lineBase + 28, Size: 17.5, Anchor: Middle, Text: c.Label, Style: p.ink()})
		}
	}
	f.add(Line{X1: lineLeft, Y1: lineBase, X2: lineLeft + lineFull, Y2: lineBase, Style: p.rule(1.6)})
	y := lineBase + 44.0
	for _, note := range spec.Notes {
		y += 8
		for _, line := range wrap(note, wrapWidth) {
			y += 22
			f.add(Text{X: lineLeft, Y: y, Size: 15, Text: line, Style: p.quiet()})
		}
	}
	f.Height = y + 20
	paper := Rect{W: f.Width, H: f.Height, Style: Style{Class: "paper", Fill: p.Paper}}
	f.Shapes = append([]Shape{paper}, f.Shapes...)
	return f
}

// column is a bar with its number above it. A hidden count is an empty frame of no
// height that means anything.
func column(p Palette, c TimelineColumn, left, right, most float64) []Shape {
	const unknown = 0.12
	inner := math.Min(3, (right-left)/6)
	box := Rect{X: left + inner, W: right - left - 2*inner, Style: Style{Class: "bar", Fill: p.Rule}}
	if c.Height == nil {
		box.H, box.Style = unknown*lineTall, Style{Class: "rule", Stroke: p.Rule, StrokeWidth: 1.4, Dash: 4}
	} else {
		box.H = float64(*c.Height) / most * lineTall
	}
	box.Y = lineBase - box.H
	var shapes []Shape
	if box.H > 0 {
		shapes = append(shapes, box)
	}
	if letterWide*float64(len([]rune(c.Value))) > 1.6*(right-left) {
		return shapes
	}
	return append(shapes, Text{X: (left + right) / 2, Y: box.Y - 8, Size: 17.5, Bold: true, Anchor: Middle, Text: c.Value, Style: p.ink()})
}

// gap is a hatched field with its name above it; the names of neighbours take
// turns in three lines.
func gap(p Palette, label string, left, right float64, number int) []Shape {
	top := lineTop - 4.0
	shapes := []Shape{}
	for x := left - lineTall; x < right; x += hatchStep {
		// A line from the lower left to the upper right, cut off at the field's sides.
		x1, x2 := math.Max(x, left), math.Min(x+lineTall+4, right)
		if x1 < x2 {
			shapes = append(shapes, Line{X1: x1, Y1: lineBase - (x1 - x), X2: x2, Y2: lineBase - (x2 - x), Style: p.rule(1)})
		}
	}
	half := letterWide * float64(len([]rune(label))) / 2
	middle := math.Min(math.Max((left+right)/2, lineLeft+half), lineLeft+lineFull-half)
	baseline := top - 30 - float64(number%3)*20 // above the numbers
	return append(shapes,
		Rect{X: left, Y: top, W: right - left, H: lineBase - top, Style: Style{Class: "rule", Stroke: p.Rule, StrokeWidth: 1.4, Dash: 5}},
		Text{X: middle, Y: baseline, Size: 17.5, Bold: true, Anchor: Middle, Text: label, Style: p.ink()})
}

// describe tells every number and every gap, for those who don't see them.
func (spec TimelineSpec) describe() string {
	parts := []string{spec.Desc}
	var numbers, gaps []string
	for _, c := range spec.Columns {
		numbers = append(numbers, c.Label+" "+c.Value)
	}
	for _, g := range spec.Gaps {
		gaps = append(gaps, g.Label)
	}
	for _, list := range [][]string{numbers, gaps} {
		if len(list) > 0 {
			parts = append(parts, listed(list)+".")
		}
	}
	return joined(" ", append(parts, spec.Notes...)...)
}

func listed(parts []string) string { return joined(", ", parts...) }
