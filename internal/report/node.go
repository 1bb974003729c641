package report

import (
	"slices"
	"sort"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// counts are numbers by column: by segment, or by kind of coverage.
type counts [4]int

func (c *counts) add(other counts) {
	for i, v := range other {
		c[i] += v
	}
}

// The ways of asking that every report has, as views.
const (
	byUnit    View = "unit"
	byMonth   View = "month"
	byBattery View = "battery"
)

// others is the key of those who are under none of a view's own.
const others = "~others"

// fact is a group of people of a node under one key of a view.
type fact struct {
	key, unit, battery, month string
	column, count             int
}

func factsBy(cells []Cell, key func(Cell) string) []fact {
	facts := make([]fact, 0, len(cells))
	for _, c := range cells {
		if c.Segment.Valid() { // the store's schema has no other
			facts = append(facts, fact{key(c), c.Unit, c.Battery, c.Month, int(c.Segment - segment.SelfActing), c.Count})
		}
	}
	return facts
}

// node is a fixed stretch of time that is protected as one: a configured period,
// or a calendar year without those. What is hidden in it depends on its facts and
// on k alone, never on a question, so that no question tells what another hides.
type node struct {
	k       int
	units   []string // sorted
	cells   []counts // by unit
	total   row
	percent bool   // shares of the whole are shown, of columns and of batteries
	few     bool   // there are some, but fewer than k: nothing is shown
	columns []bool // hidden column totals
	overlap overlaps
	within  []overlaps // by unit, and of the units that are not open at the end; nil until protected
	unit    *shield
	tables  map[View]*shield
	order   []View // in which the tables were taken
}

// shield is one table of a node by the keys of a view, with what is hidden of it.
type shield struct {
	view  View
	keys  []string
	rows  []row
	cells [][]counts // by unit and key
	facts []fact
	mask  gridMask
	open  []bool   // by key: nothing of the row is hidden
	pairs [][]bool // by unit and key: hidden; nil where nothing is shown by unit
}

func newNode(k int, percent bool, units []string, cells []Cell) *node {
	n := &node{k: k, percent: percent, units: slices.Clone(units), tables: map[View]*shield{}}
	for _, c := range cells {
		if c.Segment.Valid() && !slices.Contains(n.units, c.Unit) {
			n.units = append(n.units, c.Unit)
		}
	}
	sort.Strings(n.units)
	n.cells = make([]counts, len(n.units))
	for _, f := range factsBy(cells, func(Cell) string { return "" }) {
		u := n.unitAt(f.unit)
		n.cells[u][f.column] += f.count
		n.total.cells[f.column] += f.count
	}
	return n
}

func (n *node) unitAt(code string) int { i, _ := slices.BinarySearch(n.units, code); return i }

// protectBase decides about the total and the columns.
func (n *node) protectBase() {
	n.few = small(n.k)(n.total.total())
	if n.few || n.k <= 1 {
		n.columns = repeat(n.few, 4)
		return
	}
	n.columns = protectLine(n.total.cells[:], n.k, n.percent)
	hidden := 0
	for j, h := range n.columns {
		if h {
			hidden += n.total.cells[j]
		}
	}
	n.overlap = overlaps{k: n.k, whole: leastsOf(n.total.cells)}
	for j, h := range n.columns {
		if h {
			n.overlap.whole[j] = hidden
		}
	}
}

// take makes the table of a view, in the order of keys and others after them, and
// decides what is hidden of it. Batteries, units and months come first, in this
// order: where two tables together tell too much, the later one is hidden whole.
func (n *node) take(view View, keys []string, facts []fact) *shield {
	if view != byBattery && view != byUnit && view != byMonth {
		facts = append(facts, n.remainder(facts)...)
	}
	s := n.table(keys, facts)
	s.view, s.facts = view, facts
	for _, mask := range n.masks(s) {
		if s.mask = mask; n.settled(s, facts) {
			break
		}
	}
	s.open = make([]bool, len(s.rows))
	for i := range s.rows {
		s.open[i] = !s.mask.totals[i] && s.mask.cells[i] == [4]bool{}
	}
	n.tables[view] = s
	n.order = append(n.order, view)
	if view == byUnit {
		n.unit = s
	}
	return s
}

// masks are the ways of hiding a table that a node may choose from, the mildest
// first: what the table alone asks for, every cell, and every cell and total.
func (n *node) masks(s *shield) []gridMask {
	if n.k <= 1 || n.few {
		return []gridMask{newGridMask(len(s.rows), n.few)}
	}
	all := newGridMask(len(s.rows), true)
	if neverShown(s.view) {
		return []gridMask{all}
	}
	if s.view == Places {
		return []gridMask{protectPlaces(s.rows, n.columns, n.k), all}
	}
	if apart, nested := apartIn(s.view); nested {
		mildest := n.protectNested(s, apart)
		return []gridMask{mildest, {mildest.totals, all.cells}, all}
	}
	totals := protectLine(totalsOf(s.rows), n.k, n.percent && s.view == byBattery)
	mildest := protectGrid(s.rows, totals, n.columns, n.k)
	if oneKey(s.view) && !slices.Equal(mildest.totals, totals) {
		return []gridMask{{totals, all.cells}, all}
	}
	return []gridMask{mildest, {totals, all.cells}, all}
}

// settled tells whether a table tells nothing by neighbouring months together, nor
// with those that it can be asked for with: batteries, units and months.
func (n *node) settled(s *shield, facts []fact) bool {
	if n.k <= 1 || n.few {
		return true
	}
	if s.view == byMonth && !rangesSilent(s.rows, s.mask, n.columns, n.k) {
		return false
	}
	after := n.overlap
	if !after.take(n.sharesOf(s), countBy(facts)) {
		return false
	}
	if s.view == byBattery || s.view == byUnit || s.view == byMonth {
		n.overlap = after
	}
	return true
}

// sharesOf are a table's rows, months together, and the rows together that are not
// wholly shown, with what can be known of them.
func (n *node) sharesOf(s *shield) []share {
	var rows []share
	for i, least := range leastOf(s.rows, s.mask, n.columns) {
		rows = append(rows, share{s.picks(i), least})
	}
	var hidden []int
	var left counts
	for i, r := range s.rows {
		if s.mask.totals[i] || s.mask.cells[i] != [4]bool{} {
			hidden = append(hidden, i)
			left.add(r.cells)
		}
	}
	rest := leastsOf(left)
	for j, hidden := range n.columns {
		if hidden {
			rest[j] = 0
		}
	}
	if s.view == byMonth {
		rows = ranges(rows, s.shows, n.knownColumns())
	}
	if apart, nested := apartIn(s.view); nested {
		rows = append(rows, s.inside(rows, apart, n.knownColumns()))
	}
	return append(rows, share{s.picks(hidden...), rest})
}

// picks are the people of rows.
func (s *shield) picks(rows ...int) pick {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = s.keys[r]
	}
	switch s.view {
	case byUnit:
		return pick{units: keys}
	case byBattery:
		return pick{batteries: keys}
	case byMonth:
		return pick{months: keys}
	default:
		return pick{keys: keys}
	}
}

