package export

import (
	"bytes"
	"io"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// rowsCSV writes what CSV writes, and a million rows in the time that
// the database takes to send them: it makes no text that it throws away again.
type rowsCSV struct {
	out     io.Writer
	columns []extract.Column
	comma   byte
	point   byte
	room    []byte
}

// flagText is false and true as R and spreadsheets know them.
var flagText = [2]string{"FALSE", "TRUE"}

const roomCSV = 64 << 10

func newRowsCSV(w io.Writer, columns []extract.Column, dialect Dialect) (*rowsCSV, error) {
	c := &rowsCSV{out: w, columns: columns, comma: ',', point: '.', room: make([]byte, 0, roomCSV+16<<10)}
	if dialect == FiExcel {
		c.comma, c.point = ';', ','
		c.room = append(c.room, "\ufeff"...)
	}
	for i, column := range columns {
		if i > 0 {
			c.room = append(c.room, c.comma)
		}
		c.text(column.Code)
	}
	c.room = append(c.room, '\n')
	return c, nil
}

// Row implements extract.Table.
func (c *rowsCSV) Row(cells []extract.Cell) error {
	for i := range cells {
		if i > 0 {
			c.room = append(c.room, c.comma)
		}
		cell := &cells[i]
		if cell.Missing {
			continue
		}
		switch c.columns[i].Kind {
		case extract.Integer:
			c.room = strconv.AppendInt(c.room, cell.Int, 10)
		case extract.Decimal:
			begin := len(c.room)
			c.room = strconv.AppendFloat(c.room, cell.Float, 'f', c.columns[i].Decimals, 64)
			if at := bytes.IndexByte(c.room[begin:], '.'); at >= 0 {
				c.room[begin+at] = c.point
			}
		case extract.Flag:
			c.room = append(c.room, flagText[cell.Int&1]...)
		case extract.Day:
			c.room = appendDay(c.room, cell.Day)
		default:
			c.text(cell.Text)
		}
	}
	c.room = append(c.room, '\n')
	if len(c.room) >= roomCSV {
		return c.flush()
	}
	return nil
}

// appendDay appends a day as 2023-05-05.
func appendDay(to []byte, d calendar.Date) []byte {
	digits := func(n, width int) {
		for unit := pow10(width - 1); unit > 0; unit /= 10 {
			to = append(to, byte('0'+n/unit%10))
		}
	}
	digits(d.Year, 4)
	to = append(to, '-')
	digits(int(d.Month), 2)
	to = append(to, '-')
	digits(d.Day, 2)
	return to
}

func pow10(n int) int {
	unit := 1
	for range n {
		unit *= 10
	}
	return unit
}

// text appends a text, defused and in quotes where it needs them.
func (c *rowsCSV) text(text string) {
	if !harmless(text) {
		text = Defuse(text)
	}
	if !c.needsQuotes(text) {
		c.room = append(c.room, text...)
		return
	}
	c.room = append(c.room, '"')
	for i := range len(text) {
		if text[i] == '"' {
			c.room = append(c.room, '"')
		}
		c.room = append(c.room, text[i])
	}
	c.room = append(c.room, '"')
}

// harmless tells whether a text begins with a plain letter or digit, so that no
// spreadsheet can take it for a formula.
func harmless(text string) bool {
	if text == "" {
		return true
	}
	first := text[0]
	return 'a' <= first && first <= 'z' || 'A' <= first && first <= 'Z' || '0' <= first && first <= '9'
}

// needsQuotes is as encoding/csv sees it.
func (c *rowsCSV) needsQuotes(text string) bool {
	if text == "" {
		return false
	}
	if text == `\.` || text[0] == ' ' || text[0] == '\t' || text[0] >= 0x80 {
		return true // the last is more than encoding/csv does, and means the same
	}
	for i := range len(text) {
		if b := text[i]; b == c.comma || b == '"' || b == '\n' || b == '\r' {
			return true
		}
	}
	return false
}

func (c *rowsCSV) flush() error {
	_, err := c.out.Write(c.room)
	c.room = c.room[:0]
	return err
}

// Close implements extract.Table.
func (c *rowsCSV) Close() error { return c.flush() }
