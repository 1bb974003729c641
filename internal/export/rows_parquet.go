package export

import (
	"io"
	"math"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// rowsParquet writes Parquet: numbers as INT32 and DOUBLE, days as DATE, true and
// false as BOOLEAN, codes as strings by dictionary. What is missing is null.
type rowsParquet struct {
	out     *parquet.GenericWriter[any]
	columns []extract.Column
	place   []int // of a column in the file
	rows    []parquet.Row
	waiting int
}

// groupRows bounds what of a file is in memory.
const (
	groupRows = 10_000
	batchRows = 64
)

// ordered is a group whose columns stand in a file as they stand in the row: a plain
// one sorts them by name.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

// Fields implements parquet.Node.
func (g ordered) Fields() []parquet.Field { return g.fields }

func newRowsParquet(w io.Writer, columns []extract.Column) *rowsParquet {
	group := parquet.Group{}
	for _, c := range columns {
		group[c.Code] = parquetNode(c)
	}
	byName := map[string]parquet.Field{}
	for _, field := range group.Fields() {
		byName[field.Name()] = field
	}
	root := ordered{Group: group}
	for _, c := range columns {
		root.fields = append(root.fields, byName[c.Code])
	}
	schema := parquet.NewSchema("rows", root)
	p := &rowsParquet{columns: columns, rows: make([]parquet.Row, batchRows), out: parquet.NewGenericWriter[any](w, schema,
		parquet.MaxRowsPerRowGroup(groupRows), parquet.PageBufferSize(64<<10), parquet.DataPageStatistics(false),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest, Concurrency: 1}), parquet.CreatedBy("omasuunta", "1", "0"))}
	at := map[string]int{}
	for i, path := range schema.Columns() {
		at[path[0]] = i
	}
	for _, c := range columns {
		p.place = append(p.place, at[c.Code])
	}
	for i := range p.rows {
		p.rows[i] = make(parquet.Row, len(columns))
	}
	return p
}

func parquetNode(c extract.Column) (node parquet.Node) {
	switch c.Kind {
	case extract.Integer:
		node = parquet.Int(32)
	case extract.Decimal:
		node = parquet.Leaf(parquet.DoubleType)
	case extract.Flag:
		node = parquet.Leaf(parquet.BooleanType)
	case extract.Day:
		node = parquet.Date()
	default:
		node = parquet.String()
		if c.Code != extract.ClientColumn && c.Code != extract.AssessmentColumn {
			node = parquet.Encoded(node, &parquet.RLEDictionary)
		}
	}
	if c.Optional {
		node = parquet.Optional(node)
	}
	return node
}

// Row implements extract.Table.
func (p *rowsParquet) Row(cells []extract.Cell) error {
	row := p.rows[p.waiting]
	for i := range cells {
		c, at := &p.columns[i], p.place[i]
		switch defined := 0; {
		case cells[i].Missing:
			row[at] = parquet.NullValue().Level(0, 0, at)
		default:
			if c.Optional {
				defined = 1
			}
			row[at] = parquetValue(c, &cells[i]).Level(0, defined, at)
		}
	}
	if p.waiting++; p.waiting == len(p.rows) {
		return p.flush()
	}
	return nil
}

func parquetValue(c *extract.Column, cell *extract.Cell) parquet.Value {
	switch c.Kind {
	case extract.Integer:
		return parquet.Int32Value(int32(cell.Int))
	case extract.Decimal:
		return parquet.DoubleValue(rounded(cell.Float, c.Decimals))
	case extract.Flag:
		return parquet.BooleanValue(cell.Int != 0)
	case extract.Day:
		return parquet.Int32Value(daysSince1970(cell.Day))
	default:
		return parquet.ByteArrayValue([]byte(cell.Text))
	}
}

// rounded is a number as it stands in CSV.
func rounded(value float64, decimals int) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(value, 'f', decimals, 64), 64)
	if err != nil {
		return math.NaN() // impossible: it was just written
	}
	return short
}

func daysSince1970(d calendar.Date) int32 { return int32(d.Time().Unix() / (24 * 60 * 60)) }

func (p *rowsParquet) flush() error {
	_, err := p.out.WriteRows(p.rows[:p.waiting])
	p.waiting = 0
	return err
}

// Close implements extract.Table.
func (p *rowsParquet) Close() error {
	if err := p.flush(); err != nil {
		return err
	}
	return p.out.Close()
}
