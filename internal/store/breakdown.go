package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
)

// facts and reassessments are what the migrations call them: SQLite has no functions.
var (
	facts         = map[string]string{PostgreSQL: "report_facts()", SQLite: "report_facts"}
	reassessments = map[string]string{PostgreSQL: "report_reassessments()", SQLite: "report_reassessments"}
)

const (
	viewCells = `SELECT key, segment, battery, unit, month, count(*) AS count FROM %s
WHERE view = '%s' AND statistics AND day BETWEEN '%s' AND '%s'%s GROUP BY key, segment, battery, unit, month`

	previousCells = `SELECT previous AS key, segment, battery, unit, month, count(*) AS count FROM %s
WHERE previous IS NOT NULL AND day BETWEEN '%s' AND '%s'%s GROUP BY previous, segment, battery, unit, month`
)

// ViewCells implements report.Store.
func (s *Store) ViewCells(ctx context.Context, q report.Query, view report.View, units []string) ([]report.ViewCell, error) {
	if !slices.Contains(report.Views, view) {
		return nil, fault.New(fault.Internal)
	}
	where, args := narrowing(q, units)
	statement := fmt.Sprintf(viewCells, facts[s.dialect], view, q.From, q.To, where)
	if view == report.Previous {
		statement = fmt.Sprintf(previousCells, reassessments[s.dialect], q.From, q.To, where)
	}
	var rows []struct {
		Key, Segment, Battery, Unit, Month string
		Count                              int
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
		cells[i] = report.ViewCell{Key: r.Key, Cell: report.Cell{Segment: of, Battery: r.Battery, Unit: r.Unit, Month: r.Month, Count: r.Count}}
	}
	return cells, nil
}
