package report

import "slices"

// arc is a hidden number as a flow: a cell flows from its row to its column, a
// row total from the source to its row. What is shown is constant and has none.
type arc struct{ from, to, value, least int }

// provable tells whether each hidden number of a table may, for all that the
// rows, columns and totals say, be anything from 1 to k−1, unless it is plain
// that it is none of these. The check is exact: the hidden numbers are a flow
// with lower bounds, and the range of one of them is found by augmenting paths,
// starting from the true table. It asks the same of every hidden number, not of
// the small ones only, so that its outcome tells nothing about which are small.
//
// Column totals keep their true values here. Where one is hidden, its cells
// follow it through all values that protectLine leaves open, because then every
// cell of the table is hidden, zeros too; so only the others are checked.
// In rows with a shown total of at least zerosFrom a hidden cell is known to be
// no zero.
func provable(rows []row, mask gridMask, colHidden []bool, zerosFrom, k int) bool {
	source := len(rows) + 4
	leastTotal := 1
	for i, r := range rows {
		if mask.totals[i] && r.total() == 0 {
			leastTotal = 0 // zeros are hidden among the totals
		}
	}
	var arcs []arc
	var check []int
	for i, r := range rows {
		if mask.totals[i] {
			check = append(check, len(arcs))
			arcs = append(arcs, arc{source, i, r.total(), leastTotal})
		}
		least := 1
		if mask.totals[i] || r.total() < zerosFrom {
			least = 0
		}
		for j, v := range r.cells {
			if mask.cells[i][j] {
				if !colHidden[j] {
					check = append(check, len(arcs))
				}
				arcs = append(arcs, arc{i, len(rows) + j, v, least})
			}
		}
	}
	net := newNetwork(arcs, source+1)
	for _, a := range check {
		if !net.open(a, k) {
			return false
		}
	}
	return true
}

// network is the residual graph of the hidden numbers.
type network struct {
	arcs  []arc
	touch [][]int // arcs by node
	// totals are the arcs of hidden row totals, where they are told apart.
	totals []int
}

func newNetwork(arcs []arc, nodes int) *network {
	n := &network{arcs: arcs, touch: make([][]int, nodes)}
	for i, a := range arcs {
		n.touch[a.from] = append(n.touch[a.from], i)
		n.touch[a.to] = append(n.touch[a.to], i)
	}
	return n
}

// open tells whether an arc may have every value from 1 to k−1, or none of them.
func (n *network) open(index, k int) bool {
	switch value := n.arcs[index].value; {
	case value >= k:
		return !n.reaches(index, k-1) || n.reaches(index, 1)
	case value == 0:
		return !n.reaches(index, 1) || n.reaches(index, k-1)
	default:
		return n.reaches(index, 1) && n.reaches(index, k-1)
	}
}

// reaches tells whether an arc's value can become target while every balance
// stays. The network is left as it was.
func (n *network) reaches(index, target int) bool {
	before := slices.Clone(n.arcs)
	defer func() { copy(n.arcs, before) }()
	a := &n.arcs[index]
	if target < a.least {
		return false
	}
	for a.value != target {
		from, to, left := a.from, a.to, a.value-target // lowering is pushing around it
		if left < 0 {
			from, to, left = a.to, a.from, -left
		}
		pushed := n.push(from, to, index, left)
		if pushed == 0 {
			return false
		}
		if from == a.from {
			pushed = -pushed
		}
		a.value += pushed
	}
	return true
}

// push moves up to a wanted amount from a node to another on one shortest path
// that avoids one arc, and returns how much: along an arc it adds, against it it
// takes away, down to the least value.
func (n *network) push(from, to, without, want int) int {
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
		return 0
	}
	var along, against []*arc
	for node := to; node != from; {
		a := &n.arcs[via[node]-1]
		if a.to == node {
			along, node = append(along, a), a.from
		} else {
			against, node = append(against, a), a.to
			want = min(want, a.value-a.least)
		}
	}
	for _, a := range along {
		a.value += want
	}
	for _, a := range against {
		a.value -= want
	}
	return want
}
