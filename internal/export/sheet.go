package export

import (
	"errors"
	"io"

	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// Sheet is a table on its way to a file: the numbers behind a figure, or one part
// of a report.
type Sheet struct {
	Code  string   // ASCII, for programs and file names: "uptake"
	Title string   // in the reader's language
	Head  []string // of the columns
	Rows  [][]any  // string, int, *int, Decimal, calendar.Date, bool or nil; nil and a nil *int are empty cells
	Notes []string // what must be known to read the numbers
}

// Decimal is a number with a fixed count of decimals, 0 to 6.
type Decimal struct {
	Value    float64
	Decimals int
}

// SheetCSV writes the header row and the rows of a sheet. Notes are left out: they
// would break the columns.
func SheetCSV(w io.Writer, s Sheet, dialect Dialect) error {
	out := NewCSV(w, dialect)
	head := make([]any, len(s.Head))
	for i, text := range s.Head {
		head[i] = text
	}
	if err := out.Row(head...); err != nil {
		return err
	}
	for _, row := range s.Rows {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// SheetsXLSX writes a workbook: a first sheet with the title and what must be
// known, then one for each table. Numbers are numbers, days are days, texts are
// strings and never formulas.
func SheetsXLSX(w io.Writer, title string, lines []string, sheets []Sheet) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	names := sheetNames{}
	first := names.unique(title, "summary")
	if err := book.SetSheetName("Sheet1", first); err != nil {
		return err
	}
	about := [][]any{{title}}
	for _, line := range lines {
		about = append(about, []any{line})
	}
	if err := stream(book, first, []float64{90}, about); err != nil {
		return err
	}
	day, err := book.NewStyle(&excelize.Style{NumFmt: 14}) // the reader's own way of writing a day
	if err != nil {
		return err
	}
	for _, s := range sheets {
		name := names.unique(s.Title, s.Code)
		if _, err := book.NewSheet(name); err != nil {
			return err
		}
		if err := stream(book, name, columnWidths(s), workbookRows(s, day)); err != nil {
			return err
		}
	}
	return book.Write(w)
}

func workbookRows(s Sheet, day int) [][]any {
	head := make([]any, len(s.Head))
	for i, text := range s.Head {
		head[i] = text
	}
	rows := [][]any{head}
	for _, row := range s.Rows {
		cells := make([]any, len(row))
		for i, c := range row {
			cells[i] = workbookCell(c, day)
		}
		rows = append(rows, cells)
	}
	for i, note := range s.Notes {
		if i == 0 {
			rows = append(rows, nil)
		}
		rows = append(rows, []any{note})
	}
	return rows
}

func workbookCell(c any, day int) any {
	switch v := c.(type) {
	case *int:
		return cell(v)
	case Decimal:
		return v.Value
	case calendar.Date:
		return excelize.Cell{StyleID: day, Value: v.Time()}
	default:
		return c
	}
}

// columnWidths fits columns to their longest text, within reason.
func columnWidths(s Sheet) []float64 {
	widths := make([]float64, len(s.Head))
	for i, text := range s.Head {
		widths[i] = float64(displayWidth(text)) + 2
	}
	for _, row := range s.Rows {
		for i, c := range row {
			if text, is := c.(string); is && i < len(widths) {
				widths[i] = max(widths[i], float64(displayWidth(text))+2)
			}
		}
	}
	for i := range widths {
		widths[i] = min(max(widths[i], 12), 60)
	}
	return widths
}
