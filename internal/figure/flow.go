package figure

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// FlowSpec is how many went from which segment to which. Counts are in the order
// of segment.All; nil ones are hidden.
type FlowSpec struct {
	Head
	From, To    string // over the sides: "Edellinen arvio"
	Names       map[segment.Segment]string
	Left, Right [4]*int    // how many were there before and after
	Cells       [4][4]*int // from left to right
}

const (
	flowNames  = 290 // most room for the names beside a side
	flowMark   = 46  // of it, for the mark between a name and its side
	flowWide   = 16
	flowHeight = 300 // of all together, where no number needs more
	flowMost   = 620
	flowGap    = 20
	flowHidden = 26 // of a side whose number is hidden
	flowLabel  = 46 // name and number below each other
	flowText   = 15
	flowNumber = 100 // room for a number, or the word for a hidden one, beside a side
)

// Flow draws a band from each segment to each, as wide as the number that it
// carries, and hatches what is hidden.
func Flow(spec FlowSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, top float64) float64 {
		p, unit := spec.Palette, spec.unit()
		west, east := spec.edge(), chartWidth-spec.edge() // outer edges of the two sides
		heads := []Text{{X: west + flowWide, Anchor: End}, {X: east - flowWide}}
		if l.narrow {
			west, east = l.margin+flowNumber, l.right()-flowNumber
			heads = []Text{{X: l.margin}, {X: l.right(), Anchor: End}}
		}
		y := top + 44
		for i, text := range []string{spec.From, spec.To} {
			heads[i].Y, heads[i].Size, heads[i].Bold, heads[i].Text, heads[i].Style = y, labelText, true, text, p.ink()
			f.add(heads[i])
		}
		shownLeft, shownRight := spec.shown()
		left, leftEnd := side(spec.Left, shownLeft, unit, west, y+24)
		right, rightEnd := side(spec.Right, shownRight, unit, east-flowWide, y+24)
		var bands, numbers []Shape
		out, in := left, right // where the next band begins
		for i, from := range segment.All {
			for j := range segment.All {
				count := spec.Cells[i][j]
				if count == nil || *count == 0 {
					continue
				}
				wide := float64(*count) * unit
				bands = append(bands, band(p, from, XY{west + flowWide, out[i].Y}, XY{east - flowWide, in[j].Y}, wide))
				numbers = append(numbers, spec.bandNumbers(count, XY{west + flowWide, out[i].Y}, XY{east - flowWide, in[j].Y}, wide)...)
				out[i].Y += wide
				in[j].Y += wide
			}
		}
		f.add(bands...)
		for i, s := range segment.All {
			f.add(spec.node(s, spec.Left[i], left[i], float64(shownLeft[i])*unit)...)
			f.add(spec.node(s, spec.Right[i], right[i], float64(shownRight[i])*unit)...)
			f.add(spec.nodeWords(l, s, spec.Left[i], left[i], west-14, End)...)
			f.add(spec.nodeWords(l, s, spec.Right[i], right[i], east+14, Start)...)
		}
		f.add(numbers...)
		y = max(leftEnd, rightEnd) + 6
		if l.narrow { // the names have no room beside their marks
			shapes, bottom := l.legend(p, y+30, 30, spec.Names, func(s segment.Segment, x, y float64) ([]Shape, float64) {
				return Mark(p, s, x+11, y, 22), 30
			})
			f.add(shapes...)
			return bottom
		}
		return y
	})
}

// edge is where the left side begins, as far from the edge of the chart as the
// names need; the right side ends as far from the other.
func (spec FlowSpec) edge() float64 {
	longest := 0.0
	for _, name := range spec.Names {
		longest = max(longest, widthOf(name, labelText))
	}
	heading := max(widthOf(spec.From, labelText), widthOf(spec.To, labelText)) - flowWide
	return min(barsMargin+max(longest+flowMark, heading), flowNames)
}

// unit is the width of one in a band: wide enough for the number of the smallest
// band, if that leaves the picture at a bearable height.
func (spec FlowSpec) unit() float64 {
	total, least := 0, 0
	shownLeft, shownRight := spec.shown()
	for i, counts := range [][4]*int{spec.Left, spec.Right} {
		sum := 0
		for j, c := range counts {
			sum += max(mostOf(c), [][4]int{shownLeft, shownRight}[i][j])
		}
		total = max(total, sum)
	}
	for _, row := range spec.Cells {
		for _, c := range row {
			if c != nil && *c > 0 && (least == 0 || *c < least) {
				least = *c
			}
		}
	}
	if total == 0 {
		return 1
	}
	unit := min(flowHeight/float64(total), flowLabel)
	if wanted := (flowText + 2) / float64(max(least, 1)); least > 0 && wanted > unit {
		unit = min(wanted, flowMost/float64(total))
	}
	return unit
}

