package housetest

import (
	"context"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Begun begins an assessment of [Unit] as whoever acts, with consent on paper to
// all purposes and the battery on functioning. change, which may be nil, says
// what is different.
func (h *House) Begun(ctx context.Context, change func(*assessment.Begin)) *assessment.Assessment {
	h.Helper()
	in := assessment.Begin{
		Consent: assessment.GiveConsent{Form: "paper", Purposes: []string{"assessment", "record", "statistics"}, GivenBy: "client"},
		Start:   assessment.Start{Unit: Unit, Register: "health", Language: "fi", Battery: "functioning"},
	}
	if change != nil {
		change(&in)
	}
	a, _, err := h.Assessments.Begin(ctx, in)
	h.Must(err)
	return a
}

// Items lists the codes of a side's items.
func (h *House) Items(a *assessment.Assessment, side instrument.Side) (codes []string) {
	h.Helper()
	client, professional, err := h.Assessments.Batteries(a)
	h.Must(err)
	battery := client
	if side == instrument.Professional {
		battery = professional
	}
	for _, item := range battery.Items {
		codes = append(codes, item.Code)
	}
	return codes
}

// Fill answers every item of a side, but some, with the same number, whatever is
// there already.
func (h *House) Fill(ctx context.Context, a *assessment.Assessment, side instrument.Side, value int, but ...string) {
	h.Helper()
	items := slices.DeleteFunc(h.Items(a, side), func(code string) bool { return slices.Contains(but, code) })
	h.Give(ctx, a, side, value, items...)
}

// Give answers these items of a side with the same number, whatever is there
// already.
func (h *House) Give(ctx context.Context, a *assessment.Assessment, side instrument.Side, value int, items ...string) {
	h.Helper()
	var answers []assessment.SeenAnswer
	for _, item := range items {
		answers = append(answers, assessment.SeenAnswer{Answer: assessment.Answer{Item: item, Value: &value}, Overwrite: true})
	}
	_, err := h.Assessments.Answer(ctx, assessment.SaveAnswers{ID: a.ID, Side: side, Answers: answers})
	h.Must(err)
}

// Completed takes a draft, in which every item is answered, to its result, a
// minute later.
func (h *House) Completed(ctx context.Context, a *assessment.Assessment) *assessment.Assessment {
	h.Helper()
	h.Clock.Advance(time.Minute)
	done, err := h.Assessments.Complete(ctx, assessment.Complete{ID: a.ID})
	h.Must(err)
	return done
}
