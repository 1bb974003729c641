package httpapi

import (
	"context"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/report"
)

// VisitReadDistributionResponse implements ReadDistributionResponseObject.
func (d *written) VisitReadDistributionResponse(w http.ResponseWriter) error { return d.send(w) }

// ReadDistribution implements GET /reports/distribution.
func (a *API) ReadDistribution(ctx context.Context, in ReadDistributionRequestObject) (ReadDistributionResponseObject, error) {
	d, err := a.Reports.Distribution(ctx, report.Query{
		Prior: callOf(ctx).findings,
		From:  day(in.Params.From), To: day(in.Params.To), Unit: value(in.Params.Unit), Battery: value(in.Params.Battery),
	})
	if err != nil {
		return nil, err
	}
	units, err := a.Names.UnitNames(ctx)
	if err != nil {
		return nil, err
	}
	labels := export.DistributionLabels(d, words(ctx), a.Library, units)
	return distributionFile(d, labels, callOf(ctx).media, export.Dialect(value(in.Params.Dialect)))
}

// day reads a date that the checks let through, zero where there is none.
func day(text string) calendar.Date {
	d, _ := calendar.Parse(text)
	return d
}

func distributionFile(d report.Distribution, labels export.Labels, media string, dialect export.Dialect) (*written, error) {
	name := `attachment; filename="distribution-` + d.From.String() + "-" + d.To.String()
	switch out := (&written{media: media}); media {
	case formats[string(ReportFormatCsv)]:
		out.media, out.disposition = media+"; charset=utf-8", name+`.csv"`
		return out, export.DistributionCSV(&out.body, d, labels, dialect)
	case formats[string(ReportFormatXlsx)]:
		out.disposition = name + `.xlsx"`
		return out, export.DistributionXLSX(&out.body, d, labels)
	case formats[string(ReportFormatSvg)]:
		return out, export.DistributionSVG(&out.body, d, labels)
	default:
		return out, export.DistributionJSON(&out.body, d, labels)
	}
}
