package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// grid is where the columns of a table lie.
type grid struct {
	x, width float64
	left     []float64
	widths   []float64 // of the text
	right    []bool    // aligned to the right all the way down
}

// table draws a row a strip. The head is drawn again, as an artifact, on every
// page that the table goes on to.
func (l layouter) table(f *flow, t Table, x, width float64) {
	g := l.grid(t, x, width)
	if len(g.widths) == 0 {
		return
	}
	f.room(l.base)
	f.open(pdf.Element{Role: pdf.Table})
	if caption := l.plain(t.Caption); !caption.empty() {
		l.tableCaption(f, caption, x, width)
	}
	var again *strip
	if len(t.Head) > 0 {
		head := l.row(g, t.headCells(), l.cellHead, headerCell)
		f.open(pdf.Element{Role: pdf.TableHead})
		f.add(head)
		f.end()
		f.bindLast(firm)
		if head.height < l.height/3 {
			again = &strip{height: head.height, ops: []op{artifactOp{kind: pdf.Pagination, ops: drawn(head.ops)}}}
		}
	}
	l.tableBody(f, t, g, again)
	f.end()
	f.room(0.9 * l.base)
}

func (l layouter) tableCaption(f *flow, caption passage, x, width float64) {
	f.open(pdf.Element{Role: pdf.Caption})
	from := len(f.strips)
	for _, s := range l.set(caption, l.caption, x, width, false) {
		f.add(s)
	}
	f.end()
	f.hold(from, firm)
	f.bindLast(firm)
	f.room(l.caption.after)
}

func (l layouter) tableBody(f *flow, t Table, g grid, again *strip) {
	if len(t.Rows) == 0 {
		return
	}
	f.open(pdf.Element{Role: pdf.TableBody})
	from := len(f.strips)
	room := highest * l.height
	if again != nil {
		room -= again.height
	}
	kind := func(column int) pdf.Element {
		if t.RowHead && column == 0 {
			return pdf.Element{Role: pdf.TableHeaderCell, Scope: "Row"}
		}
		return pdf.Element{Role: pdf.TableDataCell}
	}
	for _, cells := range t.Rows {
		for _, row := range l.bodyRows(g, cells, kind, room) {
			row.head = again
			f.add(row)
		}
	}
	if n := len(f.strips); n-from > 2 {
		f.strips[n-2].bond = firm // no row is left alone
	}
	f.end()
}

func (l layouter) grid(t Table, x, width float64) grid {
	n := len(t.Head)
	for _, row := range t.Rows {
		n = max(n, len(row))
	}
	if n == 0 {
		return grid{}
	}
	gutter := min(0.9*l.base, width/float64(4*n))
	g := grid{x: x, width: width, widths: shares(t.Widths, n, width-gutter*float64(n-1)), left: make([]float64, n), right: make([]bool, n)}
	left := x
	for i := range g.left {
		g.left[i] = left
		left += g.widths[i] + gutter
		g.right[i] = len(t.Rows) > 0
		for _, row := range t.Rows {
			if i >= len(row) || !row[i].Right {
				g.right[i] = false
			}
		}
	}
	return g
}

func (t Table) headCells() []Cell {
	cells := make([]Cell, len(t.Head))
	for i, text := range t.Head {
		cells[i] = Cell{Text: text}
	}
	return cells
}

func headerCell(int) pdf.Element {
	return pdf.Element{Role: pdf.TableHeaderCell, Scope: "Column"}
}

// cellLines are the set cells of a row, as many as the grid has columns.
func (l layouter) cellLines(g grid, cells []Cell, st textStyle) [][]strip {
	lines := make([][]strip, len(g.widths))
	for i := range g.widths {
		if i >= len(cells) {
			continue
		}
		style := st
		if cells[i].Bold {
			style = st.bold()
		}
		if p := l.plain(cells[i].Text); !p.empty() {
			lines[i] = l.set(p, style, g.left[i], g.widths[i], cells[i].Right || g.right[i])
		}
	}
	return lines
}

func (l layouter) row(g grid, cells []Cell, st textStyle, kind func(int) pdf.Element) strip {
	return l.rowOf(g, l.cellLines(g, cells, st), kind, st, headRow)
}

// bodyRows is one row, or several where one would be too high for a page with its
// head: a sixth of the room at a time, as if it were one.
func (l layouter) bodyRows(g grid, cells []Cell, kind func(int) pdf.Element, room float64) []strip {
	lines := l.cellLines(g, cells, l.body)
	most := 0
	for _, cell := range lines {
		most = max(most, len(cell))
	}
	if float64(most)*l.body.leading+2*l.cellPad() <= room {
		return []strip{l.rowOf(g, lines, kind, l.body, wholeRow)}
	}
	atOnce := max(1, int(room/6/l.body.leading))
	var rows []strip
	for from := 0; from < most; from += atOnce {
		part := make([][]strip, len(lines))
		for i, cell := range lines {
			part[i] = cell[min(from, len(cell)):min(from+atOnce, len(cell))]
		}
		edges := rowEdges{top: from == 0, bottom: from+atOnce >= most}
		rows = append(rows, l.rowOf(g, part, kind, l.body, edges))
	}
	return rows
}

func (l layouter) cellPad() float64 { return 0.42 * l.base }

// rowEdges tells which edges of a row its strip has, and whether it is the head.
type rowEdges struct{ top, bottom, head bool }

var (
	wholeRow = rowEdges{top: true, bottom: true}
	headRow  = rowEdges{top: true, bottom: true, head: true}
)

// rowOf puts the lines of cells side by side, with a line below them.
func (l layouter) rowOf(g grid, cells [][]strip, kind func(int) pdf.Element, st textStyle, edges rowEdges) strip {
	pad := 0.0
	if edges.top {
		pad = l.cellPad()
	}
	row := strip{baseline: pad + st.baseline(), ops: []op{openOp{element: pdf.Element{Role: pdf.TableRow}}}}
	bottom := pad + st.leading
	for i, lines := range cells {
		row.ops = append(row.ops, openOp{element: kind(i)})
		ops, end := stack(lines, pad, true)
		row.ops = append(append(row.ops, ops...), endOp{})
		bottom = max(bottom, end)
	}
	row.height = bottom
	if edges.bottom {
		row.height += l.cellPad()
		row.ops = append(row.ops, l.rowLine(g, row.height, edges.head))
	}
	row.ops = append(row.ops, endOp{})
	return row
}

func (l layouter) rowLine(g grid, y float64, head bool) op {
	if head {
		return hairline(g.x, g.width, y-0.7, inkColour, 1.3)
	}
	return hairline(g.x, g.width, y-0.4, hairColour, 0.7)
}

// drawn is what an artifact may hold of ops: what is seen, without structure.
func drawn(ops []op) []op {
	var seen []op
	for _, o := range ops {
		switch o := o.(type) {
		case textOp:
			seen = append(seen, o)
		case artifactOp:
			seen = append(seen, o.ops...)
		}
	}
	return seen
}
