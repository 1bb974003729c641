package report

import "context"

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
	Withheld      bool   // the professionals are left out: see Service.Professionals
}

// UptakeSteps are the steps from an offer to the client's feedback: offered,
// consented (to answering, whether or not they came to the end), completed,
// counted (those whose consent covers statistics, which all steps after it are
// counted of), confirmed, printed, recorded, feedback.
var UptakeSteps = []string{"offered", "consented", "completed", "counted", "confirmed", "printed", "recorded", "feedback"}

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
	of, err := s.Professionals(ctx, d, TargetEach)
	if err != nil {
		return Uptake{}, err
	}
	u.Professionals, u.Reporting, u.Withheld = of.Bins, of.All, of.Withheld
	return u, nil
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
