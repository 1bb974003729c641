package report

import "slices"

// maxOverlaps bounds how many combinations are remembered; a table that would need
// more is hidden whole.
const maxOverlaps = 20000

// leasts are the least values of a row's cells and, at the end, of its total.
type leasts [5]int

func leastsOf(c counts) leasts {
	return leasts{c[0], c[1], c[2], c[3], c[0] + c[1] + c[2] + c[3]}
}

// pick chooses people by what is known of them; nil is everybody.
type pick struct{ units, batteries, months, keys []string }

// share is what can be known of picked people: that there are at least so many.
type share struct {
	pick
	least leasts
}

// overlaps finds what shares of one whole tell about people who are in several of
// them: of 20, 15 were of one unit and 12 had one battery, so at least 7 of that
// unit had that battery. Nobody publishes that number, but it can be known, and
// where it is really one of 1..k−1 nothing may be known of it. Where it is k or
// more, that it is not small may be known.
type overlaps struct {
	k     int
	whole leasts // what each column adds up to, at most
	known []share
}

// take adds the rows of a table. It tells whether nothing is given away with them,
// and otherwise leaves everything as it was. truth counts picked people by column.
func (o *overlaps) take(rows []share, truth func(pick) leasts) bool {
	all := slices.Clone(o.known)
	for _, r := range rows {
		if r.least == (leasts{}) {
			continue
		}
		if !o.fits(r, truth) {
			return false
		}
		all = append(all, r)
		for _, p := range o.known {
			both := share{pick: p.and(r.pick)}
			for j := range both.least {
				both.least[j] = max(p.least[j]+r.least[j]-o.whole[j], 0)
			}
			if both.least == (leasts{}) {
				continue
			}
			if !o.fits(both, truth) || len(all) > maxOverlaps {
				return false
			}
			all = append(all, both)
		}
	}
	o.known = all
	return true
}

// fits tells whether a share may be known: no column of it is really small, but
// known to have somebody.
func (o *overlaps) fits(s share, truth func(pick) leasts) bool {
	if !slices.ContainsFunc(s.least[:], small(o.k)) {
		return true
	}
	really := truth(s.pick)
	for j, v := range s.least {
		if small(o.k)(v) && small(o.k)(really[j]) {
			return false
		}
	}
	return true
}

// and is both picks at once. They are about different things.
func (p pick) and(q pick) pick {
	either := func(a, b []string) []string {
		if a == nil {
			return b
		}
		return a
	}
	return pick{either(p.units, q.units), either(p.batteries, q.batteries), either(p.months, q.months), either(p.keys, q.keys)}
}

// countBy counts picked people among facts.
func countBy(facts []fact) func(pick) leasts {
	return func(p pick) leasts {
		var c counts
		in := func(set []string, one string) bool { return set == nil || slices.Contains(set, one) }
		for _, f := range facts {
			if in(p.units, f.unit) && in(p.batteries, f.battery) && in(p.months, f.month) && in(p.keys, f.key) {
				c[f.column] += f.count
			}
		}
		return leastsOf(c)
	}
}

// ranges adds neighbouring rows together: what each has at least, or, where
// nothing else is hidden, what is left of the whole.
func ranges(rows []share, shown func(i, j int) bool, whole leasts) []share {
	all := slices.Clone(rows)
	for from := range rows {
		for to := from + 1; to < len(rows); to++ {
			var together share
			for _, r := range rows[from : to+1] {
				together.months = append(together.months, r.months...)
			}
			for j := range together.least {
				left, outside := whole[j], true
				for i, r := range rows {
					if i >= from && i <= to {
						together.least[j] += r.least[j]
						continue
					}
					left -= r.least[j]
					outside = outside && shown(i, j)
				}
				if outside {
					together.least[j] = max(together.least[j], left)
				}
			}
			all = append(all, together)
		}
	}
	return all
}
