package export

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/extract"
)

// rowsXLSX writes a workbook of one sheet as it goes. The library that writes the
// other workbooks puts large sheets into files of its own on the way, where rows would
// stand unsealed, and the whole workbook into memory at the end.
type rowsXLSX struct {
	book    *zip.Writer
	out     *bufio.Writer
	columns []extract.Column
	names   []string // of the columns: A, B, …
	row     int
	room    []byte
}

// The parts of a workbook beside its sheet (ECMA-376, part 1). Style 1 is a day as the
// reader writes days, style 2 is bold.
var workbookParts = [][2]string{
	{"[Content_Types].xml", xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", xml.Header + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="rows" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", xml.Header + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`},
}

const (
	sheetBegin = xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`
	sheetEnd   = `</sheetData></worksheet>`
)

func newRowsXLSX(w io.Writer, columns []extract.Column) (*rowsXLSX, error) {
	x := &rowsXLSX{book: zip.NewWriter(w), columns: columns}
	for _, part := range workbookParts {
		if err := x.part(part[0], part[1]); err != nil {
			return nil, err
		}
	}
	sheet, err := x.book.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	x.out = bufio.NewWriterSize(sheet, 32<<10)
	x.room = append(x.room, sheetBegin...)
	x.begin()
	for i, c := range columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return nil, err
		}
		x.names = append(x.names, name)
		x.text(name, c.Code, ` s="2"`)
	}
	return x, x.end()
}

func (x *rowsXLSX) part(name, content string) error {
	w, err := x.book.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, content)
	return err
}

func (x *rowsXLSX) begin() {
	x.row++
	x.room = append(x.room, `<row r="`...)
	x.room = append(strconv.AppendInt(x.room, int64(x.row), 10), `">`...)
}

func (x *rowsXLSX) end() error {
	x.room = append(x.room, `</row>`...)
	_, err := x.out.Write(x.room)
	x.room = x.room[:0]
	return err
}

func (x *rowsXLSX) cell(name, more string) {
	x.room = append(x.room, `<c r="`...)
	x.room = strconv.AppendInt(append(x.room, name...), int64(x.row), 10)
	x.room = append(append(append(x.room, '"'), more...), '>')
}

// text appends a text as a string, which no spreadsheet runs as a formula.
func (x *rowsXLSX) text(name, text, style string) {
	x.cell(name, style+` t="inlineStr"`)
	x.room = append(x.room, `<is><t xml:space="preserve">`...)
	if harmless(text) && plainXML(text) {
		x.room = append(x.room, text...)
	} else {
		to := appender{&x.room}
		_ = xml.EscapeText(to, []byte(text)) // appending cannot fail
	}
	x.room = append(x.room, `</t></is></c>`...)
}

type appender struct{ to *[]byte }

func (a appender) Write(b []byte) (int, error) {
	*a.to = append(*a.to, b...)
	return len(b), nil
}

// plainXML tells whether nothing in a text has to be escaped.
func plainXML(text string) bool {
	for i := range len(text) {
		if b := text[i]; b < 0x20 || b >= 0x7f || b == '<' || b == '>' || b == '&' || b == '"' || b == '\'' {
			return false
		}
	}
	return true
}

// Row implements extract.Table.
func (x *rowsXLSX) Row(cells []extract.Cell) error {
	x.begin()
	for i := range cells {
		cell, column, name := &cells[i], &x.columns[i], x.names[i]
		if cell.Missing {
			continue
		}
		switch column.Kind {
		case extract.Integer:
			x.number(name, "", strconv.AppendInt(nil, cell.Int, 10))
		case extract.Decimal:
			x.number(name, "", strconv.AppendFloat(nil, cell.Float, 'f', column.Decimals, 64))
		case extract.Flag:
			x.number(name, ` t="b"`, strconv.AppendInt(nil, cell.Int, 10))
		case extract.Day:
			x.number(name, ` s="1"`, strconv.AppendInt(nil, int64(daysSince1970(cell.Day))+daysTo1970, 10))
		default:
			x.text(name, cell.Text, "")
		}
	}
	return x.end()
}

// daysTo1970 is 1 January 1970 as a spreadsheet counts days.
const daysTo1970 = 25569

func (x *rowsXLSX) number(name, more string, value []byte) {
	x.cell(name, more)
	x.room = append(append(append(x.room, `<v>`...), value...), `</v></c>`...)
}

// Close implements extract.Table.
func (x *rowsXLSX) Close() error {
	if _, err := x.out.WriteString(sheetEnd); err != nil {
		return err
	}
	if err := x.out.Flush(); err != nil {
		return err
	}
	return x.book.Close()
}
