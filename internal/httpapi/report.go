package httpapi

import (
	"context"
	"net/http"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/locale"
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
	labels := DistributionLabels(d, words(ctx), a.Library, units)
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

// DistributionLabels names everything in a distribution in the words of a
// language. units are the names of units by code.
func DistributionLabels(d report.Distribution, words *locale.Printer, library *instrument.Library, units map[string]string) export.Labels {
	text := func(key string) string { return words.Text("report." + key) }
	battery := func(code string) string {
		if b, ok := library.Current(code); ok {
			return b.Name.In(words.Tag())
		}
		return ""
	}
	scope := units[d.Unit]
	if d.Battery != "" {
		if scope != "" {
			scope += " · "
		}
		scope += battery(d.Battery)
	}
	return export.Labels{
		Language: words.Tag(), Title: text("title"), Scope: scope,
		Period:  words.Text("report.period", map[string]any{"from": d.From, "to": d.To}),
		Segment: func(code string) string { return words.Code("segment", code) },
		Battery: battery,
		Unit:    func(code string) string { return units[code] },
		Month: func(code string) string {
			first, err := calendar.Parse(code + "-01")
			if err != nil {
				return ""
			}
			return words.Month(first)
		},
		Covered: text,
		Tables: export.Headings{
			Summary: text("title"), Segments: text("segments"), Batteries: text("batteries"),
			Units: text("units"), Months: text("months"), Coverage: text("coverage"),
		},
		Heads: export.Heads{
			Code: text("code"), Name: text("name"), Segment: text("segment"), Count: text("count"),
			Percent: text("percent"), Suppressed: text("hidden"), N: text("n"),
		},
		HiddenCell: text("suppressed"),
		HiddenNote: words.Text("report.suppressed_note", map[string]any{"min": d.MinCell}),
		OpenNote:   text("open_note"),
		DemoNote:   text("demo_note"),
	}
}
