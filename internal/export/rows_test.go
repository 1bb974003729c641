package export_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// What is written, and how it is read back: one column of every kind, and the same
// again where values may be missing.
var rowColumns = []extract.Column{
	{Code: "client", Kind: extract.Text}, {Code: "zebra", Kind: extract.Text, Optional: true}, {Code: "year", Kind: extract.Integer},
	{Code: "item", Kind: extract.Integer, Optional: true}, {Code: "resources", Kind: extract.Decimal, Decimals: 2}, {Code: "minutes", Kind: extract.Decimal, Decimals: 1, Optional: true},
	{Code: "printed", Kind: extract.Flag}, {Code: "day", Kind: extract.Day}, {Code: "late", Kind: extract.Day, Optional: true},
}

// drawnRows are any rows: words that need quotes or that a spreadsheet would run too.
func drawnRows(t *rapid.T, most int) [][]extract.Cell {
	words := rapid.OneOf(rapid.StringMatching(`[a-z][a-z0-9-]{0,12}`), rapid.StringMatching(`[ =+@"';,<&äö\n-][ -~äöå\n]{0,8}`))
	rows := make([][]extract.Cell, rapid.IntRange(0, most).Draw(t, "rows"))
	for i := range rows {
		for _, c := range rowColumns {
			cell := extract.Cell{}
			switch {
			case c.Optional && rapid.Bool().Draw(t, "missing"):
				cell.Missing = true
			case c.Kind == extract.Text:
				cell.Text = words.Draw(t, "text")
			case c.Kind == extract.Integer:
				cell.Int = rapid.Int64Range(-5, 2100).Draw(t, "integer")
			case c.Kind == extract.Decimal:
				cell.Float = rapid.Float64Range(-1, 100).Draw(t, "decimal")
			case c.Kind == extract.Flag:
				cell.Int = rapid.Int64Range(0, 1).Draw(t, "flag")
			default:
				cell.Day = calendar.MustParse("2019-12-30").AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
			}
			rows[i] = append(rows[i], cell)
		}
	}
	return rows
}

// file writes rows.
func file(t interface{ Fatal(...any) }, f extract.Format, rows [][]extract.Cell) []byte {
	var b bytes.Buffer
	table, err := export.Rows{}.Begin(f, rowColumns, &b)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := table.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// said is a cell as every format must give it back.
func said(c extract.Column, cell extract.Cell, defused bool) string {
	switch {
	case cell.Missing:
		return ""
	case c.Kind == extract.Integer:
		return strconv.FormatInt(cell.Int, 10)
	case c.Kind == extract.Decimal:
		return strconv.FormatFloat(cell.Float, 'f', c.Decimals, 64)
	case c.Kind == extract.Flag:
		return strconv.FormatBool(cell.Int == 1)
	case c.Kind == extract.Day:
		return cell.Day.String()
	case defused:
		return export.Defuse(cell.Text)
	default:
		return cell.Text
	}
}

func TestRowsAsCSVReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnRows(t, 20)
		for f, comma := range map[extract.Format]rune{extract.CSV: ',', extract.FiExcel: ';'} {
			text := file(t, f, rows)
			if f == extract.FiExcel {
				var marked bool
				if text, marked = bytes.CutPrefix(text, []byte("\ufeff")); !marked {
					t.Fatal("no byte order mark")
				}
			}
			in := csv.NewReader(bytes.NewReader(text))
			in.Comma = comma
			lines, err := in.ReadAll()
			if err != nil || len(lines) != len(rows)+1 {
				t.Fatalf("%d lines of %d rows: %v", len(lines), len(rows), err)
			}
			for i, row := range rows {
				for j, c := range rowColumns {
					want := said(c, row[j], true)
					if c.Kind == extract.Flag {
						want = strings.ToUpper(want)
					}
					if f == extract.FiExcel && c.Kind == extract.Decimal {
						want = strings.Replace(want, ".", ",", 1)
					}
					if got := lines[i+1][j]; got != want || lines[0][j] != c.Code {
						t.Fatalf("%s: %s in row %d is %q, want %q", f, c.Code, i, got, want)
					}
				}
			}
		}
	})
}

func TestRowsAsParquetReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnRows(t, 200)
		in := parquet.NewReader(bytes.NewReader(file(t, extract.Parquet, rows)))
		defer in.Close()
		if names := in.Schema().Columns(); len(names) != len(rowColumns) || names[1][0] != rowColumns[1].Code {
			t.Fatalf("the columns are %v", names)
		}
		read, room := 0, make([]parquet.Row, 64)
		for {
			n, err := in.ReadRows(room)
			for _, got := range room[:n] {
				for j, c := range rowColumns {
					if text, want := parquetText(c, got[j]), said(c, rows[read][j], false); text != want {
						t.Fatalf("%s in row %d is %q, want %q", c.Code, read, text, want)
					}
				}
				read++
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if read != len(rows) {
			t.Fatalf("%d rows of %d", read, len(rows))
		}
	})
}

func parquetText(c extract.Column, v parquet.Value) string {
	switch {
	case v.IsNull():
		return ""
	case c.Kind == extract.Integer:
		return strconv.FormatInt(int64(v.Int32()), 10)
	case c.Kind == extract.Decimal:
		return strconv.FormatFloat(v.Double(), 'f', c.Decimals, 64)
	case c.Kind == extract.Flag:
		return strconv.FormatBool(v.Boolean())
	case c.Kind == extract.Day:
		return calendar.MustParse("1970-01-01").AddDays(int(v.Int32())).String()
	default:
		return string(v.ByteArray())
	}
}

// Numbers are numbers, days are days, words are strings and never formulas.
func TestRowsAsXLSXReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawnRows(t, 10)
		book, err := excelize.OpenReader(bytes.NewReader(file(t, extract.XLSX, rows)))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		for i, row := range rows {
			for j, c := range rowColumns {
				at, err := excelize.CoordinatesToCellName(j+1, i+2)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := book.GetCellValue("rows", at, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
				kind, err := book.GetCellType("rows", at)
				if err != nil {
					t.Fatal(err)
				}
				formula, err := book.GetCellFormula("rows", at)
				if err != nil || formula != "" {
					t.Fatalf("a formula: %q %v", formula, err)
				}
				want, isText := said(c, row[j], false), c.Kind == extract.Text && !row[j].Missing
				switch {
				case c.Kind == extract.Flag:
					want = map[string]string{"true": "1", "false": "0"}[want]
				case c.Kind == extract.Day && want != "":
					want = strconv.Itoa(int(row[j].Day.Time().Unix()/86400) + 25569)
				}
				if raw != want || isText != (kind == excelize.CellTypeInlineString) {
					t.Fatalf("%s in row %d is %q of type %v, want %q", c.Code, i, raw, kind, want)
				}
			}
		}
	})
}
