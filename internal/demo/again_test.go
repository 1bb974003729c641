package demo

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// TestSomeComeAgain looks at the clients who were assessed twice: under the consent
// of the first time, not before the day they agreed on, and asked for their opinion
// once.
func TestSomeComeAgain(t *testing.T) {
	p := onSQLite(t)
	first := map[string]*assessment.Assessment{}
	moves, afterOutage := map[[2]segment.Segment]int{}, 0
	for _, a := range p.final {
		before := first[a.ConsentID.String()]
		if before == nil {
			first[a.ConsentID.String()] = a
			continue
		}
		moves[[2]segment.Segment{before.Result.Segment, a.Result.Segment}]++
		switch c := before.Confirmation; {
		case c == nil || c.ReviewOn.IsZero():
			t.Errorf("somebody came to %s again without having agreed on it", a.Unit)
		case a.AssessedOn.Before(c.ReviewOn) || a.AssessedOn.After(c.ReviewOn.AddDays(mostDelay)):
			t.Errorf("a review that was agreed for %s was on %s", c.ReviewOn, a.AssessedOn)
		case !c.ReviewOn.Before(outFrom) && !c.ReviewOn.After(outTo):
			afterOutage++
		}
		if a.Unit != before.Unit || a.Register != before.Register || a.Language != before.Language ||
			a.ProfessionalBattery != before.ProfessionalBattery || a.CreatedBy != before.CreatedBy {
			t.Errorf("in %s somebody is not the same the second time", a.Unit)
		}
		if a.FeedbackGiven {
			t.Errorf("in %s somebody was asked for an opinion twice", a.Unit)
		}
	}
	if len(first) != 74 || len(p.final) != 86 {
		t.Errorf("%d assessments of %d clients, not 86 of 74", len(p.final), len(first))
	}
	same := 0
	for move, n := range moves {
		if move[0] == move[1] {
			same += n
		} else if move[0].ResourcesHigh() != move[1].ResourcesHigh() && move[0].ChallengeHigh() != move[1].ChallengeHigh() {
			t.Errorf("somebody moved from %s to %s", move[0], move[1])
		}
	}
	if same != 5 || len(moves) < 8 || afterOutage == 0 {
		t.Errorf("%d stayed, %d kinds of moves, %d waited for the end of the outage", same, len(moves), afterOutage)
	}
}

// comeAgain holds the report of the changes against what the replay means.
func comeAgain(t *testing.T, reports *report.Service, ask report.Query, p *played) {
	t.Helper()
	c, err := reports.Crossing(p.as(t), ask, report.Previous)
	must(t, err)
	if c.N == nil || *c.N != 12 || c.Same() == nil || *c.Same() != 5 {
		t.Errorf("changes: %v, %v of them none", c.N, c.Same())
	}
	ask.From, ask.To = calendar.MustParse("2023-10-01"), calendar.MustParse("2023-10-31")
	october, err := reports.Crossing(p.as(t), ask, report.Previous)
	must(t, err)
	if october.N == nil || *october.N == 0 || *october.N == *c.N {
		t.Errorf("changes in October, of assessments that were made before: %v", october.N)
	}
}
