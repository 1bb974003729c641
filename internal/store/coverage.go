package store

import (
	"context"
	"fmt"

	"github.com/omasuunta/omasuunta/internal/report"
)

// missedCells counts by index alone whom a report's n leaves out.
const missedCells = `SELECT 'without_statistics' AS kind, coalesce(battery, '') AS battery, unit, assessed_month AS month, count(*) AS count
FROM assessments
WHERE status IN ('completed', 'confirmed') AND NOT statistics AND assessed_on BETWEEN '%[1]s' AND '%[2]s'%[3]s
GROUP BY battery, unit, assessed_month
UNION ALL
SELECT kind, coalesce(battery, ''), unit, %[4]s, count(*)
FROM non_participations
WHERE happened_on BETWEEN '%[1]s' AND '%[2]s'%[3]s
GROUP BY kind, coalesce(battery, ''), unit, %[4]s`

// monthOf is the month of a day in SQL, as 2023-05.
var monthOf = map[string]string{SQLite: "substr(happened_on, 1, 7)", PostgreSQL: "to_char(happened_on, 'YYYY-MM')"}

// CoverageCells implements report.Store.
func (s *Store) CoverageCells(ctx context.Context, q report.Query, units []string) ([]report.CoverageCell, error) {
	where, args := narrowing(q, units)
	sql := fmt.Sprintf(missedCells, q.From, q.To, where, monthOf[s.dialect])
	var rows []struct {
		Kind, Battery, Unit, Month string
		Count                      int
	}
	if err := s.reader(ctx).Raw(sql, append(args, args...)...).Scan(&rows).Error; err != nil {
		return nil, classify(err)
	}
	cells := make([]report.CoverageCell, len(rows))
	for i, r := range rows {
		cells[i] = report.CoverageCell{Kind: report.Kind(r.Kind), Battery: r.Battery, Unit: r.Unit, Month: r.Month, Count: r.Count}
	}
	return cells, nil
}
