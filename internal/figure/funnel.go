package figure

// FunnelSpec is a row of steps, of which each has fewer left as a rule.
type FunnelSpec struct {
	Head
	OfFirst, OfBefore string // over the two columns of shares
	Steps             []FunnelStep
}

// FunnelStep is one step. Its shares are as a reader reads them, "" for none.
type FunnelStep struct {
	Label             string
	Count             *int // nil when hidden
	OfFirst, OfBefore string
}

const (
	funnelLeft  = 268
	funnelFull  = 270
	funnelBar   = 28
	funnelStep  = 58
	funnelFirst = 690 // right edges of the columns
	funnelLast  = chartWidth - barsMargin
	funnelRoom  = 27 // characters of a label

	funnelHidden = 46 // length of a bar whose number is hidden
)

// Funnel draws the steps as bars on one scale, with what falls away between two
// of them as a slope, and writes number and shares beside them.
func Funnel(spec FunnelSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, l layout, y float64) float64 {
		p := spec.Palette
		if l.narrow {
			return spec.narrow(f, l, y)
		}
		y += 40
		for _, column := range []struct {
			x    float64
			text string
		}{{funnelFirst, spec.OfFirst}, {funnelLast, spec.OfBefore}} {
			for i, line := range wrap(column.text, 13) {
				f.add(Text{X: column.x, Y: y + 20*float64(i), Size: smallText, Anchor: End, Text: line, Style: p.quiet()})
			}
		}
		y += 40
		most := spec.most()
		for i, s := range spec.Steps {
			if i+1 < len(spec.Steps) {
				f.add(spec.slope(s, spec.Steps[i+1], most, y)...)
			}
			f.add(spec.step(s, most, y)...)
			y += funnelStep
		}
		return y - funnelStep + funnelBar + 14
	})
}

func (spec FunnelSpec) step(s FunnelStep, most int, y float64) []Shape {
	p := spec.Palette
	base := y + funnelBar/2 + 6
	length := lengthOf(s.Count, most, funnelFull)
	if s.Count == nil {
		length = funnelHidden
	}
	shapes := append(named(p, barsMargin, base-6, s.Label, funnelRoom, false), spec.bar(s, funnelLeft, y, length, funnelBar)...)
	shapes = append(shapes, Text{X: funnelLeft + length + 10, Y: base, Size: labelText, Bold: true, Text: spec.number(s.Count), Style: p.ink()})
	for _, share := range []Text{{X: funnelFirst, Text: s.OfFirst}, {X: funnelLast, Text: s.OfBefore}} {
		if share.Text != "" {
			share.Y, share.Size, share.Anchor, share.Style = base, labelText, End, p.ink()
			shapes = append(shapes, share)
		}
	}
	return shapes
}

// bar is the bar of a step.
func (spec FunnelSpec) bar(s FunnelStep, x, y, length, high float64) []Shape {
	p := spec.Palette
	if s.Count == nil {
		return hatched(p, Rect{X: x, Y: y, W: funnelHidden, H: high})
	}
	return []Shape{Rect{X: x, Y: y, W: max(length, 2), H: high, Round: min(2, length/2), Style: p.bar()}}
}

// narrow draws the steps with their shares below each, in words.
func (spec FunnelSpec) narrow(f *Figure, l layout, y float64) float64 {
	p, most := spec.Palette, spec.most()
	for _, s := range spec.Steps {
		shapes, below := l.over(p, y, 0, s.Label, spec.number(s.Count))
		f.add(append(shapes, spec.bar(s, l.margin, below, lengthOf(s.Count, most, l.full()), narrowBar)...)...)
		y = below + narrowBar
		for _, share := range []struct{ of, text string }{{spec.OfFirst, s.OfFirst}, {spec.OfBefore, s.OfBefore}} {
			if share.text != "" {
				y += lineHeight
				f.add(Text{X: l.margin, Y: y, Size: smallText, Text: share.text + " " + share.of, Style: p.quiet()})
			}
		}
		y += narrowGap
	}
	return y
}

func (spec FunnelSpec) most() int {
	most := 0
	for _, s := range spec.Steps {
		most = max(most, mostOf(s.Count))
	}
	return most
}

// slope is what lies between two bars.
func (spec FunnelSpec) slope(a, b FunnelStep, most int, y float64) []Shape {
	if a.Count == nil || b.Count == nil {
		return nil
	}
	style := spec.Palette.bar()
	style.Opacity = 0.22
	return []Shape{Polygon{Style: style, Points: []XY{
		{funnelLeft, y + funnelBar}, {funnelLeft + lengthOf(a.Count, most, funnelFull), y + funnelBar},
		{funnelLeft + lengthOf(b.Count, most, funnelFull), y + funnelStep}, {funnelLeft, y + funnelStep},
	}}}
}

func (spec FunnelSpec) describe() []string {
	var sentences []string
	for _, s := range spec.Steps {
		text := s.Label + " " + spec.number(s.Count)
		if s.OfFirst != "" {
			text += ", " + spec.OfFirst + " " + s.OfFirst
		}
		if s.OfBefore != "" {
			text += ", " + spec.OfBefore + " " + s.OfBefore
		}
		sentences = append(sentences, text+".")
	}
	return sentences
}
