package outcome_test

import (
	"context"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/outcome"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// visit is the pages of a result, and the browsers of two professionals of
// different units.
type visit struct {
	*pagetest.Site
	own, other *pagetest.Browser
	ctx        context.Context // in which the own one acts
}

func newVisit(t *testing.T) *visit {
	t.Helper()
	h := housetest.New(t)
	h.Clock.Set(time.Date(2023, 10, 31, 8, 42, 0, 0, time.UTC))
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(outcome.New(kit, outcome.Deps{
			Assessments: h.Assessments, Papers: document.Papers{Assessments: h.Assessments, Library: h.Library, Content: h.Content, House: h.Store},
		}))
	})
	own, other, ctx := site.Neighbours()
	return &visit{site, own, other, ctx}
}

// begun is a draft of somebody who may come again, with the professional's guess.
func (v *visit) begun(change func(*assessment.Begin)) *assessment.Assessment {
	v.Helper()
	return v.Begun(v.ctx, func(in *assessment.Begin) {
		in.Consent.Purposes = []string{"assessment", "record"}
		in.Start.ClientRef, in.Start.Expected = "A-17", "yhteiso"
		if change != nil {
			change(in)
		}
	})
}

// done is an assessment with a result: the answers of a side are around one
// value, but for the first of the client's.
func (v *visit) done(client, professional int, change func(*assessment.Begin)) *assessment.Assessment {
	v.Helper()
	a := v.begun(change)
	own, theirs, err := v.Assessments.Batteries(a)
	v.Must(err)
	for _, side := range []struct {
		battery *instrument.Battery
		value   int
	}{{own, client}, {theirs, professional}} {
		var answers []assessment.SeenAnswer
		for i, item := range side.battery.Items {
			value := side.value + i%3 - 1
			answer := assessment.Answer{Item: item.Code, Value: &value}
			switch {
			case i == 0 && side.battery == own:
				answer.Value, answer.Skip, answer.Comment = nil, "discuss", "Portaat ovat hankalat"
			case i == 0:
				answer.Comment = "Rollaattori tarkistettava"
			}
			answers = append(answers, assessment.SeenAnswer{Answer: answer})
		}
		_, err := v.Assessments.Answer(v.ctx, assessment.SaveAnswers{ID: a.ID, Side: side.battery.Side, Answers: answers})
		v.Must(err)
	}
	return v.Completed(v.ctx, a)
}

func at(a *assessment.Assessment, name string) string {
	return "/assessments/" + a.ID.String() + "/" + name
}
