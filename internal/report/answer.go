package report

import (
	"context"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// answer is a question with the nodes that its figures are read from.
type answer struct {
	Query
	scope     scope
	settings  setting.Settings
	source    source
	pieces    []*piece
	cut       bool          // the question ends inside a month of a node, or nothing of it was published
	direct    bool          // the one node is the question itself
	published bool          // figures are those that were published
	asOf      calendar.Date // the last day that was published, zero for none
	coverage  Coverage      // when every number is shown
}

// piece is what a question takes of one node.
type piece struct {
	stretch
	node, coverage *node // coverage is nil when every number is shown
	months         []int // of the node, nil for all
	cut            []int // months of which only a part is asked for
}

// source is where the facts of a stretch come from.
type source interface {
	base(ctx context.Context, s stretch) ([]Cell, []CoverageCell, error)
	view(ctx context.Context, s stretch, v View) ([]ViewCell, error)
}

// live reads from the store as it is now.
type live struct{ store Store }

func (l live) base(ctx context.Context, s stretch) (cells []Cell, coverage []CoverageCell, err error) {
	for _, d := range s {
		q := Query{From: d.from, To: d.to}
		more, _, err := l.store.DistributionCells(ctx, q, nil)
		if err != nil {
			return nil, nil, err
		}
		not, err := l.store.CoverageCells(ctx, q, nil)
		if err != nil {
			return nil, nil, err
		}
		cells, coverage = append(cells, more...), append(coverage, not...)
	}
	return cells, coverage, nil
}

func (l live) view(ctx context.Context, s stretch, v View) (cells []ViewCell, err error) {
	for _, d := range s {
		more, err := l.store.ViewCells(ctx, Query{From: d.from, To: d.to}, v, nil)
		if err != nil {
			return nil, err
		}
		cells = append(cells, more...)
	}
	return cells, nil
}

// asked reads a question as it stands, for a house that shows every number.
type asked struct {
	store Store
	Query
	limit []string
}

func (a asked) base(context.Context, stretch) ([]Cell, []CoverageCell, error) { return nil, nil, nil }

func (a asked) view(ctx context.Context, _ stretch, v View) ([]ViewCell, error) {
	return a.store.ViewCells(ctx, a.Query, v, a.limit)
}

// gatherAsked takes the question itself for the one node.
func (a *answer) gatherAsked(ctx context.Context, store Store) error {
	cells, coverage, err := store.DistributionCells(ctx, a.Query, a.scope.limit)
	if err != nil {
		return err
	}
	p := &piece{stretch: stretch{{a.From, a.To}}}
	p.node = a.newNode(cells, p.stretch, true)
	a.direct, a.pieces, a.coverage, a.source = true, []*piece{p}, coverage, asked{store, a.Query, a.scope.limit}
	return nil
}

// gatherFixed takes what is asked for of the fixed stretches of time.
func (a *answer) gatherFixed(ctx context.Context) error {
	period := days{a.From, a.To}
	for _, s := range stretchesOf(period, a.settings.Periods) {
		cells, not, err := a.source.base(ctx, s)
		if err != nil {
			return err
		}
		p := &piece{stretch: s, node: a.newNode(cells, s, true), coverage: a.newNode(coverageAsCells(not), s, false)}
		p.choose(period)
		a.cut = a.cut || p.cuts()
		a.pieces = append(a.pieces, p)
	}
	return nil
}

// choose takes the months that are asked for.
func (p *piece) choose(asked days) {
	p.months, p.cut = p.in(asked)
	switch {
	case len(p.months) == len(p.monthCodes()):
		p.months = nil
	case p.months == nil:
		p.months = []int{}
	}
}

// cuts tells whether somebody may be in a month of which a part is asked for.
func (p *piece) cuts() bool {
	return slices.ContainsFunc([]*node{p.node, p.coverage}, func(n *node) bool {
		return slices.ContainsFunc(p.cut, func(m int) bool { return !(coordinate{n.tables[byMonth], m}).zero() })
	})
}

// newNode makes a node with its tables of batteries, units and months.
func (a *answer) newNode(cells []Cell, s stretch, percent bool) *node {
	n := newNode(a.settings.MinCell, percent, a.scope.all, cells)
	n.protectBase()
	n.take(byBattery, a.scope.batteries, factsBy(cells, func(c Cell) string { return c.Battery }))
	n.take(byUnit, n.units, factsBy(cells, func(c Cell) string { return c.Unit }))
	n.take(byMonth, s.monthCodes(), factsBy(cells, func(c Cell) string { return c.Month }))
	return n
}

// coverageAsCells lets kinds of coverage stand where segments do.
func coverageAsCells(not []CoverageCell) []Cell {
	var cells []Cell
	for _, c := range not {
		if at := slices.Index(kinds, c.Kind); at >= 0 {
			cells = append(cells, Cell{Segment: columns[at], Battery: c.Battery, Unit: c.Unit, Month: c.Month, Count: c.Count})
		}
	}
	return cells
}

// load takes the table of a view into every node. The keys of steps overlap, so
// each is a table of its own.
func (a *answer) load(ctx context.Context, view View, keys []string) error {
	if a.published {
		return nil // published with every table
	}
	for _, p := range a.pieces {
		cells, err := a.source.view(ctx, p.stretch, view)
		if err != nil {
			return err
		}
		plain, keyOf := make([]Cell, len(cells)), map[string][]Cell{}
		for i, c := range cells {
			plain[i] = c.Cell
			keyOf[c.Key] = append(keyOf[c.Key], c.Cell)
		}
		if view != Steps {
			at := 0
			p.node.take(view, keys, factsBy(plain, func(Cell) string { at++; return cells[at-1].Key }))
			continue
		}
		for key, of := range keyOf {
			p.node.take(stepView(key), []string{key}, factsBy(of, func(Cell) string { return key }))
		}
	}
	return nil
}

func stepView(key string) View { return Steps + ":" + View(key) }

// keysOf lists the keys of a view that any node has and that are not listed yet.
func (a *answer) keysOf(view View, listed []string) []string {
	all := slices.Clone(listed)
	for _, p := range a.pieces {
		for _, t := range p.node.tables {
			if t.view != view && !(view == Steps && strings.HasPrefix(string(t.view), string(Steps)+":")) {
				continue
			}
			for _, key := range t.keys {
				if key != others && !slices.Contains(all, key) {
					all = append(all, key)
				}
			}
		}
	}
	slices.Sort(all[len(listed):])
	return all
}

// row reads one row of a view, all pieces together.
func (a *answer) row(view View, key string) line {
	if a.cut {
		return hiddenLine
	}
	var sum line
	for _, p := range a.pieces {
		sel, also, some := a.narrowed(p, p.node, p.months, view, key)
		if some {
			sum = sum.plus(p.node.read(sel, also...))
		}
	}
	return sum
}

// total reads the whole.
func (a *answer) total() line { return a.row("", "") }

// covered reads who is not in n.
func (a *answer) covered() line {
	if a.cut {
		return hiddenLine
	}
	var sum line
	for _, p := range a.pieces {
		sel, _, some := a.narrowed(p, p.coverage, p.months, "", "")
		if some {
			sum = sum.plus(p.coverage.read(sel))
		}
	}
	return sum
}

// narrowed is the selection of a question with a row of a view; none when nobody
// can be in it.
func (a *answer) narrowed(p *piece, n *node, months []int, view View, key string) (sel selection, also []coordinate, some bool) {
	sel = selection{units: a.unitsIn(n), months: months, battery: a.Battery}
	if a.direct {
		sel = selection{} // the node is what was asked for
	}
	switch view {
	case "":
	case byUnit:
		u, known := slices.BinarySearch(n.units, key)
		if !known || sel.units != nil && !slices.Contains(sel.units, u) {
			return sel, nil, false
		}
		sel.units = []int{u}
	case byMonth:
		m := slices.Index(n.tables[byMonth].keys, key)
		if m < 0 || sel.months != nil && !slices.Contains(sel.months, m) {
			return sel, nil, false
		}
		sel.months = []int{m}
	case byBattery:
		if sel.battery != "" && sel.battery != key {
			return sel, nil, false
		}
		sel.battery = key
	default:
		t, known := n.tables[view]
		if view == Steps {
			t, known = n.tables[stepView(key)]
		}
		if !known {
			return sel, nil, false
		}
		at := slices.Index(t.keys, key)
		if at < 0 {
			return sel, nil, false
		}
		also = []coordinate{{t, at}}
	}
	return sel, also, true
}

// unitsIn are the units that a question is about, nil for all.
func (a *answer) unitsIn(n *node) []int {
	limit := a.scope.limit
	if a.Unit != "" {
		limit = []string{a.Unit}
	}
	if limit == nil {
		return nil
	}
	units := []int{}
	for i, code := range n.units {
		if slices.Contains(limit, code) {
			units = append(units, i)
		}
	}
	return units
}

// exact tells whether the whole answer is the whole of one node: then its
// percentages were protected with it.
func (a *answer) exact() bool {
	if a.published {
		return false // what is hidden was not kept
	}
	count, exact := 0, false
	for _, p := range a.pieces {
		n := p.node
		if !n.few && n.total.total() == 0 {
			continue
		}
		count++
		sel, _, _ := a.narrowed(p, n, p.months, "", "")
		exact = sel.battery == "" && n.covers(n.unit, sel.units) && n.covers(n.tables[byMonth], sel.months)
	}
	return count == 1 && exact
}
