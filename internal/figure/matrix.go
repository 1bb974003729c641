package figure

import (
	"slices"
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
	matrixText = 14 // of the names of columns
)

// Matrix draws a square of counts: the more, the darker the field, and each field
// says its number. Where row and column are the same segment, the field is framed.
func Matrix(spec MatrixSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p := spec.Palette
		left, cell, rows := float64(matrixLeft), float64(matrixCell), Text{X: l.margin, Size: labelText, Bold: true, Text: spec.Rows, Style: p.ink()}
		if l.narrow {
			left, cell = l.margin, matrixCell-12
		}
		wide := (l.right() - left) / float64(max(len(spec.Across), 1))
		y += 38
		rows.Y = y
		f.add(Text{X: left, Y: y, Size: labelText, Bold: true, Text: spec.Columns, Style: p.ink()})
		y += 50
		most := 0
		for _, line := range spec.Lines {
			most = max(most, mostOf(line.Counts...))
		}
		lower := 0.0
		marksAlone := slices.ContainsFunc(spec.Across, func(end MatrixEnd) bool { return !fitsIn(end.Label, wide) })
		for j, end := range spec.Across {
			if end.Segment.Valid() && marksAlone { // the rows have the same marks with their names
				end.Label = ""
			}
			shapes, low := acrossLabel(p, end, left+(float64(j)+0.5)*wide, y, wide)
			f.add(shapes...)
			lower = max(lower, low)
		}
		y += lower
		if l.narrow {
			y += 36
			rows.Y = y
		}
		f.add(rows)
		y += 16
		for _, line := range spec.Lines {
			if l.narrow {
				shapes, below := l.over(p, y, line.Segment, line.Label, "")
				f.add(shapes...)
				y = below + 2
			} else {
				f.add(endLabel(p, line.MatrixEnd, y+cell/2)...)
			}
			for j, count := range line.Counts {
				r := Rect{X: left + float64(j)*wide, Y: y, W: wide - matrixGap, H: cell - matrixGap, Round: 2}
				same := line.Segment.Valid() && j < len(spec.Across) && spec.Across[j].Segment == line.Segment
				f.add(spec.cell(r, count, most, same)...)
			}
			y += cell
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
	return append(shapes, named(p, x, y, end.Label, 23, false)...)
}

// fitsIn tells whether every word of a column's name has room.
func fitsIn(label string, wide float64) bool {
	return !slices.ContainsFunc(strings.Fields(label), func(word string) bool {
		return len([]rune(word)) > letters(wide-matrixGap, matrixText)
	})
}

// acrossLabel names a column in as many lines as it takes, and tells how much lower
// than y it ends.
func acrossLabel(p Palette, end MatrixEnd, x, y, wide float64) (shapes []Shape, lower float64) {
	room := letters(wide-matrixGap, matrixText)
	if end.Segment.Valid() {
		shapes = Mark(p, end.Segment, x-2, y-24, 22)
	}
	for i, line := range wrap(end.Label, room) {
		lower = 18 * float64(i)
		shapes = append(shapes, Text{X: x - 2, Y: y + lower, Size: matrixText, Anchor: Middle, Text: shorten(line, room), Style: p.ink()})
	}
	return shapes, lower
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
