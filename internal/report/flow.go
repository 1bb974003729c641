package report

// silent tells whether the least and the greatest value that the sums leave to a
// hidden number are no news about a few people: it may be zero and may be k−1, or
// it is known to be zero, or to be at least k. Because the least value is 0 or at
// least k, sums of such numbers are silent, too.
func silent(least, most, k int) bool {
	return least >= k || least == 0 && (most >= k-1 || most == 0)
}

// least is the smallest value that an arc may have while every balance stays.
func (n *network) least(index int) int { return n.extreme(index, -1, 0) }

// most is the greatest one, or enough when it may be that or more.
func (n *network) most(index, enough int) int { return n.extreme(index, 1, enough) }

// extreme moves an arc's value down (way −1) or up (way 1) to a limit, as far as
// it goes, and puts everything back.
func (n *network) extreme(index, way, limit int) int {
	a := &n.arcs[index]
	if (limit-a.value)*way <= 0 {
		return a.value
	}
	before := append([]arc(nil), n.arcs...)
	defer func() { copy(n.arcs, before) }()
	for a.value != limit {
		from, to := a.from, a.to
		if way > 0 {
			from, to = to, from
		}
		pushed := n.push(from, to, index, (limit-a.value)*way)
		if pushed == 0 {
			break
		}
		a.value += way * pushed
	}
	return a.value
}

// tableNetwork is a table of rows by four columns as a flow from a source over
// rows and columns to a sink, with the hidden numbers as arcs. cell tells the arc
// of each cell, −1 for one that is shown.
func tableNetwork(rows []row, mask gridMask, colHidden []bool) (net *network, cell [][4]int) {
	source, sink := len(rows)+4, len(rows)+5
	var arcs []arc
	var totals []int
	cell = make([][4]int, len(rows))
	for i, r := range rows {
		if mask.totals[i] {
			totals = append(totals, len(arcs))
			arcs = append(arcs, arc{source, i, r.total(), 0})
		}
		for j, v := range r.cells {
			cell[i][j] = -1
			if mask.cells[i][j] {
				cell[i][j] = len(arcs)
				arcs = append(arcs, arc{i, len(rows) + j, v, 0})
			}
		}
	}
	for j, hidden := range colHidden {
		if hidden {
			total := 0
			for _, r := range rows {
				total += r.cells[j]
			}
			arcs = append(arcs, arc{len(rows) + j, sink, total, 0})
		}
	}
	net = newNetwork(arcs, sink+1)
	net.totals = totals
	return net, cell
}

// tableSilent tells whether the sums of a table leave every hidden number of it
// silent.
func tableSilent(rows []row, mask gridMask, colHidden []bool, k int) bool {
	net, _ := tableNetwork(rows, mask, colHidden)
	for i := range net.arcs {
		if !silent(net.least(i), net.most(i, k-1), k) {
			return false
		}
	}
	return true
}

// leastOf are the values that the sums of a table leave each cell and each total
// at least: its own where it is shown.
func leastOf(rows []row, mask gridMask, colHidden []bool) []leasts {
	net, cell := tableNetwork(rows, mask, colHidden)
	least := make([]leasts, len(rows))
	for i, r := range rows {
		least[i] = leastsOf(r.cells)
		sum := 0
		for j, at := range cell[i] {
			if at >= 0 {
				least[i][j] = net.least(at)
			}
			sum += least[i][j]
		}
		if mask.totals[i] {
			least[i][4] = sum
		}
	}
	for _, a := range net.totals {
		row := net.arcs[a].to
		least[row][4] = max(least[row][4], net.least(a))
	}
	return least
}

// maxMonths bounds how many months are asked about together; a longer stretch
// with anything hidden is hidden by month whole.
const maxMonths = 24

// rangesSilent tells whether the sums of a table leave what neighbouring rows
// have together silent, too.
func rangesSilent(rows []row, mask gridMask, colHidden []bool, k int) bool {
	net, cell := tableNetwork(rows, mask, colHidden)
	if len(net.arcs) > 0 && len(rows) > maxMonths {
		return false
	}
	for j := range 4 {
		for from := range rows {
			for to := from + 1; to < len(rows); to++ {
				var span []int
				for i := from; i <= to; i++ {
					if at := cell[i][j]; at >= 0 {
						span = append(span, at)
					}
				}
				if !net.spanSilent(span, k) {
					return false
				}
			}
		}
	}
	return true
}

// spanSilent tells whether arcs that have one end in common leave their sum
// silent, if it is small. It puts a node between them and that end.
func (n *network) spanSilent(span []int, k int) bool {
	if len(span) < 2 {
		return true // one by itself is asked about elsewhere
	}
	arcs, middle := append([]arc(nil), n.arcs...), len(n.touch)
	intoOne := arcs[span[0]].to == arcs[span[1]].to
	together := arc{middle, arcs[span[0]].to, 0, 0}
	if !intoOne {
		together = arc{arcs[span[0]].from, middle, 0, 0}
	}
	for _, at := range span {
		together.value += arcs[at].value
	}
	if !small(k)(together.value) {
		return true
	}
	for _, at := range span {
		if intoOne {
			arcs[at].to = middle
		} else {
			arcs[at].from = middle
		}
	}
	split := newNetwork(append(arcs, together), middle+1)
	at := len(split.arcs) - 1
	return silent(split.least(at), split.most(at, k-1), k)
}
