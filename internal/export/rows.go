package export

import (
	"fmt"
	"io"

	"github.com/omasuunta/omasuunta/internal/extract"
)

// Rows writes rows for research in every format. It implements extract.Formats. None
// of its tables keeps more than one group of rows, so that memory does not grow with
// the file.
type Rows struct{}

// Begin implements extract.Formats.
func (Rows) Begin(f extract.Format, columns []extract.Column, w io.Writer) (extract.Table, error) {
	switch f {
	case extract.CSV:
		return newRowsCSV(w, columns, Standard)
	case extract.FiExcel:
		return newRowsCSV(w, columns, FiExcel)
	case extract.Parquet:
		return newRowsParquet(w, columns), nil
	case extract.XLSX:
		return newRowsXLSX(w, columns)
	default:
		return nil, fmt.Errorf("export: there is no format %q for rows", f)
	}
}
