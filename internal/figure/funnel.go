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
)

// Funnel draws the steps as bars on one scale, with what falls away between two
// of them as a slope, and writes number and shares beside them.
func Funnel(spec FunnelSpec) Figure {
	return framed(spec.Head, spec.describe(), func(f *Figure, y float64) float64 {
		p := spec.Palette
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
		most := 0
		for _, s := range spec.Steps {
			most = max(most, mostOf(s.Count))
		}
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
	shapes := []Shape{Text{X: barsMargin, Y: base, Size: labelText, Text: shorten(s.Label, funnelRoom), Style: p.ink()}}
	if s.Count == nil {
		length = 46
		shapes = append(shapes, hatched(p, Rect{X: funnelLeft, Y: y, W: length, H: funnelBar})...)
	} else {
		shapes = append(shapes, Rect{X: funnelLeft, Y: y, W: max(length, 2), H: funnelBar, Round: min(2, length/2), Style: p.bar()})
	}
	shapes = append(shapes, Text{X: funnelLeft + length + 10, Y: base, Size: labelText, Bold: true, Text: spec.number(s.Count), Style: p.ink()})
	for _, share := range []Text{{X: funnelFirst, Text: s.OfFirst}, {X: funnelLast, Text: s.OfBefore}} {
		if share.Text != "" {
			share.Y, share.Size, share.Anchor, share.Style = base, labelText, End, p.ink()
			shapes = append(shapes, share)
		}
	}
	return shapes
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
