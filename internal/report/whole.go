package report

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Alone tells whether figures about the same people that are counted beside the
// report's own tables, and protected line by line, may be told for a question: for
// one whole fixed stretch of time and all units of the house together, live. Two
// such questions have nobody in common, so there is nothing to subtract. Where every
// number is shown that is always so. The battery of the question is not looked at.
// Errors are those of the store and of access; a question that is wrong is not told
// of here.
func (s *Service) Alone(ctx context.Context, q Query) (bool, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return false, err
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil || settings.MinCell <= 1 {
		return err == nil, err
	}
	if settings.Figures == setting.PublishedFigures || actor.ReportUnits() != nil || q.Unit != "" || q.To.Before(q.From) {
		return false, nil
	}
	asked := days{q.From, q.To}
	stretches := stretchesOf(asked, settings.Periods)
	if len(stretches) != 1 {
		return false, nil
	}
	for _, d := range stretches[0] {
		if !asked.holds(d) {
			return false, nil
		}
	}
	return true, nil
}

// entire tells whether a question is about whole stretches of time and all units of
// the house. Of some tables nothing less is shown.
func (a *answer) entire() bool {
	if a.settings.MinCell <= 1 {
		return true
	}
	if a.cut || a.Unit != "" || a.Battery != "" || a.scope.limit != nil {
		return false
	}
	for _, p := range a.pieces {
		if p.months != nil {
			return false
		}
	}
	return true
}
