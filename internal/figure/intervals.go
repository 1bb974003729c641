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
	capHeight     = 5 // half of it
)

// Intervals draws each value as a dot on a line from its lowest to its highest,
// with label and numbers beside, so that nothing depends on place or colour.
// What lies outside the axis ends at its edge.
func Intervals(spec IntervalsSpec) Figure {
	p := spec.Palette
	f := Figure{ID: spec.ID, Width: barsWidth, Title: joined(": ", spec.Title, spec.Subtitle), Desc: describeIntervals(spec)}
	f.add(Text{X: barsMargin, Y: 44, Size: 24, Bold: true, Text: spec.Title, Style: p.ink()},
		Text{X: barsMargin, Y: 72, Size: 17, Text: spec.Subtitle, Style: p.quiet()})
	const top = 122.0
	bottom := top + barStep*float64(len(spec.Rows))
	for _, tick := range spec.Ticks {
		x, width := spec.x(tick.At), 0.8
		if tick.Strong {
			width = 2
		}
		f.add(Line{X1: x, Y1: top - 6, X2: x, Y2: bottom, Style: p.rule(width)},
			Text{X: x, Y: top - 14, Size: 15, Anchor: Middle, Text: tick.Text, Style: p.quiet()})
	}
	line := Style{Class: "way", Stroke: p.Ink, StrokeWidth: 2.5}
	for i, row := range spec.Rows {
		y := top + barStep*(float64(i)+0.5)
		f.add(Text{X: barsMargin, Y: y + 6, Size: 17, Text: shorten(row.Label, labelWidth), Style: p.ink()})
		if row.Known {
			low, high := spec.x(row.Low), spec.x(row.High)
			f.add(Line{X1: low, Y1: y, X2: high, Y2: y, Style: line},
				Line{X1: low, Y1: y - capHeight, X2: low, Y2: y + capHeight, Style: line},
				Line{X1: high, Y1: y - capHeight, X2: high, Y2: y + capHeight, Style: line},
				Circle{X: spec.x(row.Value), Y: y, R: 6.5, Style: Style{Class: "ink", Fill: p.Ink}})
		}
		f.add(Text{X: intervalText, Y: y + 6, Size: 17, Text: row.Text, Style: p.ink()})
	}
	y := bottom + 6
	for _, note := range spec.Notes {
		y += 8
		for _, text := range wrap(note, wrapWidth) {
			y += 22
			f.add(Text{X: barsMargin, Y: y, Size: 15, Text: text, Style: p.quiet()})
		}
	}
	f.Height = y + 24
	paper := Rect{W: f.Width, H: f.Height, Style: Style{Class: "paper", Fill: p.Paper}}
	f.Shapes = append([]Shape{paper}, f.Shapes...)
	return f
}

// x is where a value lies, at the edge of the axis at the furthest.
func (s IntervalsSpec) x(value float64) float64 {
	share := (min(max(value, s.From), s.To) - s.From) / (s.To - s.From)
	return intervalLeft + share*(intervalRight-intervalLeft)
}

func describeIntervals(s IntervalsSpec) string {
	parts := []string{s.Desc}
	for _, row := range s.Rows {
		parts = append(parts, row.Label+" "+row.Text+".")
	}
	return joined(" ", append(parts, s.Notes...)...)
}
