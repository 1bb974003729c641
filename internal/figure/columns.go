package figure

import "strings"

// ColumnsSpec is a row of columns, for example one for each month.
type ColumnsSpec struct {
	Head
	Axis    string // what the columns stand for, below their right end
	Columns []Column
	Spans   []Span // marked stretches of the row
	Points  []Span // marked places; From is where, To is not looked at
}

// Column is one column. A nil Count is hidden.
type Column struct {
	Label string // whole, for the description
	Short string // below the column
	Count *int
}

// Span is a stretch of the row of columns, in columns: 2.5 is the middle of the third.
type Span struct {
	From, To float64
	Label    string
}

const (
	columnsEdge = 8 // beside the first and the last
	columnsHigh = 220
	mostColumn  = 56
	spanStep    = 30
)

// Columns draws columns from one base line, each with its number over it. Spans
// and points are named above.
func Columns(spec ColumnsSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p := spec.Palette
		marks := spec.byPlace()
		base := y + 26 + spanStep*float64(len(marks)) + 34 + columnsHigh
		left, right := l.margin+columnsEdge, l.right()-columnsEdge
		step := (right - left) / float64(max(len(spec.Columns), 1))
		for i, m := range marks {
			f.add(spec.span(m, left, right, step, y+26+spanStep*float64(i), base)...)
		}
		most := 0
		for _, c := range spec.Columns {
			most = max(most, mostOf(c.Count))
		}
		every := spec.labelEvery(step)
		for i, c := range spec.Columns {
			x := left + (float64(i)+0.5)*step
			f.add(spec.column(c, x, base, min(step*0.72, mostColumn), most)...)
			label := Text{X: x, Y: base + 22, Size: smallText, Anchor: Middle, Text: c.Short, Style: p.ink()}
			if b := label.box(); i%every == 0 && b.X+b.W <= l.width {
				f.add(label)
			}
		}
		f.add(Line{X1: left, Y1: base, X2: right, Y2: base, Style: p.rule(1.2)},
			Text{X: right, Y: base + 48, Size: smallText, Anchor: End, Text: spec.Axis, Style: p.quiet()})
		return base + 58
	})
}

func (spec ColumnsSpec) column(c Column, x, base, wide float64, most int) []Shape {
	p := spec.Palette
	if c.Count == nil {
		return hatched(p, Rect{X: x - wide/2, Y: base - 26, W: wide, H: 26})
	}
	high := lengthOf(c.Count, most, columnsHigh)
	var shapes []Shape
	if high > 0 {
		shapes = append(shapes, Rect{X: x - wide/2, Y: base - high, W: wide, H: high, Round: min(2, high/2), Style: p.bar()})
	}
	if number := spec.number(c.Count); fits(number, smallText, wide/0.72) {
		shapes = append(shapes, Text{X: x, Y: base - high - 7, Size: smallText, Bold: high > 0, Anchor: Middle, Text: number, Style: p.ink()})
	}
	return shapes
}

// labelEvery is how many columns share one label, so that none runs into the next.
func (spec ColumnsSpec) labelEvery(step float64) int {
	longest := ""
	for _, c := range spec.Columns {
		if len([]rune(c.Short)) > len([]rune(longest)) {
			longest = c.Short
		}
	}
	every := 1
	for !fits(longest, smallText*1.1, step*float64(every)) && every < len(spec.Columns) {
		every++
	}
	return every
}

// mark is a span or a point.
type mark struct {
	Span
	point bool
}

func (spec ColumnsSpec) byPlace() []mark {
	var marks []mark
	for _, s := range spec.Spans {
		marks = append(marks, mark{s, false})
	}
	for _, s := range spec.Points {
		marks = append(marks, mark{s, true})
	}
	return marks
}

// span marks a stretch with a soft area, or a place with a line, and names it in
// a line of its own.
func (spec ColumnsSpec) span(m mark, left, right, step, y, base float64) []Shape {
	p := spec.Palette
	x1, x2 := left+m.From*step, left+m.To*step
	var shapes []Shape
	if m.point {
		x2 = x1
		tip := base - columnsHigh - 26 // above every number
		shapes = []Shape{
			Line{X1: x1, Y1: y - 10, X2: x1, Y2: tip - 6, Style: p.way()},
			Polygon{Points: []XY{{x1 - 6, tip - 9}, {x1 + 6, tip - 9}, {x1, tip}}, Style: p.ink()},
		}
	} else {
		area := p.tinted(0.09)
		shapes = []Shape{
			Rect{X: x1, Y: y + 8, W: x2 - x1, H: base - y - 8, Style: area},
			Line{X1: x1, Y1: y + 8, X2: x2, Y2: y + 8, Style: p.way()},
		}
	}
	label := Text{X: (x1 + x2) / 2, Y: y, Size: smallText, Bold: true, Anchor: Middle, Text: m.Label, Style: p.ink()}
	if m.point {
		label.X, label.Anchor = x1+7, Start
	}
	if b := label.box(); b.X < left {
		label.X, label.Anchor = left, Start
	} else if b.X+b.W > right {
		label.X, label.Anchor = right, End
		if m.point {
			label.X = x1 - 7
		}
	}
	return append(shapes, label)
}

func (spec ColumnsSpec) describe() []string {
	var parts []string
	for _, c := range spec.Columns {
		parts = append(parts, c.Label+" "+spec.number(c.Count))
	}
	sentences := []string{strings.Join(parts, ", ") + "."}
	for _, m := range spec.byPlace() {
		sentences = append(sentences, m.Label+".")
	}
	return sentences
}
