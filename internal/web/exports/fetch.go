package exports

import (
	"bytes"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/stream"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// fetch sends a file part by part. One that became outdated is being made anew by
// then, which the list says.
func (p *Pages) fetch(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	content, err := p.Extracts.Fetch(r.Ctx(), id)
	switch fault.CodeOf(err) {
	case fault.CodeExportOutdated:
		return r.Redirect("/exports?done=outdated")
	case fault.CodeExportNotReady:
		return r.Redirect("/exports")
	}
	if err != nil {
		return err
	}
	stream.Send(r.Ctx(), r.Response(), content, p.Deadline)
	return nil
}

// manifest sends what a file is: rows, checksum, as of when, for what.
func (p *Pages) manifest(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	one, err := p.Extracts.File(r.Ctx(), id)
	if err == nil && !one.Fetch {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := export.RowsManifest(&body, one.Job, one.Permit, p.Extracts.Columns(one.Permit)); err != nil {
		return err
	}
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+one.Name()+`.json"`)
	return r.Blob(http.StatusOK, echo.MIMEApplicationJSON, body.Bytes())
}

// book is a way of writing the code book.
type book struct {
	extension, media string
	write            func(io.Writer, export.Sheet) error
}

var books = map[string]book{
	"csv": {".csv", extract.CSV.MediaType(), func(w io.Writer, s export.Sheet) error { return export.SheetCSV(w, s, export.Standard) }},
	"fi-excel": {".csv", extract.CSV.MediaType(), func(w io.Writer, s export.Sheet) error {
		return export.SheetCSV(w, s, export.FiExcel)
	}},
	"md": {".md", "text/markdown; charset=utf-8", export.SheetMarkdown},
	"xlsx": {".xlsx", extract.XLSX.MediaType(), func(w io.Writer, s export.Sheet) error {
		return export.SheetsXLSX(w, s.Title, s.Notes, []export.Sheet{s})
	}},
}

// codeBook sends what the columns under a permit are.
func (p *Pages) codeBook(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	b, known := books[r.QueryParam("format")]
	permit, err := p.Extracts.Permit(r.Ctx(), id)
	if err == nil && !known {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := b.write(&body, export.CodeBook(p.Extracts.Columns(permit), p.Extracts.Library(), r.Words)); err != nil {
		return err
	}
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="codebook`+b.extension+`"`)
	r.Response().Header().Set("Content-Language", string(r.Lang()))
	return r.Blob(http.StatusOK, b.media, body.Bytes())
}
