package report

import "slices"

// pair decides what is shown of a table under a unit. Of whom two more views are
// known at once is never shown, so the tables under units are linked by the units'
// own rows alone, and these are shown: only units and keys with nothing hidden
// have such tables. What is under the others is a rest that is never shown.
func (n *node) pair(s *shield) {
	if s.pairs != nil || n.few {
		return
	}
	s.pairs = make([][]bool, len(n.units))
	for u := range s.pairs {
		s.pairs[u] = repeat(n.k > 1, len(s.keys))
	}
	if _, nested := apartIn(s.view); n.k <= 1 || nested {
		return // what is nested in another table is not shown by unit: together they would tell more
	}
	switch s.view { // each after those that it may be asked for together with
	case byBattery:
		n.enterUnits()
	case byMonth:
		n.pair(n.tables[byBattery])
	default:
		n.pair(n.tables[byMonth])
	}
	units, keys := partsOf(n.unit), partsOf(s)
	if len(units.full) == 0 || len(keys.full) == 0 {
		return
	}
	c := units.cross(s.cells, keys)
	if s.view == byMonth {
		c.spans = spans(keys, len(s.keys))
	}
	hidden := c.protect(n.k)
	if !n.pairSilent(c, hidden, s, keys) {
		return
	}
	for r, u := range units.full {
		for x, key := range keys.full {
			s.pairs[u][key] = hidden[r][x]
		}
	}
}

// parts are the rows of a table that are shown whole, each for itself, and the
// others together.
type parts struct{ full, others []int }

func partsOf(s *shield) parts {
	var g parts
	for i, open := range s.open {
		if open {
			g.full = append(g.full, i)
		} else {
			g.others = append(g.others, i)
		}
	}
	return g
}

// all lists the groups, the others last.
func (g parts) all() [][]int {
	var list [][]int
	for _, i := range g.full {
		list = append(list, []int{i})
	}
	if len(g.others) > 0 {
		list = append(list, g.others)
	}
	return list
}

// cross lays units and keys out against each other.
func (g parts) cross(cells [][]counts, keys parts) cross {
	rows, columns := g.all(), keys.all()
	values := make([][]counts, len(rows))
	for r, us := range rows {
		values[r] = make([]counts, len(columns))
		for x, ks := range columns {
			for _, u := range us {
				for _, key := range ks {
					values[r][x].add(cells[u][key])
				}
			}
		}
	}
	return cross{
		layers: 4, rows: len(rows), columns: len(columns), restRow: len(g.others) > 0, restCol: len(keys.others) > 0,
		value: func(layer, r, x int) int { return values[r][x][layer] },
	}
}

// spans are the neighbouring keys that can be asked for together, as columns of a
// cross. The rest is among them where all of it is.
func spans(keys parts, count int) [][]int {
	var list [][]int
	for from := range count {
		for to := from + 1; to < count; to++ {
			var span []int
			for column, key := range keys.full {
				if key >= from && key <= to {
					span = append(span, column)
				}
			}
			if o := keys.others; len(o) > 0 && o[0] >= from && o[len(o)-1] <= to {
				span = append(span, len(keys.full))
			}
			if len(span) > 1 && !slices.ContainsFunc(list, func(s []int) bool { return slices.Equal(s, span) }) {
				list = append(list, span)
			}
		}
	}
	return list
}

// enterUnits begins to remember what can be known within each unit that is shown
// whole, and last within the others together.
func (n *node) enterUnits() {
	units := partsOf(n.unit)
	least := leastOf(n.unit.rows, n.unit.mask, n.columns)
	for r, us := range units.all() {
		var own []share
		var whole counts
		for _, u := range us {
			whole.add(n.cells[u])
			if r == len(units.full) {
				own = append(own, share{n.unit.picks(u), least[u]})
			}
		}
		o := overlaps{k: n.k, whole: leastsOf(whole)}
		o.take(own, countBy(n.unit.facts))
		n.within = append(n.within, o)
	}
}

// pairSilent tells whether nothing is given away by what is shown under the units
// together with what was shown there before, and by the keys that are not shown
// whole together with what is left for them.
func (n *node) pairSilent(c cross, hidden [][]bool, s *shield, keys parts) bool {
	least, truth := c.least(hidden), countBy(s.facts)
	rows, columns := partsOf(n.unit).all(), keys.all()
	after := make([]overlaps, len(n.within))
	for r := range after {
		after[r] = n.within[r]
		var cells []share
		for x, ks := range columns {
			cells = append(cells, share{n.unit.picks(rows[r]...).and(s.picks(ks...)), least[r][x]})
		}
		if s.view == byMonth {
			cells = ranges(cells, func(x, _ int) bool { return !c.open(hidden, r, x) }, after[r].whole)
			for i := range cells {
				cells[i].units = n.unit.picks(rows[r]...).units
			}
		}
		if c.restRow && r == len(after)-1 {
			cells = withoutUnits(cells)
		}
		if !after[r].take(cells, truth) {
			return false
		}
	}
	if c.restCol && !n.restSilent(c, least, s, keys.others) {
		return false
	}
	if s.view == byBattery || s.view == byMonth {
		n.within = after
	}
	return true
}

// withoutUnits leaves open which of the units that are not shown whole is meant:
// what is known of each of them says so itself.
func withoutUnits(cells []share) []share {
	open := make([]share, len(cells))
	for i, c := range cells {
		open[i] = c
		open[i].units = nil
	}
	return open
}

// restSilent asks the same about the keys that are not shown whole.
func (n *node) restSilent(c cross, least [][]leasts, s *shield, rest []int) bool {
	var own, left []share
	var whole counts
	cells := leastOf(s.rows, s.mask, n.columns)
	for _, key := range rest {
		own = append(own, share{s.picks(key), cells[key]})
		whole.add(s.rows[key].cells)
	}
	for r, us := range partsOf(n.unit).all() {
		left = append(left, share{n.unit.picks(us...), least[r][c.columns-1]})
	}
	o, truth := overlaps{k: n.k, whole: leastsOf(whole)}, countBy(s.facts)
	inRest := func(p pick) leasts { return truth(p.and(s.picks(rest...))) }
	return o.take(own, truth) && o.take(left, inRest)
}

// least are the least values of all places, by row and column.
func (c cross) least(hidden [][]bool) [][]leasts {
	least := make([][]leasts, c.rows)
	for r := range least {
		least[r] = make([]leasts, c.columns)
		for x := range least[r] {
			for s := range c.layers {
				least[r][x][s] = c.value(s, r, x)
			}
		}
	}
	for s := range c.layers {
		net, places := c.network(hidden, s)
		for i, place := range places {
			least[place[0]][place[1]][s] = net.least(i)
		}
	}
	for r := range least {
		for x := range least[r] {
			for s := range c.layers {
				least[r][x][4] += least[r][x][s]
			}
		}
	}
	return least
}
