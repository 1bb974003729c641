package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/report"
)

// CoverageCells implements report.Store.
func (s *Store) CoverageCells(ctx context.Context, q report.Query, units []string) ([]report.CoverageCell, error) {
	a := ask(q, units)
	all, err := s.lines(ctx, a, everything)
	if err != nil {
		return nil, err
	}
	var cells []report.CoverageCell
	add := func(kind report.Kind, l line) {
		if l.Others != 0 {
			cells = append(cells, report.CoverageCell{Kind: kind, Battery: l.Battery, Unit: l.Unit, Month: l.Month, Count: l.Others})
		}
	}
	for _, l := range all {
		add(report.WithoutStatistics, l)
	}
	missing, err := s.lines(ctx, a, nonParticipation)
	for _, l := range missing {
		add(report.Kind(l.Key), l)
	}
	return cells, err
}
