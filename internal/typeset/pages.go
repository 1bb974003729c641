package typeset

// span is the strips of one page: strips[from:to] of a flow.
type span struct{ from, to int }

// slack forgives what adding up many heights loses.
const slack = 0.001

// paginate fills pages of the given height. A page ends where the strips allow
// it, as late as possible; only where nothing else helps, bonds are cut, weaker
// ones first.
func paginate(strips []strip, height float64) []span {
	var pages []span
	for from := 0; from < len(strips); {
		to := fill(strips, from, height)
		if to < len(strips) && !strips[to].fresh {
			to = lastBreak(strips, from, to)
		}
		pages = append(pages, span{from, to})
		from = to
	}
	return pages
}

// fill returns the first strip that has no room on the page that begins with the
// given one. One strip always has.
func fill(strips []strip, from int, height float64) int {
	y := strips[from].height
	if again := strips[from].head; from > 0 && again != nil {
		y += again.height
	}
	if opens(strips, from) {
		y += strips[from].gap
	}
	for i := from + 1; i < len(strips); i++ {
		s := strips[i]
		y += s.before + s.gap + s.height
		if s.fresh || y > height+slack {
			return i
		}
	}
	return len(strips)
}

// opens tells whether a page begins with a strip because it was asked to.
func opens(strips []strip, i int) bool { return i == 0 || strips[i].fresh }

// lastBreak is the last place before or at overflow where the page may end.
func lastBreak(strips []strip, from, overflow int) int {
	for b := free; b < firm; b++ {
		for to := overflow; to > from; to-- {
			if strips[to-1].bond <= b {
				return to
			}
		}
	}
	return overflow
}

// headed is the strips of a page, below the head of the table that goes on there.
func headed(strips []strip, s span) []strip {
	on := strips[s.from:s.to]
	again := on[0].head
	if again == nil || s.from == 0 {
		return on
	}
	head, first := *again, on[0]
	head.fields = first.fields
	first.before, first.gap = 0, 0
	return append([]strip{head, first}, on[1:]...)
}

// page is what is drawn on one page, in order.
type page struct{ ops []op }

// onPages puts strips to their places, from top on.
func onPages(strips []strip, top, height float64) []page {
	var pages []page
	for _, s := range paginate(strips, height) {
		ops, _ := stack(headed(strips, s), top, opens(strips, s.from))
		pages = append(pages, page{ops: ops})
	}
	if len(pages) == 0 {
		pages = []page{{}}
	}
	return pages
}
