package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/report"
)

// CoverageCells implements report.Store.
func (s *Store) CoverageCells(ctx context.Context, q report.Query, units []string) ([]report.CoverageCell, error) {
	lines, err := s.offered(ctx, ask(q, units))
	var cells []report.CoverageCell
	for _, l := range lines {
		kind := report.Kind(l.Key)
		if l.Key == "" {
			kind = report.WithoutStatistics
		}
		if l.Others != 0 {
			cells = append(cells, report.CoverageCell{Kind: kind, Battery: l.Battery, Unit: l.Unit, Month: l.Month, Count: l.Others})
		}
	}
	return cells, err
}
