package store

import (
	"context"
	"fmt"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
)

// viewKeys are the keys of the views as expressions over assessments a.
var viewKeys = map[report.View]string{
	report.ByRegister: "a.register",
	report.ByLanguage: "a.language",
	report.ByMode:     "a.mode",
	report.Places:     "CAST(floor(CASE WHEN a.resources >= 100 THEN 9 ELSE a.resources / 10 END) AS integer) || '-' || CAST(floor(CASE WHEN a.challenge >= 100 THEN 9 ELSE a.challenge / 10 END) AS integer)",
	report.Agreed:     "CASE WHEN a.status = 'confirmed' THEN coalesce(a.agreed_segment, a.segment) ELSE 'none' END",
	report.Expected:   "coalesce(a.expected_segment, 'none')",
	report.Steps:      "s.kind",
}

// steps are what was done with each result, once each.
const steps = ` JOIN (SELECT DISTINCT assessment_id, kind FROM assessment_events
UNION ALL SELECT id, 'confirmed' FROM assessments WHERE status = 'confirmed'
UNION ALL SELECT id, 'feedback' FROM assessments WHERE feedback_given) s ON s.assessment_id = a.id`

const viewCells = `SELECT %[1]s AS key, segment, battery, unit, assessed_month AS month, count(*) AS count
FROM assessments a%[2]s
WHERE status IN ('completed', 'confirmed') AND statistics AND assessed_on BETWEEN '%[3]s' AND '%[4]s'%[5]s
GROUP BY %[1]s, segment, battery, unit, assessed_month`

// ViewCells implements report.Store.
func (s *Store) ViewCells(ctx context.Context, q report.Query, view report.View, units []string) ([]report.ViewCell, error) {
	key, known := viewKeys[view]
	if !known {
		return nil, fault.New(fault.Internal)
	}
	joined := ""
	if view == report.Steps {
		joined = steps
	}
	where, args := narrowing(q, units)
	var rows []struct {
		Key, Segment, Battery, Unit, Month string
		Count                              int
	}
	if err := s.reader(ctx).Raw(fmt.Sprintf(viewCells, key, joined, q.From, q.To, where), args...).Scan(&rows).Error; err != nil {
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
