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
	lineAbove  = 96 // room for the names of gaps
	lineTall   = 190
	hatchStep  = 12
	letterWide = 8.6 // about, of a letter at 17
)

// Timeline draws each count as a column over its days. A gap is hatched and has
// its name above it, so that it is no mere lack of columns and told by more than
// colour.
func Timeline(spec TimelineSpec) Figure {
	p := spec.Palette
	h := Head{ID: spec.ID, Title: spec.Title, Subtitle: spec.Subtitle, Desc: spec.Desc, Notes: spec.Notes, Palette: p}
	return framed(h, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		days, base := max(spec.Days, 1), y+lineAbove+lineTall
		at := func(day int) float64 { return l.margin + l.full()*float64(day)/float64(days) }
		for i, g := range spec.Gaps {
			f.add(gap(p, l, g.Label, at(g.First), at(g.Last+1), base, i)...)
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
				f.add(column(p, c, left, right, base, float64(most))...)
			}
			// A label stands only where the one before leaves room.
			half := letterWide * float64(len([]rune(c.Label))) / 2
			if x := min(max((left+right)/2, l.margin+half), l.right()-half); x-half > labelled {
				labelled = x + half + letterWide
				f.add(Text{X: x, Y: base + 28, Size: labelText, Anchor: Middle, Text: c.Label, Style: p.ink()})
			}
		}
		f.add(Line{X1: l.margin, Y1: base, X2: l.right(), Y2: base, Style: p.rule(1.6)})
		return base + 40
	})
}

// column is a bar with its number above it. A hidden count is an empty frame of no
// height that means anything.
func column(p Palette, c TimelineColumn, left, right, base, most float64) []Shape {
	const unknown = 0.12
	inner := math.Min(3, (right-left)/6)
	box := Rect{X: left + inner, W: right - left - 2*inner, Style: Style{Class: "bar", Fill: p.Rule}}
	if c.Height == nil {
		box.H, box.Style = unknown*lineTall, Style{Class: "rule", Stroke: p.Rule, StrokeWidth: 1.4, Dash: 4}
	} else {
		box.H = float64(*c.Height) / most * lineTall
	}
	box.Y = base - box.H
	var shapes []Shape
	if box.H > 0 {
		shapes = append(shapes, box)
	}
	if letterWide*float64(len([]rune(c.Value))) > 1.6*(right-left) {
		return shapes
	}
	return append(shapes, Text{X: (left + right) / 2, Y: box.Y - 8, Size: labelText, Bold: true, Anchor: Middle, Text: c.Value, Style: p.ink()})
}

// gap is a hatched field with its name above it; the names of neighbours take
// turns in three lines.
func gap(p Palette, l layout, label string, left, right, base float64, number int) []Shape {
	top := base - lineTall - 4
	shapes := []Shape{}
	for x := left - lineTall; x < right; x += hatchStep {
		// A line from the lower left to the upper right, cut off at the field's sides.
		x1, x2 := math.Max(x, left), math.Min(x+lineTall+4, right)
		if x1 < x2 {
			shapes = append(shapes, Line{X1: x1, Y1: base - (x1 - x), X2: x2, Y2: base - (x2 - x), Style: p.rule(1)})
		}
	}
	half := letterWide * float64(len([]rune(label))) / 2
	middle := min(max((left+right)/2, l.margin+half), l.right()-half)
	baseline := top - 30 - float64(number%3)*20 // above the numbers
	return append(shapes,
		Rect{X: left, Y: top, W: right - left, H: base - top, Style: Style{Class: "rule", Stroke: p.Rule, StrokeWidth: 1.4, Dash: 5}},
		Text{X: middle, Y: baseline, Size: labelText, Bold: true, Anchor: Middle, Text: label, Style: p.ink()})
}

// describe tells every number and every gap, for those who don't see them.
func (spec TimelineSpec) describe() []string {
	var parts, numbers, gaps []string
	for _, c := range spec.Columns {
		numbers = append(numbers, c.Label+" "+c.Value)
	}
	for _, g := range spec.Gaps {
		gaps = append(gaps, g.Label)
	}
	for _, list := range [][]string{numbers, gaps} {
		if len(list) > 0 {
			parts = append(parts, joined(", ", list...)+".")
		}
	}
	return parts
}
