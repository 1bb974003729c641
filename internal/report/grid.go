package report

import "slices"

// row is one unit, month or battery with its counts by segment.
type row struct {
	code  string
	cells [4]int
}

func (r row) total() int { return sum(r.cells[:]) }

// gridMask tells what is hidden in a table of rows by segment.
type gridMask struct {
	totals []bool
	cells  [][4]bool
}

func newGridMask(rows int, hidden bool) gridMask {
	mask := gridMask{totals: repeat(hidden, rows), cells: make([][4]bool, rows)}
	for i := range mask.cells {
		mask.cells[i] = [4]bool{hidden, hidden, hidden, hidden}
	}
	return mask
}

// protectGrid tells what is hidden in a table whose row totals and column
// totals are (partly) shown. It hides whole rows of cells, so that no
// percentage of a half-hidden row gives anything away, and takes the mildest of
// these that an exact check of the bounds proves:
//
//  1. the rows with a small cell and their neighbours, true zeros shown,
//  2. all rows with anything in them, true zeros shown,
//  3. every cell,
//  4. every cell and every row total.
//
// A hidden row total hides its row and a hidden column total every cell: else a
// total that is small could be narrowed from below.
func protectGrid(rows []row, rowHidden, colHidden []bool, k int) gridMask {
	totals := make([]int, len(rows))
	var cells []int
	for i, r := range rows {
		totals[i] = r.total()
		cells = append(cells, r.cells[:]...)
	}
	anyCol := slices.Contains(colHidden, true)
	if !anyCol && !slices.ContainsFunc(cells, small(k)) {
		return newGridMask(len(rows), false)
	}
	if only, ok := single(totals); ok { // it repeats the column totals
		mask := newGridMask(len(rows), false)
		copy(mask.cells[only][:], colHidden)
		return mask
	}
	marked := slices.Clone(rowHidden)
	for i, r := range rows {
		marked[i] = marked[i] || slices.ContainsFunc(r.cells[:], small(k))
	}
	for _, block := range blocks(totals) {
		if slices.ContainsFunc(block, func(i int) bool { return marked[i] }) {
			for _, i := range block {
				marked[i] = true
			}
		}
	}
	filled := make([]bool, len(rows))
	for i, t := range totals {
		filled[i] = t > 0 || rowHidden[i]
	}
	attempts := []attempt{{marked, k + 2}, {filled, k + 2}, {filled, sum(totals) + 1}}
	if anyCol {
		attempts = attempts[2:]
	}
	mask := newGridMask(len(rows), true)
	for _, a := range attempts {
		tried := hideRows(rows, a, rowHidden)
		if provable(rows, tried, colHidden, a.zerosFrom, k) && tableSilent(rows, tried, colHidden, k) {
			mask = tried
			break
		}
	}
	showEmptyColumns(rows, mask, colHidden)
	return mask
}

// attempt is one way of hiding: these rows, with the true zeros of those among
// them in sight whose total is shown and at least zerosFrom.
type attempt struct {
	rows      []bool
	zerosFrom int
}

// hideRows hides the cells of some rows. True zeros of a small row are hidden
// with the rest, where they would narrow it.
func hideRows(rows []row, a attempt, rowHidden []bool) gridMask {
	mask := newGridMask(len(rows), false)
	copy(mask.totals, rowHidden)
	for i, r := range rows {
		for j, v := range r.cells {
			mask.cells[i][j] = a.rows[i] && (v > 0 || rowHidden[i] || r.total() < a.zerosFrom)
		}
	}
	return mask
}

// showEmptyColumns shows the zeros of a segment whose total is shown as zero. A
// row with a hidden total stays hidden: a zero with a percentage would tell that
// the total is above zero.
func showEmptyColumns(rows []row, mask gridMask, colHidden []bool) {
	for j := range colHidden {
		empty := !colHidden[j]
		for _, r := range rows {
			empty = empty && r.cells[j] == 0
		}
		for i := range rows {
			mask.cells[i][j] = mask.cells[i][j] && (!empty || mask.totals[i])
		}
	}
}

// single finds the row that holds everything, where there is only one.
func single(totals []int) (int, bool) {
	at, count := 0, 0
	for i, t := range totals {
		if t > 0 {
			at = i
			count++
		}
	}
	return at, count == 1
}
