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
	cells, err := s.store.TrialFeedback(ctx, q, units)
	if err != nil {
		return Feedback{}, err
	}
	steps, opinions := make([]int, 5), make([]int, len(agreements))
	n, comments := 0, 0
	for _, c := range cells {
		if c.Usefulness >= 1 && c.Usefulness <= len(steps) {
			steps[c.Usefulness-1] += c.Count
		}
		if i := slices.Index(agreements, c.Agreement); i >= 0 {
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
	texts, err := s.store.TrialComments(ctx, q, units, MaxComments+1)
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
	reasons, err := s.store.TrialReasons(ctx, q, units, MaxReasons+1)
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
	all, reached, err := s.store.TrialProfessionals(ctx, q, units, goal)
	if err != nil {
		return Target{}, err
	}
	var parts []report.Share
	t.Professionals, parts = report.ShareLine([]string{"reached", "not"}, []int{reached, all - reached}, k)
	t.Reached = parts[0].Count
	return t, nil
}

func (s *Service) phases(ctx context.Context, q Query, units []string, k int) ([]Phase, error) {
	cells, err := s.store.TrialPhases(ctx, q, units)
	if err != nil {
		return nil, err
	}
	var list []Phase
	for _, phase := range assessment.Phases {
		for _, c := range cells {
			if c.Phase == phase && c.N >= k {
				list = append(list, Phase{Phase: phase, N: c.N, Minutes: float64(c.Seconds) / 60 / float64(c.N)})
			}
		}
	}
	return list, nil
}
