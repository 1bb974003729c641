package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/report"
)

// FeedbackCells implements report.Counts. Feedback has summaries of its own, by month:
// when it was written down is kept nowhere, so that it leads to no visit.
func (s *Store) FeedbackCells(ctx context.Context, q report.Query, units []string) ([]report.FeedbackCell, error) {
	q.Battery = "" // feedback knows none
	a := ask(q, units)
	from, args := "report_feedback("+a.arguments()+")", []any(nil)
	if s.dialect == SQLite {
		from, args = a.feedbackOnSQLite()
	}
	var cells []report.FeedbackCell
	err := s.reader(ctx).Raw("SELECT usefulness, agreement, unit, month, n AS count, comments FROM "+from+" AS f ORDER BY month, unit, usefulness, agreement", args...).Scan(&cells).Error
	return cells, classify(err)
}

// Targets implements report.Counts. PostgreSQL counts them itself, so that who has how
// many is known to nobody who asks.
func (s *Store) Targets(ctx context.Context, q report.Query, units []string) (list []report.Target, err error) {
	a := ask(q, units)
	if s.dialect == PostgreSQL {
		err = s.reader(ctx).Raw("SELECT * FROM report_targets("+a.arguments()+", ?) ORDER BY unit, assessments", a.battery).Scan(&list).Error
		return list, classify(err)
	}
	members, ofUnits := asked{units: a.units}.narrowed()
	err = s.unmoved(ctx, func(at foldedTo) error {
		done, args := linesOnSQLite(at, a, authors)
		list = nil
		return classify(s.reader(ctx).Raw(`WITH done (who, battery, unit, month, a, b, c, d, e) AS (`+done+`),
members AS (SELECT m.unit, m.user_id AS who FROM user_units m JOIN users u ON u.id = m.user_id
	WHERE u.role = 'professional' AND u.disabled_at IS NULL`+members+`),
each AS (SELECT unit, who, sum(a + b + c + d + e) AS n FROM done GROUP BY 1, 2
	UNION ALL SELECT unit, who, 0 FROM members m WHERE NOT EXISTS (SELECT 1 FROM done d WHERE d.unit = m.unit AND d.who = m.who)),
together AS (SELECT unit, n FROM each UNION ALL SELECT '', sum(n) FROM each GROUP BY who)
SELECT unit, n AS assessments, count(*) AS professionals FROM together GROUP BY 1, 2 ORDER BY unit, n`, append(args, ofUnits...)...).Scan(&list).Error)
	})
	return list, err
}

var _ report.Counts = (*Store)(nil)
