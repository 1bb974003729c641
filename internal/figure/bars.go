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
	barFull    = 300 // the length of 100 %
	barHeight  = 22
	barStep    = 42
	wrapWidth  = 92 // characters a line of small print
	titleWidth = 48 // characters a line of the title
	labelWidth = 38 // characters of a label; the description has it whole
)

// Bars draws horizontal bars on one scale of 0 to 100 %, each with its label and
// its number in words, so that nothing depends on length or colour.
func Bars(spec BarsSpec) Figure {
	p := spec.Palette
	h := Head{ID: spec.ID, Title: spec.Title, Subtitle: spec.Subtitle, Desc: spec.Desc, Notes: spec.Notes, Palette: p}
	return framed(h, describe(spec), func(f *Figure, y float64) float64 {
		for _, g := range spec.Groups {
			if g.Heading == "" { // the title says it
				y += 20
			} else {
				y += 46
				f.add(Text{X: barsMargin, Y: y, Size: 18, Bold: true, Text: g.Heading, Style: p.ink()})
				y += 14
			}
			for _, b := range g.Bars {
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
	fill := p.bar()
	var shapes []Shape
	if b.Segment.Valid() {
		fill = p.mark(b.Segment)
		shapes = Mark(p, b.Segment, barsMargin+14, middle, 28)
		labelX += 40
		room -= 4
	}
	shapes = append(shapes,
		Text{X: labelX, Y: middle + 6, Size: 17, Text: shorten(b.Label, room), Style: p.ink()},
		Line{X1: barLeft, Y1: top, X2: barLeft, Y2: top + barStep, Style: p.rule(1.2)})
	length := 0.0
	if b.Percent != nil {
		length = float64(*b.Percent) / 100 * barFull
	}
	if length > 0 {
		shapes = append(shapes, Rect{X: barLeft, Y: middle - barHeight/2, W: length, H: barHeight, Style: fill})
	}
	return append(shapes, Text{X: barLeft + length + 10, Y: middle + 6, Size: 17, Text: b.Value, Style: p.ink()})
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
