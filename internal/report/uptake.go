package report

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// TargetEach is how many assessments each professional was asked to do in the trial.
const TargetEach = 10

// Uptake is how far those got to whom an assessment was offered, and how many
// professionals have done how many.
type Uptake struct {
	N             *int // assessments in the distribution; nil when hidden
	MinCell       int
	DemoNote      bool
	Steps         []Line // the steps of UptakeSteps, in their order
	Missing       []Line // declined, unsuitable, unfinished, without_statistics
	Professionals []Line // by how many assessments they have completed; see TargetBins
	Reporting     *int   // all professionals of Professionals together
}

// UptakeSteps are the steps from an offer to the client's feedback: offered,
// consented (to answering, whether or not they came to the end), completed,
// counted (those whose consent covers statistics, which all steps after it are
// counted of), confirmed, printed, recorded, feedback.
var UptakeSteps = []string{"offered", "consented", "completed", "counted", "confirmed", "printed", "recorded", "feedback"}

// TargetBins are how the professionals are grouped by their completed
// assessments: none, one to four, five to nine, ten and more.
var TargetBins = []string{"0", "1-4", "5-9", "10-"}

// Uptake counts the steps of a period. Errors are those of Distribution.
func (s *Service) Uptake(ctx context.Context, q Query) (Uptake, error) {
	d, err := s.Distribution(ctx, q)
	if err != nil {
		return Uptake{}, err
	}
	done, err := s.Breakdown(ctx, q, Steps, UptakeSteps[4:]...)
	if err != nil {
		return Uptake{}, err
	}
	c := d.Coverage
	counts := map[string]*int{"offered": c.Offered, "consented": plus(c.Completed, c.Unfinished), "completed": c.Completed, "counted": d.N}
	for _, g := range done.Groups {
		counts[g.Code] = g.N
	}
	u := Uptake{
		N: d.N, MinCell: d.MinCell, DemoNote: d.DemoNote,
		Missing: []Line{{"declined", c.Declined}, {"unsuitable", c.Unsuitable}, {"unfinished", c.Unfinished}, {"without_statistics", c.WithoutStatistics}},
	}
	for _, code := range UptakeSteps {
		u.Steps = append(u.Steps, Line{code, counts[code]})
	}
	return u, s.professionals(ctx, q, &u)
}

// professionals counts those who work in the units of a question that has been
// answered already, and so is right.
func (s *Service) professionals(ctx context.Context, q Query, u *Uptake) error {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return err
	}
	if q.Battery == instrument.ClientBattery {
		q.Battery = ""
	}
	list, err := s.store.Targets(ctx, q, actor.ReportUnits())
	if err != nil {
		return err
	}
	counts := make([]int, len(TargetBins))
	for _, t := range list {
		if t.Unit == "" { // who works in two units is counted once
			counts[targetBin(t.Assessments)] += t.Professionals
		}
	}
	few := small(u.MinCell)(sum(counts))
	u.Reporting = visible(sum(counts), few)
	for i, hidden := range protectLine(counts, u.MinCell, false) {
		u.Professionals = append(u.Professionals, Line{TargetBins[i], visible(counts[i], hidden || few)})
	}
	return nil
}

func targetBin(assessments int) int {
	switch {
	case assessments == 0:
		return 0
	case assessments < 5:
		return 1
	case assessments < TargetEach:
		return 2
	default:
		return 3
	}
}

// plus adds what is shown; with a hidden number the sum is hidden.
func plus(counts ...*int) *int {
	total := 0
	for _, c := range counts {
		if c == nil {
			return nil
		}
		total += *c
	}
	return &total
}
