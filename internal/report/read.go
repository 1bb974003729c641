package report

import "slices"

// figure is a number with what is hidden of it.
type figure struct {
	value  int
	hidden bool
}

func (f figure) plus(other figure) figure {
	return figure{f.value + other.value, f.hidden || other.hidden}
}

func (f figure) shown() *int { return visible(f.value, f.hidden) }

// line is a total with its four columns.
type line struct {
	total figure
	cells [4]figure
}

func (l line) plus(other line) line {
	l.total = l.total.plus(other.total)
	for j := range l.cells {
		l.cells[j] = l.cells[j].plus(other.cells[j])
	}
	return l
}

func lineOf(r row, total bool, cells [4]bool) line {
	l := line{total: figure{r.total(), total}}
	for j, v := range r.cells {
		l.cells[j] = figure{v, cells[j]}
	}
	return l
}

// hiddenLine hides everything about somebody.
var hiddenLine = lineOf(row{}, true, [4]bool{true, true, true, true})

// selection is the part of a node that is asked for. nil is all of it.
type selection struct {
	units   []int // by index in the node's units
	months  []int // by index in the table of months
	battery string
}

// coordinate is one row of one table.
type coordinate struct {
	table *shield
	at    int
}

func (c coordinate) row() row   { return c.table.rows[c.at] }
func (c coordinate) zero() bool { return !c.table.mask.totals[c.at] && c.row().total() == 0 }
func (c coordinate) line() line {
	return lineOf(c.row(), c.table.mask.totals[c.at], c.table.mask.cells[c.at])
}

// read answers how many there are in a selection, and under one row of a table.
// Every figure is one of the node's tables, or a sum of those.
func (n *node) read(sel selection, also ...coordinate) line {
	if n.few {
		return hiddenLine
	}
	also = slices.Clone(also)
	if sel.battery != "" {
		table := n.tables[byBattery]
		at := slices.Index(table.keys, sel.battery)
		if at < 0 {
			return line{}
		}
		also = append(also, coordinate{table, at})
	}
	if slices.ContainsFunc(also, coordinate.zero) {
		return line{}
	}
	if n.covers(n.unit, sel.units) {
		return n.readMonths(-1, sel.months, also)
	}
	var sum line
	for _, u := range sel.units {
		sum = sum.plus(n.readMonths(u, sel.months, also))
	}
	return sum
}

// covers tells whether everybody is in the chosen rows of a table, as far as a
// reader can see: the others are shown as zero.
func (n *node) covers(s *shield, chosen []int) bool {
	if chosen == nil {
		return true
	}
	for i := range s.rows {
		if !slices.Contains(chosen, i) && !(coordinate{s, i}).zero() {
			return false
		}
	}
	return true
}

func (n *node) readMonths(unit int, months []int, also []coordinate) line {
	if unit >= 0 && (coordinate{n.unit, unit}).zero() {
		return line{}
	}
	table := n.tables[byMonth]
	if n.covers(table, months) {
		return n.readOne(unit, also)
	}
	var sum line
	for _, m := range months {
		if at := (coordinate{table, m}); !at.zero() {
			sum = sum.plus(n.readOne(unit, append(slices.Clone(also), at)))
		}
	}
	return sum
}

// readOne answers about all units (−1) or one, and at most one row of one table.
func (n *node) readOne(unit int, also []coordinate) line {
	switch {
	case unit < 0 && len(also) == 0:
		return lineOf(n.total, false, [4]bool(n.columns))
	case unit < 0 && len(also) == 1:
		return also[0].line()
	case unit >= 0 && len(also) == 0:
		return coordinate{n.unit, unit}.line()
	case unit >= 0 && len(also) == 1:
		return n.readPair(unit, also[0])
	}
	return hiddenLine
}

func (n *node) readPair(unit int, c coordinate) line {
	n.pair(c.table)
	if c.table.pairs == nil || c.table.pairs[unit][c.at] {
		return hiddenLine
	}
	return lineOf(row{cells: c.table.cells[unit][c.at]}, false, [4]bool{})
}
