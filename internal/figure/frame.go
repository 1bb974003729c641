package figure

import (
	"strconv"
)

// Head is what every chart has around it.
type Head struct {
	ID       string
	Title    string           // heading of the picture
	Subtitle string           // period and n
	Desc     string           // what comes before the numbers in the description; the numbers are added
	Notes    []string         // small print below
	Hidden   string           // in place of a number that is hidden
	Number   func(int) string // writes a number as the reader does; nil writes digits
	Palette  Palette
}

// Sizes that the charts have in common with the bars.
const (
	chartWidth = barsWidth
	headHeight = 72
	labelText  = 17
	smallText  = 15
)

// number writes a count, or the word for a hidden one.
func (h Head) number(count *int) string {
	switch {
	case count == nil:
		return h.Hidden
	case h.Number == nil:
		return strconv.Itoa(*count)
	default:
		return h.Number(*count)
	}
}

// framed draws the heading, the body, which begins at top and returns where it
// ends, and the small print; and the body once more for a narrow screen. numbers
// are the sentences that tell every number.
func framed(h Head, numbers []string, body func(f *Figure, l layout, top float64) (bottom float64)) Figure {
	p := h.Palette
	f := Figure{
		ID: h.ID, Width: chartWidth, Title: joined(": ", h.Title, h.Subtitle), Above: headHeight,
		Desc: joined(" ", append(append([]string{h.Desc}, numbers...), h.Notes...)...),
	}
	f.add(Text{X: barsMargin, Y: 44, Size: 24, Bold: true, Text: h.Title, Style: p.ink()},
		Text{X: barsMargin, Y: headHeight, Size: labelText, Text: h.Subtitle, Style: p.quiet()})
	f.Below = body(&f, onPage, headHeight)
	f.Height = f.Below + f.notes(p, h.Notes, f.Below) + 30
	f.lay(p)
	f.Narrow = &Figure{ID: h.ID + "-narrow", Width: onPhone.width, Title: f.Title, Desc: f.Desc}
	f.Narrow.Height = body(f.Narrow, onPhone, 0) + 4
	f.Narrow.lay(p)
	return f
}

// lay puts paper below everything.
func (f *Figure) lay(p Palette) {
	f.Shapes = append([]Shape{Rect{W: f.Width, H: f.Height, Style: p.paper()}}, f.Shapes...)
}

// notes writes the small print below y and returns how much room it takes.
func (f *Figure) notes(p Palette, notes []string, y float64) float64 {
	top := y
	for _, note := range notes {
		y += 8
		for _, line := range wrap(note, wrapWidth) {
			y += 22
			f.add(Text{X: barsMargin, Y: y, Size: smallText, Text: line, Style: p.quiet()})
		}
	}
	return y - top
}

// Bare is a chart without its own heading, small print and margins, for a page that
// has them around it. Other figures stay as they are.
func (f Figure) Bare() Figure {
	if f.Below <= f.Above {
		return f
	}
	const margin, aside = 4, barsMargin - 4
	up := f.Above - margin
	bare := f
	bare.Width, bare.Height, bare.Above, bare.Below, bare.Shapes = f.Width-2*aside, f.Below-up+margin, 0, 0, nil
	for _, s := range f.Shapes {
		if t, is := s.(Text); is && (t.Y <= f.Above || t.Y > f.Below) {
			continue
		}
		if r, is := s.(Rect); is && r.Class == "paper" && r.H == f.Height {
			r.W, r.H = bare.Width, bare.Height
			bare.add(r)
			continue
		}
		bare.add(moved(s, -aside, -up))
	}
	return bare
}

// moved is a shape so much further to the right and down.
func moved(s Shape, dx, dy float64) Shape {
	switch s := s.(type) {
	case Rect:
		s.X, s.Y = s.X+dx, s.Y+dy
		return s
	case Circle:
		s.X, s.Y = s.X+dx, s.Y+dy
		if s.Clip != nil {
			clip := *s.Clip
			clip.X, clip.Y = clip.X+dx, clip.Y+dy
			s.Clip = &clip
		}
		return s
	case Line:
		s.X1, s.Y1, s.X2, s.Y2 = s.X1+dx, s.Y1+dy, s.X2+dx, s.Y2+dy
		return s
	case Polygon:
		points := make([]XY, len(s.Points))
		for i, p := range s.Points {
			points[i] = XY{p.X + dx, p.Y + dy}
		}
		s.Points = points
		return s
	case Text:
		s.X, s.Y = s.X+dx, s.Y+dy
		return s
	default:
		return s
	}
}

// hatched is an area whose number is hidden: slanting lines in a broken outline,
// so that it looks like no value at all.
func hatched(p Palette, r Rect) []Shape {
	const step = 9
	shapes := []Shape{}
	for c := r.X + r.Y + step; c < r.X+r.W+r.Y+r.H; c += step { // the line x + y = c
		from := XY{min(c-r.Y, r.X+r.W), 0}
		from.Y = c - from.X
		to := XY{max(c-r.Y-r.H, r.X), 0}
		to.Y = c - to.X
		shapes = append(shapes, Line{X1: from.X, Y1: from.Y, X2: to.X, Y2: to.Y, Style: p.rule(0.8)})
	}
	r.Style = Style{Class: "rule", Stroke: p.Rule, StrokeWidth: 1.2, Dash: 4}
	return append(shapes, r)
}

// fits tells whether a text has room in a width.
func fits(text string, size, width float64) bool { return widthOf(text, size) <= width }

// widthOf is about how wide a text is; few are wider.
func widthOf(text string, size float64) float64 { return float64(len([]rune(text))) * size * 0.56 }

// lengthOf is how much of a whole length a count gets.
func lengthOf(count *int, most int, whole float64) float64 {
	if count == nil || most <= 0 {
		return 0
	}
	return float64(*count) / float64(most) * whole
}

// mostOf is the greatest of the counts that are shown.
func mostOf(counts ...*int) int {
	most := 0
	for _, c := range counts {
		if c != nil {
			most = max(most, *c)
		}
	}
	return most
}
