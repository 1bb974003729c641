package insight

import (
	"bytes"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/raster"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// format is a kind of file that the distribution is written as.
type format struct {
	code, extension, media string
	write                  func(io.Writer, report.Distribution, export.Labels) error
}

func csv(dialect export.Dialect) func(io.Writer, report.Distribution, export.Labels) error {
	return func(w io.Writer, d report.Distribution, l export.Labels) error {
		return export.DistributionCSV(w, d, l, dialect)
	}
}

// formats are the kinds of files, in the order in which they are offered.
var formats = []format{
	{"fi-excel", ".csv", "text/csv; charset=utf-8", csv(export.FiExcel)},
	{"xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export.DistributionXLSX},
	{"csv", ".csv", "text/csv; charset=utf-8", csv(export.Standard)},
	{"svg", ".svg", "image/svg+xml", export.DistributionSVG},
	{"png", ".png", "image/png", func(w io.Writer, d report.Distribution, l export.Labels) error {
		return raster.PNG(w, export.DistributionFigure(d, l))
	}},
	{"json", ".json", echo.MIMEApplicationJSON, export.DistributionJSON},
}

// download sends the distribution as a file, or one of its charts. The name of the
// file has the days and nothing that could tell of anybody.
func (p *Pages) download(r *page.Request) error {
	if r.QueryParams().Has("chart") {
		return p.send(distribution)(r)
	}
	i := slices.IndexFunc(formats, func(f format) bool { return f.code == r.QueryParam("format") })
	if i < 0 {
		return fault.New(fault.NotFound)
	}
	units, err := p.Names.UnitNames(r.Ctx())
	if err != nil {
		return err
	}
	d, err := p.Reports.Distribution(r.Ctx(), question(r.QueryParams()))
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := formats[i].write(&body, d, export.DistributionLabels(d, r.Words, p.Library, units)); err != nil {
		return err
	}
	name := "distribution-" + d.From.String() + "-" + d.To.String() + formats[i].extension
	r.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	r.Response().Header().Set("Content-Language", string(r.Lang()))
	return r.Blob(http.StatusOK, formats[i].media, body.Bytes())
}
