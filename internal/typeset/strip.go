package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// bond tells how firmly a strip holds on to the next one.
type bond uint8

const (
	free   bond = iota
	wished      // parts of what fits on one page: cut only where nothing else helps
	firm        // a heading and its text, the two first or last lines of a paragraph
)

// strip is a slice across the column that no page break cuts: a line, a row, a
// figure.
type strip struct {
	height   float64
	baseline float64 // of its first line, from its top
	before   float64 // room above, none at the top of a page
	gap      float64 // room above that was asked for; none where a page just filled up
	bond     bond    // with the next strip
	fresh    bool    // begins a new page
	head     *strip  // the table head that is drawn again above it on a new page
	fields   []*field
	edge     bool // the first or last strip of its innermost field
	ops      []op
}

// field is the soft ground of a panel, behind all strips that name it.
type field struct {
	x, w       float64
	tint, mark pdf.Colour
}

const (
	fieldRound = 6
	markWidth  = 5
	fieldSpill = 6 // beyond the text where a panel goes on over a page
)

// total is the height of strips below each other.
func total(strips []strip) float64 {
	height := 0.0
	for i, s := range strips {
		if i > 0 {
			height += s.before
		}
		height += s.gap + s.height
	}
	return height
}

// stack lays strips below each other from top on and gives their ops there and
// where the last one ends. The room above the first strip is left out, and its
// gap too unless that was asked for.
func stack(strips []strip, top float64, withGap bool) (ops []op, bottom float64) {
	y := top
	tops := make([]float64, len(strips))
	for i, s := range strips {
		if i > 0 {
			y += s.before
		}
		if i > 0 || withGap {
			y += s.gap
		}
		tops[i] = y
		y += s.height
	}
	ops = grounds(strips, tops)
	for i, s := range strips {
		for _, o := range s.ops {
			ops = append(ops, o.at(tops[i]))
		}
	}
	return ops, y
}

// grounds paints the fields behind strips, outer ones first.
func grounds(strips []strip, tops []float64) []op {
	var order []*field
	first, last := map[*field]int{}, map[*field]int{}
	for i, s := range strips {
		for _, f := range s.fields {
			if _, known := first[f]; !known {
				first[f] = i
				order = append(order, f)
			}
			last[f] = i
		}
	}
	var ops []op
	for _, f := range order {
		top := tops[first[f]]
		if !strips[first[f]].edge {
			top -= fieldSpill
		}
		bottom := tops[last[f]] + strips[last[f]].height
		if !strips[last[f]].edge {
			bottom += fieldSpill
		}
		ops = append(ops, f.ground(pdf.Box{X: f.x, Y: top, W: f.w, H: bottom - top}))
	}
	return ops
}

func (f field) ground(box pdf.Box) op {
	paint := pdf.Paint{Fill: f.tint}
	if f.tint == "" {
		paint = pdf.Paint{Stroke: ruleColour, Width: 0.8}
	}
	ops := []op{rectOp{box: box, round: fieldRound, paint: paint}}
	if f.mark != "" {
		bar := box
		bar.W = markWidth
		ops = append(ops, rectOp{box: bar, round: markWidth / 2, paint: pdf.Paint{Fill: f.mark}})
	}
	return artifactOp{kind: pdf.Layout, ops: ops}
}
