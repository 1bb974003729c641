package figure

import (
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// BarsSpec is a set of bar groups, one below the other.
type BarsSpec struct {
	ID       string
	Title    string // heading of the picture
	Subtitle string // period and n
	Desc     string // what comes before the numbers in the description; the numbers are added
	Groups   []BarGroup
	Notes    []string // small print below
	Palette  Palette
}

// BarGroup is one table as bars.
type BarGroup struct {
	Heading string // "" where the title says it
	Bars    []Bar
}

// Bar is one bar. Value is the number as the reader is told it, for example
// "40 (47 %)", or words where it is hidden.
type Bar struct {
	Label   string
	Value   string
	Percent *int            // 0..100, the length; nil draws none
	Segment segment.Segment // mark and colour; the zero Segment is drawn in ink
}

// Sizes of the bars.
const (
	barsWidth  = 828
	barsMargin = 28
	barLeft    = 388
	barFull    = 260 // the length of 100 %
	barHeight  = 22
	barStep    = 42
	wrapWidth  = 92 // characters a line of small print
	titleWidth = 48 // characters a line of the title
	labelWidth = 38 // characters of a label; the description has it whole
	narrowBar  = 16
)

// Bars draws horizontal bars on one scale of 0 to 100 %, each with its label and
// its number in words, so that nothing depends on length or colour.
func Bars(spec BarsSpec) Figure {
	p := spec.Palette
	h := Head{ID: spec.ID, Title: spec.Title, Subtitle: spec.Subtitle, Desc: spec.Desc, Notes: spec.Notes, Palette: p}
	return framed(h, describe(spec), func(f *Figure, l layout, y float64) float64 {
		for _, g := range spec.Groups {
			if g.Heading == "" { // the title says it
				y += 20
			} else {
				y += 46 - lineHeight
				for _, line := range wrap(g.Heading, letters(l.full(), 18)) {
					y += lineHeight
					f.add(Text{X: l.margin, Y: y, Size: 18, Bold: true, Text: line, Style: p.ink()})
				}
				y += 14
			}
			for _, b := range g.Bars {
				if l.narrow {
					shapes, below := l.over(p, y, b.Segment, b.Label, b.Value)
					f.add(append(shapes, Line{X1: l.margin, Y1: below, X2: l.margin, Y2: below + narrowBar, Style: p.rule(1.2)})...)
					f.add(b.drawn(p, l.margin, below, l.full(), narrowBar)...)
					y = below + narrowBar + narrowGap
					continue
				}
				f.add(bar(p, b, y)...)
				y += barStep
			}
		}
		return y + 6
	})
}

func bar(p Palette, b Bar, top float64) []Shape {
	middle := top + barStep/2
	labelX, room := float64(barsMargin), labelWidth
	var shapes []Shape
	if b.Segment.Valid() {
		shapes = Mark(p, b.Segment, barsMargin+14, middle, 28)
		labelX += 40
		room -= 4
	}
	shapes = append(shapes, named(p, labelX, middle, b.Label, room, false)...)
	shapes = append(shapes, Line{X1: barLeft, Y1: top, X2: barLeft, Y2: top + barStep, Style: p.rule(1.2)})
	shapes = append(shapes, b.drawn(p, barLeft, middle-barHeight/2, barFull, barHeight)...)
	return append(shapes, Text{X: barLeft + b.length(barFull) + 10, Y: middle + 6, Size: labelText, Text: b.Value, Style: p.ink()})
}

// length is how much of a whole length the bar has.
func (b Bar) length(whole float64) float64 { return lengthOf(b.Percent, 100, whole) }

// drawn is the bar itself.
func (b Bar) drawn(p Palette, x, y, whole, high float64) []Shape {
	fill, length := p.bar(), b.length(whole)
	if b.Segment.Valid() {
		fill = p.mark(b.Segment)
	}
	if length <= 0 {
		return nil
	}
	return []Shape{Rect{X: x, Y: y, W: length, H: high, Style: fill}}
}

// shorten cuts a text that would run into its bar.
func shorten(text string, room int) string {
	if runes := []rune(text); len(runes) > room {
		return strings.TrimRight(string(runes[:room-1]), " ") + "…"
	}
	return text
}

// describe tells every number, for those who don't see the bars.
func describe(spec BarsSpec) []string {
	var parts []string
	for _, g := range spec.Groups {
		var numbers []string
		for _, b := range g.Bars {
			numbers = append(numbers, b.Label+" "+b.Value)
		}
		parts = append(parts, joined(": ", g.Heading, strings.Join(numbers, ", "))+".")
	}
	return parts
}

// joined leaves empty parts out.
func joined(separator string, parts ...string) string {
	var full []string
	for _, part := range parts {
		if part != "" {
			full = append(full, part)
		}
	}
	return strings.Join(full, separator)
}

// wrap breaks a text at spaces into lines of at most width characters.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(text, " ") {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = word
			continue
		}
		line = joined(" ", line, word)
	}
	return append(lines, line)
}
