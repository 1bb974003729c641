package export

import (
	"encoding/json"
	"io"
	"time"

	"github.com/omasuunta/omasuunta/internal/extract"
)

// manifest is what stands beside a file of rows. Its names are the same in every
// language.
type manifest struct {
	File    string    `json:"file"`
	Format  string    `json:"format"`
	Rows    int       `json:"rows"`
	Bytes   int64     `json:"bytes"`
	SHA256  string    `json:"sha256"`
	AsOf    time.Time `json:"as_of"`
	Permit  permitted `json:"permit"`
	Columns []string  `json:"columns"`
}

type permitted struct {
	Reference  string   `json:"reference"`
	Purposes   []string `json:"purposes"`
	Units      []string `json:"units"`
	Registers  []string `json:"registers"`
	From       string   `json:"from"`
	To         string   `json:"to"`
	ValidUntil string   `json:"valid_until"`
}

// RowsManifest writes as JSON what a file of rows is, so that whoever has it can tell
// that it is whole, as of when it is and what it may be used for.
func RowsManifest(w io.Writer, j extract.Job, p extract.Permit, columns []extract.Column) error {
	m := manifest{
		File: j.Name(), Format: string(j.Format), Rows: j.Rows, Bytes: j.Bytes, SHA256: j.SHA256, AsOf: j.AsOf,
		Permit: permitted{p.Reference, codesOf(p.Purposes), p.Units, codesOf(p.Registers), p.From.String(), p.To.String(), p.ValidUntil.String()},
	}
	for _, c := range columns {
		m.Columns = append(m.Columns, c.Code)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(m)
}
