package document

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Around is what belongs to a result besides the assessment itself.
type Around struct {
	Library              *instrument.Library
	Guidance             map[segment.Segment]instrument.Guidance
	Client, Professional *instrument.Battery // in the versions that the assessment pins
	Unit                 string              // name, "" to leave it out
	Demo                 bool
}

// Of gathers what is told about an assessment, which has a result.
func Of(a *assessment.Assessment, around Around) Result {
	r := Result{Library: around.Library, Guidance: around.Guidance, Unit: around.Unit, Demo: around.Demo}
	r.ClientBattery, r.ProfessionalBattery = around.Client, around.Professional
	r.Client, r.Professional = a.Client, a.Professional
	r.AssessedOn, r.Mode, r.Plain = a.AssessedOn, string(a.Mode), a.Plain
	if a.Result != nil {
		r.Scoring = *a.Result
	}
	if c := a.Confirmation; c != nil {
		r.Agreed, r.Reason, r.ReviewOn = c.Segment, c.Reason, c.ReviewOn
		for _, action := range c.Actions {
			r.Actions = append(r.Actions, Action(action))
		}
	}
	return r
}
