package trial

import (
	"context"
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/report"
)

// leastUseful is the least of the five steps that counts as useful.
const leastUseful = 4

// feedback is what package report tells of it, with the comments where it is told
// how many there are.
func (s *Service) feedback(ctx context.Context, q Query, units []string) (Feedback, error) {
	o, err := s.reports.Opinions(ctx, q.report())
	if err != nil {
		return Feedback{}, err
	}
	f := Feedback{N: o.N, Comments: o.Comments, Usefulness: report.Shares(o.Usefulness, o.N), Agreement: report.Shares(o.Agreement, o.N)}
	f.Useful = together(f.N, f.Usefulness[leastUseful-1:])
	f.Agreeing = together(f.N, f.Agreement[:2])
	if f.Comments == nil || *f.Comments == 0 {
		return f, nil
	}
	texts, err := s.store.TrialComments(asProgram(ctx), q, units, MaxComments+1)
	if err != nil {
		return Feedback{}, err
	}
	slices.Sort(texts)
	f.More = len(texts) > MaxComments
	f.Texts = texts[:min(len(texts), MaxComments)]
	return f, nil
}

// together is the sum of parts that are all shown, and hidden otherwise: it never
// says more than its parts.
func together(n *int, parts []report.Share) Part {
	if n == nil {
		return Part{}
	}
	sum := 0
	for _, p := range parts {
		if p.Count == nil {
			return Part{}
		}
		sum += *p.Count
	}
	return Part{Count: &sum, Percent: report.PercentOf(sum, *n)}
}

// missing puts the reasons under the numbers of the coverage. Where a number is
// hidden there, so are its reasons.
func (s *Service) missing(ctx context.Context, q Query, units []string, r *Report) ([]Missing, error) {
	reasons, err := s.store.TrialReasons(asProgram(ctx), q, units, MaxReasons+1)
	if err != nil {
		return nil, err
	}
	shown := r.Distribution.Coverage
	list := []Missing{
		{Kind: assessment.DeclinedToTakePart, N: shown.Declined},
		{Kind: assessment.Unsuitable, N: shown.Unsuitable},
		{Kind: assessment.Unfinished, N: shown.Unfinished},
	}
	if len(reasons) > MaxReasons {
		return list, nil
	}
	for i := range list {
		if list[i].N == nil {
			continue
		}
		counts := make([]int, len(Reasons))
		for _, why := range reasons {
			if why.Kind != list[i].Kind {
				continue
			}
			at := slices.Index(Reasons, why.Reason)
			if at < 0 {
				at = len(Reasons) - 1
			}
			counts[at]++
		}
		_, list[i].Reasons = report.ShareLine(Reasons, counts, r.MinCell)
	}
	return list, nil
}

func (s *Service) target(ctx context.Context, of report.Distribution, goal int) (Target, error) {
	if goal == 0 {
		return Target{}, nil
	}
	p, err := s.reports.Professionals(ctx, of, goal)
	return Target{Goal: goal, Professionals: p.Started, Reached: p.Reached}, err
}

// views are the phases of a visit as reports count their minutes.
var views = map[assessment.Phase]report.View{
	assessment.PhaseBegin: report.MinutesBegin, assessment.PhaseConsent: report.MinutesConsent, assessment.PhaseClient: report.MinutesClient,
	assessment.PhaseProfessional: report.MinutesProfessional, assessment.PhaseResult: report.MinutesResult, assessment.PhaseFeedback: report.MinutesFeedback,
}

// phases are the means of those phases of which package report tells how many had
// them.
func (s *Service) phases(ctx context.Context, q Query, units []string) ([]Phase, error) {
	times, err := s.reports.Minutes(ctx, q.report())
	if err != nil {
		return nil, err
	}
	var list []Phase
	for _, phase := range assessment.Phases {
		at := slices.IndexFunc(times.Views, func(t report.Timing) bool { return t.View == views[phase] })
		if known := times.Views[at].N; known == nil || *known == 0 {
			continue
		}
		cells, err := s.store.ViewCells(ctx, q.report(), views[phase], units)
		if err != nil {
			return nil, err
		}
		n, minutes := 0, 0
		for _, c := range cells {
			each, err := strconv.Atoi(c.Key)
			if err != nil {
				return nil, err
			}
			n, minutes = n+c.Count, minutes+each*c.Count
		}
		if n > 0 {
			list = append(list, Phase{Phase: phase, N: n, Minutes: float64(minutes) / float64(n)})
		}
	}
	return list, nil
}

// report is the same question to package report.
func (q Query) report() report.Query { return report.Query{From: q.From, To: q.To, Unit: q.Unit} }
