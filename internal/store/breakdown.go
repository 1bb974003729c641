package store

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
)

// ViewCells implements report.Store.
func (s *Store) ViewCells(ctx context.Context, q report.Query, view report.View, units []string) ([]report.ViewCell, error) {
	if !slices.Contains(report.Views, view) {
		return nil, fault.New(fault.Internal)
	}
	a := ask(q, units)
	if view == report.Previous {
		return s.previous(ctx, a)
	}
	list, err := s.lines(ctx, a, string(view))
	if err != nil {
		return nil, err
	}
	var cells []report.ViewCell
	for _, l := range list {
		cells = append(cells, l.cells()...)
	}
	return cells, nil
}
