package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
)

// Dialect is a way of writing CSV.
type Dialect string

// The dialects. Both are UTF-8 with a header row.
const (
	Standard Dialect = ""         // comma, decimal point
	FiExcel  Dialect = "fi-excel" // semicolon, byte order mark, decimal comma: opens right in a Finnish Excel
)

// ParseDialect returns the dialect of a name in a query.
func ParseDialect(name string) (Dialect, bool) {
	d := Dialect(name)
	return d, d == Standard || d == FiExcel
}

// CSV writes rows in a dialect. The zero value is not usable; see NewCSV.
type CSV struct {
	out     *csv.Writer
	raw     io.Writer
	dialect Dialect
	begun   bool
}

// NewCSV makes a writer. Flush must be called at the end.
func NewCSV(w io.Writer, dialect Dialect) *CSV {
	out := csv.NewWriter(w)
	if dialect == FiExcel {
		out.Comma = ';'
	}
	return &CSV{out: out, raw: w, dialect: dialect}
}

// Row writes one row. Strings are defused, numbers, days and booleans are not; a
// float has one decimal, a Decimal its own, a nil or a nil *int is an empty cell.
func (c *CSV) Row(cells ...any) error {
	if !c.begun && c.dialect == FiExcel {
		if _, err := io.WriteString(c.raw, "\ufeff"); err != nil {
			return err
		}
	}
	c.begun = true
	record := make([]string, len(cells))
	for i, cell := range cells {
		record[i] = c.text(cell)
	}
	return c.out.Write(record)
}

// Flush writes what is buffered and returns the first error of all.
func (c *CSV) Flush() error {
	c.out.Flush()
	return c.out.Error()
}

func (c *CSV) text(cell any) string {
	switch v := cell.(type) {
	case nil:
		return ""
	case string:
		return Defuse(v)
	case int:
		return strconv.Itoa(v)
	case *int:
		if v == nil {
			return ""
		}
		return strconv.Itoa(*v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return c.text(Decimal{v, 1})
	case Decimal:
		text := strconv.FormatFloat(v.Value, 'f', v.Decimals, 64)
		if c.dialect == FiExcel {
			text = strings.Replace(text, ".", ",", 1)
		}
		return text
	case calendar.Date:
		return v.String()
	default:
		return Defuse(fmt.Sprint(v))
	}
}

// Defuse puts an apostrophe before a text that a spreadsheet would run as a
// formula: one that begins, after any blanks and invisible characters, with
// = + - @ or a full-width form of them, or with a tab or a line break.
func Defuse(text string) string {
	if text == "" {
		return text
	}
	if strings.ContainsRune("\t\r\n", rune(text[0])) {
		return "'" + text
	}
	begin := strings.TrimLeftFunc(text, ignorable)
	if begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
		return "'" + text
	}
	return text
}

// record is one line of the long format that CSV and workbook share.
type record struct {
	table, code, label, segment string
	count, percent              *int
	suppressed                  bool
}

// DistributionCSV writes the distribution in long form, one number a row: the
// columns table, code, label, segment, count, percent, suppressed. The tables
// are total, segments, batteries, units, months, registers, languages, modes and
// coverage, and as_of where figures are published; a row of a unit, month and so on without a segment is its n. The header and the codes are the same in every
// language, labels are the reader's.
func DistributionCSV(w io.Writer, d report.Distribution, labels Labels, dialect Dialect) error {
	out := NewCSV(w, dialect)
	if err := out.Row("table", "code", "label", "segment", "count", "percent", "suppressed"); err != nil {
		return err
	}
	for _, r := range records(d, labels) {
		if err := out.Row(r.table, r.code, r.label, r.segment, r.count, r.percent, r.suppressed); err != nil {
			return err
		}
	}
	return out.Flush()
}

func records(d report.Distribution, l Labels) []record {
	list := []record{{table: "total", code: "n", label: l.Title, count: d.N, suppressed: d.Suppressed}}
	if !d.AsOf.IsZero() {
		list = append(list, record{table: "as_of", code: d.AsOf.String(), label: l.PublishedNote})
	}
	for _, s := range d.Segments {
		list = append(list, record{"segments", s.Code, named(l.Segment, s.Code), s.Code, s.Count, s.Percent, s.Suppressed})
	}
	for _, s := range d.Batteries {
		list = append(list, record{"batteries", s.Code, named(l.Battery, s.Code), "", s.Count, s.Percent, s.Suppressed})
	}
	for _, t := range l.groups(d) {
		list = append(list, groupRecords(t.code, t.rows, t.name)...)
	}
	for _, line := range d.Coverage.Lines() {
		list = append(list, record{table: "coverage", code: line.Code, label: named(l.Covered, line.Code), count: line.Count, suppressed: line.Count == nil})
	}
	return list
}

func groupRecords(table string, groups []report.Group, name func(string) string) []record {
	var list []record
	for _, g := range groups {
		label := named(name, g.Code)
		list = append(list, record{table: table, code: g.Code, label: label, count: g.N, suppressed: g.Suppressed})
		for _, s := range g.Segments {
			list = append(list, record{table, g.Code, label, s.Code, s.Count, s.Percent, s.Suppressed})
		}
	}
	return list
}
