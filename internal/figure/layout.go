package figure

import "github.com/omasuunta/omasuunta/internal/segment"

// layout is the paper that a chart is drawn on. On a page, words stand beside
// what is drawn. A narrow one is for a phone: words stand above it, and nothing
// is so small that it has to be made larger with two fingers.
type layout struct {
	width, margin float64
	narrow        bool
}

var (
	onPage  = layout{width: chartWidth, margin: barsMargin}
	onPhone = layout{width: 352, margin: 4, narrow: true}
)

func (l layout) right() float64 { return l.width - l.margin }
func (l layout) full() float64  { return l.right() - l.margin }

// letters is about how many letters of a size have room in a width.
func letters(width, size float64) int { return int(width / (size * 0.5)) }

// Sizes of words on a narrow chart.
const (
	lineHeight  = 21
	narrowGap   = 20 // below a row
	narrowInset = 34 // beside a segment's mark
)

// named writes a label in one or two lines around the height y, for what is drawn
// at its right.
func named(p Palette, x, y float64, label string, room int, bold bool) []Shape {
	lines := wrap(label, room)
	if len(lines) > 2 {
		lines = []string{lines[0], shorten(joined(" ", lines[1:]...), room)}
	}
	var shapes []Shape
	base := y + 6 - lineHeight/2*float64(len(lines)-1)
	for i, line := range lines {
		shapes = append(shapes, Text{X: x, Y: base + lineHeight*float64(i), Size: labelText, Bold: bold, Text: shorten(line, room), Style: p.ink()})
	}
	return shapes
}

// over writes a label with its number at the right, and tells where what belongs to
// them begins below.
func (l layout) over(p Palette, y float64, s segment.Segment, label, number string) (shapes []Shape, below float64) {
	x := l.margin
	if s.Valid() {
		shapes = Mark(p, s, x+13, y+12, 25)
		x += narrowInset
	}
	room := max(letters(l.right()-x, labelText)-len([]rune(number))-2, 10)
	for _, line := range wrap(label, room) {
		y += lineHeight
		if below == 0 {
			below = y
		}
		shapes = append(shapes, Text{X: x, Y: y - 3, Size: labelText, Text: shorten(line, room), Style: p.ink()})
	}
	if number != "" {
		shapes = append(shapes, Text{X: l.right(), Y: below - 3, Size: labelText, Bold: true, Anchor: End, Text: number, Style: p.ink()})
	}
	return shapes, y + 5
}

// legend names the segments by their samples, beside each other where they have
// room, and tells where it ends.
func (l layout) legend(p Palette, y, step float64, names map[segment.Segment]string, sample func(s segment.Segment, x, y float64) (shapes []Shape, wide float64)) (shapes []Shape, bottom float64) {
	size, columns, second := float64(labelText), 2, groupedLeft-l.margin
	if l.narrow {
		size, second = smallText, l.full()/2
	}
	for _, s := range segment.All {
		if _, wide := sample(s, 0, 0); wide+size*0.5*float64(len([]rune(names[s]))) > second-4 {
			columns = 1
		}
	}
	for i, s := range segment.All {
		x, at := l.margin+float64(i%columns)*second, y+float64(i/columns)*step
		drawn, wide := sample(s, x, at)
		shapes = append(append(shapes, drawn...), Text{X: x + wide, Y: at + size*0.35, Size: size, Text: names[s], Style: p.ink()})
	}
	return shapes, y + float64((len(segment.All)+columns-1)/columns)*step
}

// scaled is a shape so much smaller, seen from the origin. Lines are as thick and
// words as large as before.
func scaled(s Shape, by float64) Shape {
	switch s := s.(type) {
	case Rect:
		s.X, s.Y, s.W, s.H = s.X*by, s.Y*by, s.W*by, s.H*by
		return s
	case Line:
		s.X1, s.Y1, s.X2, s.Y2 = s.X1*by, s.Y1*by, s.X2*by, s.Y2*by
		return s
	default:
		return s
	}
}
