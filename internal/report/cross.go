package report

import "slices"

// cross is a table by units and keys in layers: one layer for each column of the
// report, and only the numbers of one layer add up to each other. What the rows
// and columns of each layer add up to is known.
type cross struct {
	layers           int
	rows, columns    int
	restRow, restCol bool // the last one is all that is in no row or column of its own
	value            func(layer, row, column int) int
	spans            [][]int // columns whose sum is asked for, too
}

// protect tells which places (row, column) are hidden, in all layers alike, so
// that in no layer a hidden number can be narrowed; see silent. What is in the
// rest is never shown by itself, and may not be counted back either. Where
// everything is hidden, that is silent if the sums are (see overlap).
func (c cross) protect(k int) [][]bool {
	hidden := make([][]bool, c.rows)
	dirty := false
	for r := range hidden {
		hidden[r] = make([]bool, c.columns)
		for x := range hidden[r] {
			hidden[r][x] = c.holdsSmall(r, x, k)
			dirty = dirty || hidden[r][x]
		}
	}
	if !dirty {
		return hidden
	}
	const rounds = 4 // each hides more; then everything is hidden
	for range rounds {
		c.complement(hidden)
		r, x, leak := c.leak(hidden, k)
		if !leak {
			return hidden
		}
		for i := range hidden {
			hidden[i][x] = true
		}
		for j := range hidden[r] {
			hidden[r][j] = true
		}
	}
	for r := range hidden {
		for x := range hidden[r] {
			hidden[r][x] = true
		}
	}
	return hidden
}

func (c cross) holdsSmall(r, x, k int) bool {
	total := 0
	for s := range c.layers {
		v := c.value(s, r, x)
		total += v
		if small(k)(v) {
			return true
		}
	}
	return small(k)(total)
}

func (c cross) empty(r, x int) bool {
	for s := range c.layers {
		if c.value(s, r, x) > 0 {
			return false
		}
	}
	return true
}

// open tells whether a place is no constant to a reader.
func (c cross) open(hidden [][]bool, r, x int) bool {
	return hidden[r][x] || c.restRow && r == c.rows-1 || c.restCol && x == c.columns-1
}

// complement hides a second place beside each that would be alone in its row or
// column: the next one that is not empty.
func (c cross) complement(hidden [][]bool) {
	for changed := true; changed; {
		changed = false
		for r := range c.rows {
			changed = c.second(hidden, r, c.columns, func(i int) (int, int) { return r, i }) || changed
		}
		for x := range c.columns {
			changed = c.second(hidden, x, c.rows, func(i int) (int, int) { return i, x }) || changed
		}
	}
}

func (c cross) second(hidden [][]bool, line, length int, place func(int) (int, int)) bool {
	count, at := 0, 0
	for i := range length {
		if r, x := place(i); c.open(hidden, r, x) && !c.empty(r, x) {
			count++
			at = i
		}
	}
	if count != 1 {
		return false
	}
	for i := 1; i < length; i++ {
		if r, x := place((at + i) % length); !c.open(hidden, r, x) && !c.empty(r, x) {
			hidden[r][x] = true
			return true
		}
	}
	return false
}

// leak finds a hidden place that some layer tells too much about.
func (c cross) leak(hidden [][]bool, k int) (row, column int, found bool) {
	for s := range c.layers {
		net, places := c.network(hidden, s)
		for i, place := range places {
			if !silent(net.least(i), net.most(i, k-1), k) {
				return place[0], place[1], true
			}
		}
		for r := range c.rows {
			for _, span := range c.spans {
				var arcs []int
				for i, place := range places {
					if place[0] == r && slices.Contains(span, place[1]) {
						arcs = append(arcs, i)
					}
				}
				if !net.spanSilent(arcs, k) {
					return r, places[arcs[0]][1], true
				}
			}
		}
	}
	return 0, 0, false
}

func (c cross) network(hidden [][]bool, layer int) (net *network, places [][2]int) {
	var arcs []arc
	for r := range c.rows {
		for x := range c.columns {
			if c.open(hidden, r, x) {
				arcs = append(arcs, arc{r, c.rows + x, c.value(layer, r, x), 0})
				places = append(places, [2]int{r, x})
			}
		}
	}
	return newNetwork(arcs, c.rows+c.columns), places
}