// shows tells whether a cell is shown; 4 stands for the total.
func (s *shield) shows(i, j int) bool {
	if j == 4 {
		return !s.mask.totals[i]
	}
	return !s.mask.cells[i][j]
}

// knownColumns are the column totals, 0 where they are hidden.
func (n *node) knownColumns() leasts {
	known := leastsOf(n.total.cells)
	for j, hidden := range n.columns {
		if hidden {
			known[j] = 0
		}
	}
	return known
}

func (n *node) table(keys []string, facts []fact) *shield {
	s := &shield{}
	at := map[string]int{}
	add := func(key string) int {
		i, known := at[key]
		if !known {
			i = len(s.keys)
			at[key] = i
			s.keys = append(s.keys, key)
			s.rows = append(s.rows, row{code: key})
		}
		return i
	}
	for _, key := range keys {
		add(key)
	}
	var new []string
	for _, f := range facts {
		if _, known := at[f.key]; !known && !slices.Contains(new, f.key) {
			new = append(new, f.key)
		}
	}
	sort.Strings(new)
	for _, key := range new {
		add(key) // others last
	}
	s.cells = make([][]counts, len(n.units))
	for u := range s.cells {
		s.cells[u] = make([]counts, len(s.keys))
	}
	for _, f := range facts {
		u, x := n.unitAt(f.unit), at[f.key]
		s.cells[u][x][f.column] += f.count
		s.rows[x].cells[f.column] += f.count
	}
	return s
}

// remainder are the people of a node who are under none of a view's keys.
func (n *node) remainder(facts []fact) []fact {
	left := map[fact]int{}
	count := func(facts []fact, way int) {
		for _, f := range facts {
			left[fact{others, f.unit, f.battery, f.month, f.column, 0}] += way * f.count
		}
	}
	count(n.unit.facts, 1)
	count(facts, -1)
	var rest []fact
	for f, v := range left {
		if v > 0 {
			f.count = v
			rest = append(rest, f)
		}
	}
	return rest
}

func totalsOf(rows []row) []int {
	totals := make([]int, len(rows))
	for i, r := range rows {
		totals[i] = r.total()
	}
	return totals
}
