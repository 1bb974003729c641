package figure

// IntervalsSpec is a list of values with their intervals, one below the other on
// one axis.
type IntervalsSpec struct {
	ID       string
	Title    string
	Subtitle string // what is shown, and n
	Desc     string // what comes before the numbers in the description; the numbers are added
	From, To float64
	Ticks    []Tick // marks of the axis, at least one
	Rows     []Interval
	Notes    []string // small print below
	Palette  Palette
}

// Tick is a place on the axis with its number as it is read. A Strong one is a
// line to compare with.
type Tick struct {
	At     float64
	Text   string
	Strong bool
}

// Interval is a value between two others. Text is the numbers as the reader is
// told them, or words where there are none; then Known is false and nothing is
// drawn.
type Interval struct {
	Label            string
	Text             string
	Value, Low, High float64
	Known            bool
}

// Sizes of the intervals.
const (
	intervalLeft  = 340
	intervalRight = 610
	intervalText  = 628
	intervalRoom  = 34 // characters of a label
	capHeight     = 5  // half of it
)

// Intervals draws each value as a dot on a line from its lowest to its highest,
// with label and numbers beside, so that nothing depends on place or colour.
// What lies outside the axis ends at its edge.
func Intervals(spec IntervalsSpec) Figure {
	p := spec.Palette
	h := Head{ID: spec.ID, Title: spec.Title, Subtitle: spec.Subtitle, Desc: spec.Desc, Notes: spec.Notes, Palette: p}
	return framed(h, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		left, right, top := float64(intervalLeft), float64(intervalRight), y+50
		if l.narrow {
			left, right, top = l.margin+16, l.right()-16, y+40
		}
		x := func(value float64) float64 { return left + spec.share(value)*(right-left) }
		ticks := func(from, to float64) {
			for _, tick := range spec.Ticks {
				width := 0.8
				if tick.Strong {
					width = 2
				}
				f.add(Line{X1: x(tick.At), Y1: from, X2: x(tick.At), Y2: to, Style: p.rule(width)})
			}
		}
		for _, tick := range spec.Ticks {
			f.add(Text{X: x(tick.At), Y: top - 14, Size: smallText, Anchor: Middle, Text: tick.Text, Style: p.quiet()})
		}
		if l.narrow {
			for _, row := range spec.Rows {
				shapes, below := l.over(p, top, 0, row.Label, row.Text)
				f.add(shapes...)
				ticks(below, below+narrowBar)
				f.add(row.drawn(p, below+narrowBar/2, x)...)
				top = below + narrowBar + narrowGap
			}
			return top
		}
		ticks(top-6, top+barStep*float64(len(spec.Rows)))
		for _, row := range spec.Rows {
			middle := top + barStep/2
			f.add(named(p, l.margin, middle, row.Label, intervalRoom, false)...)
			f.add(row.drawn(p, middle, x)...)
			f.add(Text{X: intervalText, Y: middle + 6, Size: labelText, Text: row.Text, Style: p.ink()})
			top += barStep
		}
		return top + 6
	})
}

// drawn is a dot on a line at a height.
func (row Interval) drawn(p Palette, y float64, x func(float64) float64) []Shape {
	if !row.Known {
		return nil
	}
	low, high, line := x(row.Low), x(row.High), Style{Class: "way", Stroke: p.Ink, StrokeWidth: 2.5}
	return []Shape{
		Line{X1: low, Y1: y, X2: high, Y2: y, Style: line},
		Line{X1: low, Y1: y - capHeight, X2: low, Y2: y + capHeight, Style: line},
		Line{X1: high, Y1: y - capHeight, X2: high, Y2: y + capHeight, Style: line},
		Circle{X: x(row.Value), Y: y, R: 6.5, Style: p.ink()},
	}
}

// share is how far along the axis a value lies, at its edge at the furthest.
func (spec IntervalsSpec) share(value float64) float64 {
	return (min(max(value, spec.From), spec.To) - spec.From) / (spec.To - spec.From)
}

func (spec IntervalsSpec) describe() []string {
	var parts []string
	for _, row := range spec.Rows {
		parts = append(parts, row.Label+" "+row.Text+".")
	}
	return parts
}
