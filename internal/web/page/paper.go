package page

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/document"
)

const mimePDF = "application/pdf"

// Paper sends a document to print, or the error that came in its place.
func (r *Request) Paper(p document.Paper, err error) error {
	if err != nil {
		return err
	}
	printed, err := p.Document.PDF()
	if err != nil {
		return err
	}
	if printed.Replaced > 0 {
		r.Set("replaced", printed.Replaced) // for the log
	}
	h := r.Response().Header()
	h.Set(echo.HeaderContentDisposition, `inline; filename="omasuunta-`+p.Kind+`.pdf"`)
	h.Set("Content-Language", string(p.Document.Language))
	return r.Blob(http.StatusOK, mimePDF, printed.Bytes)
}
