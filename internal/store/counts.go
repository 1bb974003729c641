package store

import (
	"context"
	"fmt"

	"github.com/omasuunta/omasuunta/internal/report"
)

// monthOf is the month of a day, as 2023-05.
var monthOf = map[string]string{PostgreSQL: "to_char(given_on, 'YYYY-MM')", SQLite: "substr(given_on, 1, 7)"}

// FeedbackCells implements report.Counts.
func (s *Store) FeedbackCells(ctx context.Context, q report.Query, units []string) ([]report.FeedbackCell, error) {
	q.Battery = "" // feedback knows none
	where, args := narrowing(q, units)
	var cells []report.FeedbackCell
	err := s.reader(ctx).Raw(fmt.Sprintf(`SELECT usefulness, agreement, unit, %s AS month, count(*) AS count, count(sealed) AS comments
FROM feedback WHERE given_on BETWEEN '%s' AND '%s'%s GROUP BY 1, 2, 3, 4 ORDER BY 4, 3, 1, 2`, monthOf[s.dialect], q.From, q.To, where), args...).Scan(&cells).Error
	return cells, classify(err)
}

const (
	done = `SELECT unit, created_by, count(*) AS n FROM assessments WHERE status IN ('completed', 'confirmed') AND assessed_on BETWEEN '%s' AND '%s'%s GROUP BY unit, created_by`

	// Whoever could have some, and has none, is counted beside them. members are their
	// units, narrowed as the assessments are.
	targets = `WITH done AS (%[1]s),
members AS (SELECT m.unit, m.user_id FROM user_units m JOIN users u ON u.id = m.user_id
	WHERE u.role = 'professional' AND u.disabled_at IS NULL%[2]s),
each AS (SELECT unit, created_by AS who, n FROM done
	UNION ALL SELECT unit, user_id, 0 FROM members m WHERE NOT EXISTS (SELECT 1 FROM done d WHERE d.unit = m.unit AND d.created_by = m.user_id)),
together AS (SELECT '' AS unit, who, sum(n) AS n FROM each GROUP BY who)
SELECT unit, n AS assessments, count(*) AS professionals FROM (SELECT unit, n FROM each UNION ALL SELECT unit, n FROM together) t
GROUP BY unit, n ORDER BY unit, n`
)

// Targets implements report.Counts.
func (s *Store) Targets(ctx context.Context, q report.Query, units []string) ([]report.Target, error) {
	where, args := narrowing(q, units)
	q.Battery = ""
	ofUnits, unitArgs := narrowing(q, units)
	var list []report.Target
	err := s.reader(ctx).Raw(fmt.Sprintf(targets, fmt.Sprintf(done, q.From, q.To, where), ofUnits), append(args, unitArgs...)...).Scan(&list).Error
	return list, classify(err)
}

var _ report.Counts = (*Store)(nil)
