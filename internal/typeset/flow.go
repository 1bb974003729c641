package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// flow gathers the strips of one column in the order of reading. What is opened
// waits for the next strip, so that no element is left without content.
type flow struct {
	strips  []strip
	waiting []op
	space   float64
	gap     float64
	fresh   bool
	flush   bool  // the next strip has no room above
	alone   strip // what waiting text stands on if the next strip has no baseline
}

// add appends a strip. Text that waits, a list's marker, comes to stand on the
// strip's own baseline.
func (f *flow) add(s strip) {
	if alone := f.alone; alone.baseline > 0 {
		f.alone = strip{}
		alone.bond = firm
		if s.baseline == 0 {
			f.add(alone)
		}
	}
	s.before, s.gap, s.fresh = f.space, f.gap, f.fresh && len(f.strips) > 0
	if f.flush {
		s.before = 0
	}
	f.space, f.gap, f.fresh, f.flush = 0, 0, false, false
	if len(f.waiting) > 0 {
		ops := make([]op, 0, len(f.waiting)+len(s.ops))
		for _, o := range f.waiting {
			ops = append(ops, o.at(s.baseline))
		}
		s.ops = append(ops, s.ops...)
		f.waiting = nil
	}
	f.strips = append(f.strips, s)
}

func (f *flow) open(e pdf.Element) { f.waiting = append(f.waiting, openOp{element: e}) }

// wait puts ops before those of the next strip, y being from its baseline; a strip
// without one follows after the strip alone.
func (f *flow) wait(alone strip, ops ...op) {
	f.alone = alone
	f.waiting = append(f.waiting, ops...)
}

// end closes the innermost open element, or forgets it if nothing came.
func (f *flow) end() {
	if n := len(f.waiting); n > 0 {
		f.waiting = f.waiting[:n-1]
		return
	}
	last := &f.strips[len(f.strips)-1]
	last.ops = append(last.ops, endOp{})
}

// room asks for at least so much room above the next strip.
func (f *flow) room(points float64) { f.space = max(f.space, points) }

// hold binds all strips from the given one on.
func (f *flow) hold(from int, b bond) {
	for i := from; i < len(f.strips)-1; i++ {
		f.strips[i].bond = max(f.strips[i].bond, b)
	}
}

// bindLast binds the last strip to whatever comes next.
func (f *flow) bindLast(b bond) {
	if n := len(f.strips); n > 0 {
		f.strips[n-1].bond = max(f.strips[n-1].bond, b)
	}
}
