package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// panel lays blocks over a soft field. The room within it is part of its strips.
func (l layouter) panel(f *flow, p Panel, x, width float64) {
	pad := min(l.base, width/8)
	left := pad
	if p.Mark != "" {
		left += markWidth
	}
	f.room(1.1 * l.base)
	f.open(pdf.Element{Role: pdf.Division})
	from := len(f.strips)
	f.add(strip{height: 0.8 * pad, baseline: 0.8*pad + l.body.baseline(), bond: firm, edge: true})
	f.flush = true
	l.blocks(f, p.Blocks, x+left, width-left-pad)
	f.space, f.fresh = 0, false
	f.bindLast(firm)
	f.add(strip{height: 0.8 * pad, edge: true})
	f.end()
	ground := &field{x: x, w: width, tint: pdf.Colour(p.Tint), mark: pdf.Colour(p.Mark)}
	for i := from; i < len(f.strips); i++ {
		f.strips[i].fields = append([]*field{ground}, f.strips[i].fields...)
	}
	l.keep(f, from)
	f.room(1.1 * l.base)
}

// shares divides a width among n parts by their weights, equally without any.
func shares(weights []float64, n int, width float64) []float64 {
	parts := make([]float64, n)
	sum := 0.0
	for i := range parts {
		parts[i] = 1
		if i < len(weights) && weights[i] > 0 {
			parts[i] = weights[i]
		}
		sum += parts[i]
	}
	for i := range parts {
		parts[i] *= width / sum
	}
	return parts
}

// columns lays columns side by side in one strip. Columns that are too
// high for that follow each other over the whole width instead.
func (l layouter) columns(f *flow, c Columns, x, width float64) {
	n := len(c.Columns)
	if n == 0 {
		return
	}
	gutter := min(1.6*l.base, width/float64(2*n))
	widths := shares(c.Widths, n, width-gutter*float64(n-1))
	one := strip{}
	left := x
	for i, blocks := range c.Columns {
		var column flow
		column.open(pdf.Element{Role: pdf.Division})
		l.blocks(&column, blocks, left, widths[i])
		if len(column.strips) > 0 {
			column.end()
			ops, bottom := stack(column.strips, 0, true)
			one.ops = append(one.ops, ops...)
			one.height = max(one.height, bottom)
			if one.baseline == 0 {
				one.baseline = column.strips[0].baseline
			}
		}
		left += widths[i] + gutter
	}
	if one.height > highest*l.height {
		for _, blocks := range c.Columns {
			l.blocks(f, blocks, x, width)
		}
		return
	}
	if len(one.ops) > 0 {
		f.add(one)
		f.room(l.body.after)
	}
}

// blanks are lines to write on. A short label stands before the first line, a
// longer one above it.
func (l layouter) blanks(f *flow, b Blanks, x, width float64) {
	pitch := 2.1 * l.base
	from := len(f.strips)
	label := l.plain(b.Label)
	rules := max(b.Lines, 1)
	f.room(0.3 * l.base)
	if !label.empty() {
		set := l.set(label, l.body, x, width, false)
		labelWidth := l.width(label, 0, len(label.text), l.body)
		f.open(pdf.Element{Role: pdf.P})
		if len(set) == 1 && labelWidth < 0.5*width {
			down := pitch - l.body.leading
			end := labelWidth + 0.5*l.base
			ops := append(moved(set[0].ops, down), hairline(x+end, width-end, pitch-0.22*l.base, ruleColour, 0.8))
			f.add(strip{height: pitch, baseline: down + set[0].baseline, ops: ops})
			rules--
		} else {
			for _, s := range set {
				f.add(s)
			}
		}
		f.end()
	}
	for range rules {
		f.add(strip{height: pitch, ops: []op{hairline(x, width, pitch-0.22*l.base, ruleColour, 0.8)}})
	}
	l.keep(f, from)
	f.room(l.base)
}