// shown are the sums of the bands that are drawn, on both sides.
func (spec FlowSpec) shown() (left, right [4]int) {
	for i, row := range spec.Cells {
		for j, c := range row {
			left[i] += mostOf(c)
			right[j] += mostOf(c)
		}
	}
	return left, right
}

// side places four segments below each other. One whose number is hidden has room
// for the bands that are shown, and some more.
func side(counts [4]*int, shown [4]int, unit, x, y float64) (nodes [4]Rect, end float64) {
	for i, c := range counts {
		nodes[i] = Rect{X: x, Y: y, W: flowWide, H: max(lengthOf(c, 1, unit), 2)}
		if c == nil {
			nodes[i].H = float64(shown[i])*unit + flowHidden
		}
		y += max(nodes[i].H, flowLabel) + flowGap
	}
	return nodes, y - flowGap
}

func (spec FlowSpec) node(s segment.Segment, count *int, r Rect, shown float64) []Shape {
	p := spec.Palette
	full := r
	full.Style = p.mark(s)
	if count == nil {
		full.H = shown
	}
	shapes := []Shape{full}
	if count == nil {
		shapes = append(shapes, hatched(p, Rect{X: r.X, Y: r.Y + shown, W: r.W, H: r.H - shown})...)
	}
	return shapes
}

// nodeWords are the mark, the name and the number of a side's segment.
func (spec FlowSpec) nodeWords(l layout, s segment.Segment, count *int, r Rect, x float64, anchor Anchor) []Shape {
	p := spec.Palette
	markX, textX := x+12, x+32
	if anchor == End {
		markX, textX = x-12, x-32
	}
	y, lines := r.Y+max(r.H/2, 12), wrap(spec.Names[s], letters(flowNames-flowMark-barsMargin, labelText))
	shapes := Mark(p, s, markX, y-6, 25)
	if l.narrow { // the number below the mark
		lines, textX, y = nil, x, y+24
	}
	for i, line := range append(lines, spec.number(count)) {
		shapes = append(shapes, Text{X: textX, Y: y + 22*float64(i), Size: labelText, Bold: i == len(lines), Anchor: anchor, Text: line, Style: p.ink()})
	}
	return shapes
}

// band is a band of one width between two upper corners. Its edges can be followed
// where others cross it, without colours too.
func band(p Palette, of segment.Segment, from, to XY, wide float64) Shape {
	const steps = 24
	points := make([]XY, 0, 2*steps+2)
	edge := func(t, lower float64) XY {
		u := 1 - t // control points halfway, at the heights of the ends
		half := (from.X + to.X) / 2
		return XY{
			X: u*u*u*from.X + 3*u*u*t*half + 3*u*t*t*half + t*t*t*to.X,
			Y: (u*u*u+3*u*u*t)*from.Y + (3*u*t*t+t*t*t)*to.Y + lower,
		}
	}
	for i := 0; i <= steps; i++ {
		points = append(points, edge(float64(i)/steps, 0))
	}
	for i := steps; i >= 0; i-- {
		points = append(points, edge(float64(i)/steps, wide))
	}
	style := p.mark(of)
	style.Opacity = 0.3
	style.Stroke, style.StrokeWidth = style.Fill, 1
	style.Class += " line-" + of.Code()
	return Polygon{Points: points, Style: style}
}

// bandNumbers writes a band's number at both of its ends, where it has room.
func (spec FlowSpec) bandNumbers(count *int, from, to XY, wide float64) []Shape {
	if wide < flowText {
		return nil
	}
	at := func(x, y float64, anchor Anchor) Shape {
		return Text{X: x, Y: y + wide/2 + flowText*0.36, Size: flowText, Anchor: anchor, Text: spec.number(count), Style: spec.Palette.ink()}
	}
	return []Shape{at(from.X+8, from.Y, Start), at(to.X-8, to.Y, End)}
}

func (spec FlowSpec) describe() []string {
	var sentences []string
	for i, from := range segment.All {
		var parts []string
		for j, to := range segment.All {
			parts = append(parts, spec.Names[to]+" "+spec.number(spec.Cells[i][j]))
		}
		sentences = append(sentences, spec.From+" "+spec.Names[from]+" "+spec.number(spec.Left[i])+" → "+strings.Join(parts, ", ")+".")
	}
	var after []string
	for j, to := range segment.All {
		after = append(after, spec.Names[to]+" "+spec.number(spec.Right[j]))
	}
	return append(sentences, spec.To+": "+strings.Join(after, ", ")+".")
}
