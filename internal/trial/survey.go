package trial

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// survey is what the professionals answered about the period, nil when they were
// not asked or the unit was not.
func (s *Service) survey(ctx context.Context, q Query) (*survey.Results, error) {
	round, err := s.surveys.Covering(ctx, q.From, q.To)
	if err == nil {
		var found survey.Results
		if found, err = s.surveys.Results(ctx, round.ID, q.Unit); err == nil {
			return &found, nil
		}
	}
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return nil, err
}

// Answers that are told together.
var (
	Agreed    = []string{"agree", "rather_agree"}
	Disagreed = []string{"disagree", "rather_disagree"}
	Useful    = []string{"wholly", "partly"}
)

// Together is the sum of options that are all shown, as a share of everybody who
// answered the question, rounded half up. It is hidden with any of its parts, and
// false says that the question doesn't have these options.
func Together(q survey.QuestionResult, options []string) (Part, bool) {
	sum, shown := 0, true
	for _, code := range options {
		i := slices.IndexFunc(q.Options, func(o survey.OptionCount) bool { return o.Code == code })
		if i < 0 {
			return Part{}, false
		}
		if count := q.Options[i].Count; count != nil {
			sum += *count
		} else {
			shown = false
		}
	}
	if !shown || q.Suppressed {
		return Part{}, true
	}
	return Part{Count: &sum, Percent: report.PercentOf(sum, q.N)}, true
}
