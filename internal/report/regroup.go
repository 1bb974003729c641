package report

import "context"

// regrouped is a store whose views have other keys: those that regroup makes of
// them. What is asked of a service over it is protected as one table with these
// keys, so that adding them up afterwards isn't needed, which hidden ones would
// forbid.
type regrouped struct {
	Store
	regroup func(key string) string
}

// ViewCells implements Store.
func (r regrouped) ViewCells(ctx context.Context, q Query, view View, units []string) ([]ViewCell, error) {
	cells, err := r.Store.ViewCells(ctx, q, view, units)
	others := make([]ViewCell, len(cells))
	for i, c := range cells {
		c.Key = r.regroup(c.Key)
		others[i] = c
	}
	return others, err
}

// breakdownBy is Breakdown with keys of another kind.
func (s *Service) breakdownBy(ctx context.Context, q Query, view View, regroup func(string) string, keys ...string) (Breakdown, error) {
	return NewService(regrouped{s.store, regroup}).Breakdown(ctx, q, view, keys...)
}
