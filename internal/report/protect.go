package report

// ProtectLine tells which parts of a line with a shown total are hidden when counts
// of 1..k−1 must not be shown, so that what is shown leaves each hidden part free
// to be any of these. With percent the whole percentages of the shown parts stand
// beside them, by largest remainder over all parts, and give nothing away either.
//
// It is for lines that have no facts in common with the distribution, or with each
// other, but their total: a small total itself has to be hidden by the caller.
func ProtectLine(parts []int, k int, percent bool) []bool {
	if k <= 1 {
		return repeat(false, len(parts))
	}
	return protectLine(parts, k, percent)
}

// Table tells what is hidden in a table: whole rows' and columns' totals, and cells.
type Table struct {
	Rows, Columns []bool
	Cells         [][]bool
}

// ProtectTable tells what is hidden in a table of rows by columns whose totals are
// shown, too, by the same rule as ProtectLine. The rows must be equally long. A row
// or column with a hidden total is hidden whole. The table's total has to be 0 or at
// least k. No percentages may stand beside it but those that follow from what is
// shown.
func ProtectTable(cells [][]int, k int) Table {
	if len(cells) == 0 {
		return Table{}
	}
	rows, columns := make([]int, len(cells)), make([]int, len(cells[0]))
	for r, line := range cells {
		for x, v := range line {
			rows[r] += v
			columns[x] += v
		}
	}
	t := Table{Rows: ProtectLine(rows, k, false), Columns: ProtectLine(columns, k, false)}
	for range cells {
		t.Cells = append(t.Cells, repeat(k > 1, len(columns)))
	}
	if k <= 1 {
		return t
	}
	of := func(hidden []bool) parts {
		s := &shield{}
		for _, h := range hidden {
			s.open = append(s.open, !h)
		}
		return partsOf(s)
	}
	rs, cs := of(t.Rows), of(t.Columns)
	groups, lines := rs.all(), cs.all()
	c := cross{
		layers: 1, rows: len(groups), columns: len(lines), restRow: len(rs.others) > 0, restCol: len(cs.others) > 0,
		value: func(_, r, x int) int {
			sum := 0
			for _, i := range groups[r] {
				for _, j := range lines[x] {
					sum += cells[i][j]
				}
			}
			return sum
		},
	}
	if hidden := c.protect(k); c.allSilent(hidden, k) {
		for r, i := range rs.full {
			for x, j := range cs.full {
				t.Cells[i][j] = hidden[r][x]
			}
		}
		return t
	}
	// the totals alone would tell too much of a hidden cell: they are hidden, too
	t.Rows = repeat(true, len(rows))
	return t
}

// allSilent tells whether no place is told too much about.
func (c cross) allSilent(hidden [][]bool, k int) bool {
	_, _, leak := c.leak(hidden, k)
	return !leak
}
