package visit

import (
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// whyNot is one reason why somebody does not take part.
type whyNot struct{ Value, Label string }

// why is a reason as a button sends it: the kind goes without saying.
type why struct {
	kind   assessment.NonParticipationKind
	reason string
}

// The reasons to choose from, by what a button sends. "Other" is there for both
// kinds.
var (
	whys = map[string]why{
		"not_interested":     {assessment.DeclinedToTakePart, "not_interested"},
		"consent_not_wanted": {assessment.DeclinedToTakePart, "consent_not_wanted"},
		"specific_question":  {assessment.DeclinedToTakePart, "specific_question"},
		"no_time":            {assessment.DeclinedToTakePart, "no_time"},
		"declined_other":     {assessment.DeclinedToTakePart, "other"},
		"memory_illness":     {assessment.Unsuitable, "memory_illness"},
		"acute_confusion":    {assessment.Unsuitable, "acute_confusion"},
		"too_tired":          {assessment.Unsuitable, "too_tired"},
		"language":           {assessment.Unsuitable, "language"},
		"technical_fault":    {assessment.Unsuitable, "technical_fault"},
		"unsuited_other":     {assessment.Unsuitable, "other"},
	}
	declinedOrder = []string{"not_interested", "consent_not_wanted", "specific_question", "no_time", "declined_other"}
	unsuitedOrder = []string{"memory_illness", "acute_confusion", "too_tired", "language", "technical_fault", "unsuited_other"}
)

func declinedFor(r *page.Request) []whyNot { return whyNots(r, declinedOrder) }
func unsuitedFor(r *page.Request) []whyNot { return whyNots(r, unsuitedOrder) }

func whyNots(r *page.Request, order []string) []whyNot {
	var list []whyNot
	for _, value := range order {
		list = append(list, whyNot{Value: value, Label: r.Code("reason", whys[value].reason)})
	}
	return list
}

// notTakingPart writes down that somebody did not take part, and why.
func (p *Pages) notTakingPart(r *page.Request) error {
	values := kept(r.Posted())
	form := &page.Form{Labels: beginLabels, Values: values}
	chosen, ok := whys[r.Form("why")]
	if !ok {
		return fault.New(fault.Malformed)
	}
	_, err := p.Assessments.RecordNonParticipation(r.Ctx(), assessment.RecordNonParticipation{
		Unit: values.Get("unit"), Battery: values.Get("battery"), Kind: string(chosen.kind), Reason: chosen.reason,
	})
	if err := form.Take(err); err != nil {
		return err
	}
	if form.Invalid() {
		return p.showBegin(r, form)
	}
	return r.Redirect("/?done=not-taking-part")
}
