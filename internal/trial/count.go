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

var agreements = []assessment.Agreement{assessment.Agrees, assessment.Partly, assessment.Disagrees, assessment.NoOpinion}

func (s *Service) feedback(ctx context.Context, q Query, units []string, k int) (Feedback, error) {
	cells, err := s.store.FeedbackCells(ctx, q.report(), units)
	if err != nil {
		return Feedback{}, err
	}
	steps, opinions := make([]int, 5), make([]int, len(agreements))
	n, comments := 0, 0
	for _, c := range cells {
		if c.Usefulness >= 1 && c.Usefulness <= len(steps) {
			steps[c.Usefulness-1] += c.Count
		}
		if i := slices.Index(agreements, assessment.Agreement(c.Agreement)); i >= 0 {
			opinions[i] += c.Count
		}
		n, comments = n+c.Count, comments+c.Comments
	}
	var stepCodes, opinionCodes []string
	for i := range steps {
		stepCodes = append(stepCodes, strconv.Itoa(i+1))
	}
	for _, a := range agreements {
		opinionCodes = append(opinionCodes, string(a))
	}
	f := Feedback{}
	f.N, f.Usefulness = report.ShareLine(stepCodes, steps, k)
	_, f.Agreement = report.ShareLine(opinionCodes, opinions, k)
	f.Useful = together(f.N, f.Usefulness[leastUseful-1:])
	f.Agreeing = together(f.N, f.Agreement[:2])
	_, written := report.ShareLine([]string{"with", "without"}, []int{comments, n - comments}, k)
	f.Comments = written[0].Count
	if n < k || comments == 0 {
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

func (s *Service) target(ctx context.Context, q Query, units []string, goal, k int) (Target, error) {
	t := Target{Goal: goal}
	if goal == 0 {
		return t, nil
	}
	targets, err := s.store.Targets(ctx, q.report(), units)
	if err != nil {
		return Target{}, err
	}
	all, reached := 0, 0
	for _, one := range targets {
		if one.Unit != "" || one.Assessments == 0 {
			continue
		}
		all += one.Professionals
		if one.Assessments >= goal {
			reached += one.Professionals
		}
	}
	var parts []report.Share
	t.Professionals, parts = report.ShareLine([]string{"reached", "not"}, []int{reached, all - reached}, k)
	t.Reached = parts[0].Count
	return t, nil
}

// views are the phases of a visit as reports count their minutes.
var views = map[assessment.Phase]report.View{
	assessment.PhaseBegin: report.MinutesBegin, assessment.PhaseConsent: report.MinutesConsent, assessment.PhaseClient: report.MinutesClient,
	assessment.PhaseProfessional: report.MinutesProfessional, assessment.PhaseResult: report.MinutesResult, assessment.PhaseFeedback: report.MinutesFeedback,
}

func (s *Service) phases(ctx context.Context, q Query, units []string, k int) ([]Phase, error) {
	var list []Phase
	for _, phase := range assessment.Phases {
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
		if n > 0 && n >= k {
			list = append(list, Phase{Phase: phase, N: n, Minutes: float64(minutes) / float64(n)})
		}
	}
	return list, nil
}

// report is the same question to package report.
func (q Query) report() report.Query { return report.Query{From: q.From, To: q.To, Unit: q.Unit} }
