package export

import (
	"errors"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/report"
)

// DistributionXLSX writes a workbook: a summary with period, n and notes, and a
// sheet for each table in the long form of DistributionCSV. Numbers are numbers,
// texts are strings and never formulas, a hidden number is an empty cell beside
// TRUE in the last column.
func DistributionXLSX(w io.Writer, d report.Distribution, l Labels) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	type sheet struct{ table, name string }
	sheets := []sheet{{"segments", l.Tables.Segments}, {"batteries", l.Tables.Batteries}}
	for i, t := range l.groups(d) {
		if i == 2 { // after units and months, where it has always been
			sheets = append(sheets, sheet{"coverage", l.Tables.Coverage})
		}
		sheets = append(sheets, sheet{t.code, t.heading})
	}
	names := sheetNames{}
	summary := names.unique(l.Tables.Summary, "summary")
	if err := book.SetSheetName("Sheet1", summary); err != nil {
		return err
	}
	if err := stream(book, summary, []float64{90}, summaryRows(d, l)); err != nil {
		return err
	}
	all := records(d, l)
	for _, s := range sheets {
		name := names.unique(s.name, s.table)
		if _, err := book.NewSheet(name); err != nil {
			return err
		}
		rows := [][]any{{l.Heads.Code, l.Heads.Name, l.Heads.Segment, l.Heads.Count, l.Heads.Percent, l.Heads.Suppressed}}
		for _, r := range all {
			if r.table == s.table {
				rows = append(rows, []any{r.code, r.label, r.segment, cell(r.count), cell(r.percent), r.suppressed})
			}
		}
		if err := stream(book, name, []float64{22, 44, 14, 12, 12, 14}, rows); err != nil {
			return err
		}
	}
	return book.Write(w)
}

func summaryRows(d report.Distribution, l Labels) [][]any {
	rows := [][]any{{l.Title}, {l.subtitle(d)}}
	for _, note := range l.notes(d) {
		rows = append(rows, []any{note})
	}
	return rows
}

// stream writes rows to a sheet, the first in bold.
func stream(book *excelize.File, sheet string, widths []float64, rows [][]any) error {
	out, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, w := range widths {
		if err := out.SetColWidth(i+1, i+1, w); err != nil {
			return err
		}
	}
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		var options []excelize.RowOpts
		if i == 0 {
			options = append(options, excelize.RowOpts{StyleID: bold})
		}
		if err := out.SetRow(at, row, options...); err != nil {
			return err
		}
	}
	return out.Flush()
}

func cell(number *int) any {
	if number == nil {
		return nil
	}
	return *number
}

// sheetNames keeps the names of sheets valid and different from each other.
type sheetNames map[string]bool

// unique makes a valid name of at most 31 characters, or takes the other one.
func (used sheetNames) unique(wish, otherwise string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, wish)
	runes := []rune(strings.Trim(name, "' "))
	if len(runes) > 31 {
		runes = runes[:31]
	}
	name = string(runes)
	if name == "" || used[strings.ToLower(name)] {
		name = otherwise
	}
	used[strings.ToLower(name)] = true
	return name
}
