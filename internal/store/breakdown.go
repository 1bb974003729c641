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

// previous counts reassessments from the rows themselves.
func (s *Store) previous(ctx context.Context, a asked) ([]report.ViewCell, error) {
	statement, args := "SELECT * FROM report_previous("+a.arguments()+", ?)", []any{a.battery}
	if s.dialect == SQLite {
		where, narrowing := a.narrowed()
		statement, args = "SELECT previous AS key, battery, unit, month, segment, count(*) AS n FROM report_reassessments"+
			" WHERE previous IS NOT NULL AND day BETWEEN ? AND ?"+where+" GROUP BY 1, 2, 3, 4, 5", append([]any{day{a.from}, day{a.to}}, narrowing...)
	}
	var rows []struct {
		Key, Battery, Unit, Month, Segment string
		N                                  int
	}
	if err := s.reader(ctx).Raw(statement, args...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	cells := make([]report.ViewCell, len(rows))
	for i, r := range rows {
		of, err := parseSegment(r.Segment)
		if err != nil {
			return nil, err
		}
		cells[i] = report.ViewCell{Key: r.Key, Cell: report.Cell{Segment: of, Battery: r.Battery, Unit: r.Unit, Month: r.Month, Count: r.N}}
	}
	return cells, nil
}
