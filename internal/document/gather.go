package document

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Batteries finds the two batteries that an assessment is pinned to.
type Batteries interface {
	Batteries(a *assessment.Assessment) (client, professional *instrument.Battery, err error)
}

// Guidance is what the house says to each segment.
type Guidance interface {
	AllGuidance(ctx context.Context) (map[segment.Segment]instrument.Guidance, error)
}

// House tells what the units are called and whether the data is fictional.
type House interface {
	UnitNames(ctx context.Context) (map[string]string, error)
	ReportSettings(ctx context.Context) (setting.Settings, error)
}

// Sources is where the parts of a result come from that are not in the
// assessment itself.
type Sources struct {
	Library   *instrument.Library
	Batteries Batteries
	Guidance  Guidance
	House     House
}

// Gather puts together what is told about an assessment. Without a result in it
// nothing can be told: the functions of this package then refuse what comes back.
func (s Sources) Gather(ctx context.Context, a *assessment.Assessment) (r Result, err error) {
	r.Library = s.Library
	if r.ClientBattery, r.ProfessionalBattery, err = s.Batteries.Batteries(a); err != nil {
		return Result{}, err
	}
	if r.Guidance, err = s.Guidance.AllGuidance(ctx); err != nil {
		return Result{}, err
	}
	units, err := s.House.UnitNames(ctx)
	if err != nil {
		return Result{}, err
	}
	settings, err := s.House.ReportSettings(ctx)
	if err != nil {
		return Result{}, err
	}
	r.Unit, r.Demo = units[a.Unit], settings.Demo
	r.take(a)
	return r, nil
}

// take copies what is in the assessment itself.
func (r *Result) take(a *assessment.Assessment) {
	r.Client, r.Professional = a.Client, a.Professional
	r.AssessedOn, r.Mode, r.Plain = a.AssessedOn, string(a.Mode), a.Plain
	if a.Result != nil {
		r.Scoring = *a.Result
	}
	if c := a.Confirmation; c != nil {
		r.Agreed, r.Reason, r.ReviewOn, r.ConfirmedAt = c.Segment, c.Reason, c.ReviewOn, c.At
		for _, action := range c.Actions {
			r.Actions = append(r.Actions, Action(action))
		}
	}
}
