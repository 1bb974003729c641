package chart

import (
	"bytes"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/raster"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// format is a kind of file that a chart is written as.
type format struct {
	code, extension, media string
	picture                bool
	write                  func(io.Writer, Chart) error
}

func csv(dialect export.Dialect) func(io.Writer, Chart) error {
	return func(w io.Writer, c Chart) error { return export.SheetCSV(w, c.Sheet, dialect) }
}

// formats are the kinds of files, in the order in which they are offered.
var formats = []format{
	{code: "fi-excel", extension: ".csv", media: "text/csv; charset=utf-8", write: csv(export.FiExcel)},
	{code: "xlsx", extension: ".xlsx", media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write: func(w io.Writer, c Chart) error {
		return export.SheetsXLSX(w, c.Sheet.Title, c.Notes, []export.Sheet{c.Sheet})
	}},
	{code: "csv", extension: ".csv", media: "text/csv; charset=utf-8", write: csv(export.Standard)},
	{code: "svg", extension: ".svg", media: "image/svg+xml", picture: true, write: func(w io.Writer, c Chart) error {
		_, err := w.Write(c.Figure.SVG())
		return err
	}},
	{code: "png", extension: ".png", media: "image/png", picture: true, write: func(w io.Writer, c Chart) error { return raster.PNG(w, *c.Figure) }},
}

// formats are those that a chart can be had as: without a figure there is no picture.
func (c Chart) formats() []format {
	return slices.DeleteFunc(slices.Clone(formats), func(f format) bool { return f.picture && c.Figure == nil })
}

// Send answers with a chart as a file in the wanted format. Its name has the
// chart's code and the days of the question.
func (c Chart) Send(r *page.Request, code, days string) error {
	list := c.formats()
	i := slices.IndexFunc(list, func(f format) bool { return f.code == code })
	if i < 0 {
		return fault.New(fault.NotFound)
	}
	var body bytes.Buffer
	if err := list[i].write(&body, c); err != nil {
		return err
	}
	name := c.Sheet.Code
	if days != "" {
		name += "-" + days
	}
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+list[i].extension+`"`)
	r.Response().Header().Set("Content-Language", string(r.Lang()))
	return r.Blob(http.StatusOK, list[i].media, body.Bytes())
}

// Find finds a chart by its code among those of a page.
func Find(charts []Chart, code string) (Chart, error) {
	i := slices.IndexFunc(charts, func(c Chart) bool { return c.Sheet.Code == code })
	if i < 0 {
		return Chart{}, fault.New(fault.NotFound)
	}
	return charts[i], nil
}
