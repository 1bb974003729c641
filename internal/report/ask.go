package report

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// asked is a question that has been found right, with what its answer stands on.
type asked struct {
	Query
	limit    []string // units that the actor's reports cover; nil is every unit
	settings setting.Settings
	k        int // the smallest number above zero that is shown
}

// ask checks a question as Distribution does. The context that comes back is the
// one to read the facts with.
func (s *Service) ask(ctx context.Context, q Query) (context.Context, asked, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return ctx, asked{}, err
	}
	if q.Battery == instrument.ClientBattery {
		q.Battery = ""
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return ctx, asked{}, err
	}
	limit := actor.ReportUnits()
	if limit == nil {
		ctx = access.WholeHouse(ctx)
	}
	in, err := s.scope(ctx, limit)
	if err != nil {
		return ctx, asked{}, err
	}
	return ctx, asked{Query: q, limit: in.limit, settings: settings, k: max(settings.MinCell, 1)}, check(q, in, settings)
}

// protected is a line of counts whose total is known, as it may be shown. One
// whose total is small is hidden whole.
func protected(counts []int, k int) []*int {
	hidden := protectLine(counts, k, false)
	if total := sum(counts); small(k)(total) {
		hidden = repeat(true, len(counts))
	}
	list := make([]*int, len(counts))
	for i, c := range counts {
		list[i] = visible(c, hidden[i])
	}
	return list
}
