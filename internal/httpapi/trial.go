package httpapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// VisitReadTrialResponse implements ReadTrialResponseObject.
func (d *written) VisitReadTrialResponse(w http.ResponseWriter) error { return d.send(w) }

// ReadTrial implements GET /reports/trial.
func (a *API) ReadTrial(ctx context.Context, in ReadTrialRequestObject) (ReadTrialResponseObject, error) {
	r, err := a.Trials.Trial(ctx, trial.Query{
		Prior: callOf(ctx).findings, From: day(in.Params.From), To: day(in.Params.To), Unit: value(in.Params.Unit),
	})
	if err != nil {
		return nil, err
	}
	units, err := a.Names.UnitNames(ctx)
	if err != nil {
		return nil, err
	}
	out := &written{media: echo.MIMEApplicationJSON}
	return out, export.TrialJSON(&out.body, r, export.NewTrialLabels(r, words(ctx), a.Library, units))
}
