package report

import "slices"

// arc is a hidden number as a flow: a cell flows from its row to its column, a
// row total from the source to its row. What is shown is constant and has none.
type arc struct{ from, to, value, least int }

// provable tells whether every hidden small number of a table may, for all that
// the rows, columns and totals say, be anything from 1 to k−1. The check is
// exact: the hidden numbers are a flow with lower bounds, and the range of one
// of them is found by augmenting paths, starting from the true table.
//
// Column totals keep their true values here. Where one is hidden, its cells
// follow it through all values that protectLine leaves open, because then every
// cell of the table is hidden, zeros too; so only the others are checked.
// In rows with a shown total of at least zerosFrom a hidden cell is known to be
// no zero.
func provable(rows []row, mask gridMask, colHidden []bool, zerosFrom, k int) bool {
	source := len(rows) + 4
	var arcs []arc
	var check []int
	add := func(a arc, must bool) {
		if must && small(k)(a.value) {
			check = append(check, len(arcs))
		}
		arcs = append(arcs, a)
	}
	leastTotal := 1
	for i, r := range rows {
		if mask.totals[i] && r.total() == 0 {
			leastTotal = 0 // zeros are hidden among the totals
		}
	}
	for i, r := range rows {
		if mask.totals[i] {
			add(arc{source, i, r.total(), leastTotal}, true)
		}
		least := 1
		if mask.totals[i] || r.total() < zerosFrom {
			least = 0
		}
		for j, v := range r.cells {
			if mask.cells[i][j] {
				add(arc{i, len(rows) + j, v, least}, !colHidden[j])
			}
		}
	}
	net := newNetwork(arcs, source+1)
	for _, a := range check {
		if !net.reaches(a, 1) || !net.reaches(a, k-1) {
			return false
		}
	}
	return true
}

// network is the residual graph of the hidden numbers.
type network struct {
	arcs  []arc
	touch [][]int // arcs by node
}

func newNetwork(arcs []arc, nodes int) *network {
	n := &network{arcs: arcs, touch: make([][]int, nodes)}
	for i, a := range arcs {
		n.touch[a.from] = append(n.touch[a.from], i)
		n.touch[a.to] = append(n.touch[a.to], i)
	}
	return n
}

// reaches tells whether an arc's value can become target while every balance
// stays. The network is left as it was.
func (n *network) reaches(index, target int) bool {
	before := slices.Clone(n.arcs)
	defer func() { n.arcs = before }()
	a := &n.arcs[index]
	if target < a.least {
		return false
	}
	for a.value != target {
		if a.value < target {
			if !n.push(a.to, a.from, index) {
				return false
			}
			a.value++
		} else {
			if !n.push(a.from, a.to, index) {
				return false
			}
			a.value--
		}
	}
	return true
}

// push moves one unit from a node to another without using one arc: along an
// arc it adds one, against it takes one away down to the least value.
func (n *network) push(from, to, without int) bool {
	via := make([]int, len(n.touch)) // arc by which a node was reached, plus 1
	queue := []int{from}
	for len(queue) > 0 && via[to] == 0 {
		node := queue[0]
		queue = queue[1:]
		for _, i := range n.touch[node] {
			a := n.arcs[i]
			other := a.to
			if a.to == node {
				other = a.from
			}
			blocked := a.to == node && a.value <= a.least
			if i == without || blocked || other == from || via[other] != 0 {
				continue
			}
			via[other] = i + 1
			queue = append(queue, other)
		}
	}
	if via[to] == 0 {
		return false
	}
	for node := to; node != from; {
		a := &n.arcs[via[node]-1]
		if a.to == node {
			a.value++
			node = a.from
		} else {
			a.value--
			node = a.to
		}
	}
	return true
}
