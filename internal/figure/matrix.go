package figure

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// MatrixSpec is how two ways of telling the segment go together.
type MatrixSpec struct {
	Head
	Rows, Columns string // what the rows and the columns are: "Laskettu", "Sovittu"
	Across        []MatrixEnd
	Lines         []MatrixLine
}

// MatrixEnd names a row or a column.
type MatrixEnd struct {
	Label   string
	Segment segment.Segment // zero for none
}

// MatrixLine is one row: a count for each column, nil where it is hidden.
type MatrixLine struct {
	MatrixEnd
	Counts []*int
}

const (
	matrixLeft = 268
	matrixCell = 62
	matrixGap  = 4
)

// Matrix draws a square of counts: the more, the darker the field, and each field
// says its number. Where row and column are the same segment, the field is framed.
func Matrix(spec MatrixSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, y float64) float64 {
		p := spec.Palette
		wide := float64(chartWidth-barsMargin-matrixLeft) / float64(max(len(spec.Across), 1))
		y += 38
		f.add(Text{X: barsMargin, Y: y, Size: labelText, Bold: true, Text: spec.Rows, Style: p.ink()},
			Text{X: matrixLeft, Y: y, Size: labelText, Bold: true, Text: spec.Columns, Style: p.ink()})
		y += 50
		for j, end := range spec.Across {
			f.add(acrossLabel(p, end, matrixLeft+(float64(j)+0.5)*wide, y, wide)...)
		}
		y += 16
		most := 0
		for _, l := range spec.Lines {
			most = max(most, mostOf(l.Counts...))
		}
		for _, l := range spec.Lines {
			f.add(endLabel(p, l.MatrixEnd, y+matrixCell/2)...)
			for j, count := range l.Counts {
				r := Rect{X: matrixLeft + float64(j)*wide, Y: y, W: wide - matrixGap, H: matrixCell - matrixGap, Round: 2}
				same := l.Segment.Valid() && j < len(spec.Across) && spec.Across[j].Segment == l.Segment
				f.add(spec.cell(r, count, most, same)...)
			}
			y += matrixCell
		}
		return y + 6
	})
}

func endLabel(p Palette, end MatrixEnd, y float64) []Shape {
	x, shapes := float64(barsMargin), []Shape(nil)
	if end.Segment.Valid() {
		shapes = Mark(p, end.Segment, x+13, y, 25)
		x += 36
	}
	return append(shapes, Text{X: x, Y: y + 6, Size: labelText, Text: shorten(end.Label, 23), Style: p.ink()})
}

func acrossLabel(p Palette, end MatrixEnd, x, y, wide float64) []Shape {
	var shapes []Shape
	if end.Segment.Valid() {
		shapes = Mark(p, end.Segment, x-2, y-24, 22)
	}
	return append(shapes, Text{X: x - 2, Y: y, Size: smallText, Anchor: Middle, Text: shorten(end.Label, int(wide/8.2)), Style: p.ink()})
}

func (spec MatrixSpec) cell(r Rect, count *int, most int, same bool) []Shape {
	p := spec.Palette
	var shapes []Shape
	if count == nil {
		shapes = hatched(p, r)
	} else {
		full := r
		full.Style = p.tinted(0.05 + lengthOf(count, most, 0.25))
		shapes = []Shape{full, Text{X: r.X + r.W/2, Y: r.Y + r.H/2 + 7, Size: 20, Bold: *count > 0, Anchor: Middle, Text: spec.number(count), Style: p.ink()}}
	}
	if same {
		frame := r
		frame.Style = Style{Class: "way", Stroke: p.Ink, StrokeWidth: 2.4}
		shapes = append(shapes, frame)
	}
	return shapes
}

func (spec MatrixSpec) describe() []string {
	var sentences []string
	for _, l := range spec.Lines {
		var parts []string
		for j, count := range l.Counts {
			parts = append(parts, spec.Across[j].Label+" "+spec.number(count))
		}
		sentences = append(sentences, spec.Rows+" "+l.Label+" – "+spec.Columns+": "+strings.Join(parts, ", ")+".")
	}
	return sentences
}
