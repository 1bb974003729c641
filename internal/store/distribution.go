package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
)

// distributionCells reads from an index alone, see the migration. Its columns
// are grouped, and nothing else of an assessment is looked at.
//
// The period is written into the statement: with parameters PostgreSQL soon plans
// for any period, takes it for a short one and stops working in parallel, which
// takes half as long again (BenchmarkDistribution). A Date is digits and dashes
// whatever it holds.
const distributionCells = `SELECT segment, battery, unit, assessed_month, count(*) FILTER (WHERE statistics), count(*)
FROM assessments
WHERE status IN ('completed', 'confirmed') AND assessed_on BETWEEN '%s' AND '%s'`

const nonParticipations = `SELECT kind, count(*) AS n FROM non_participations WHERE happened_on BETWEEN '%s' AND '%s'`

// narrowing is the part of a report's WHERE that depends on the question.
func narrowing(q report.Query, units []string) (sql string, args []any) {
	var parts []string
	if units != nil {
		parts, args = append(parts, " AND unit IN ?"), append(args, units)
	}
	if q.Unit != "" {
		parts, args = append(parts, " AND unit = ?"), append(args, q.Unit)
	}
	if q.Battery != "" && q.Battery != instrument.ClientBattery {
		parts, args = append(parts, " AND battery = ?"), append(args, q.Battery)
	}
	return strings.Join(parts, ""), args
}

// DistributionCells implements report.Store. Both queries run in one snapshot
// where that matters: inside the caller's transaction, if there is one.
func (s *Store) DistributionCells(ctx context.Context, q report.Query, units []string) ([]report.Cell, report.Coverage, error) {
	where, args := narrowing(q, units)
	sql := fmt.Sprintf(distributionCells, q.From, q.To) + where + " GROUP BY segment, battery, unit, assessed_month"
	rows, err := s.reader(ctx).Raw(sql, args...).Rows()
	if err != nil {
		return nil, report.Coverage{}, classify(err)
	}
	defer rows.Close()
	var coverage report.Coverage
	var cells []report.Cell
	for rows.Next() {
		var code string
		var all int
		var cell report.Cell
		if err := rows.Scan(&code, &cell.Battery, &cell.Unit, &cell.Month, &cell.Count, &all); err != nil {
			return nil, report.Coverage{}, classify(err)
		}
		coverage.Completed += all
		coverage.WithoutStatistics += all - cell.Count
		if cell.Count == 0 {
			continue
		}
		if cell.Segment, err = parseSegment(code); err != nil {
			return nil, report.Coverage{}, err
		}
		cells = append(cells, cell)
	}
	if err := rows.Err(); err != nil {
		return nil, report.Coverage{}, classify(err)
	}
	sql = fmt.Sprintf(nonParticipations, q.From, q.To) + where + " GROUP BY kind"
	err = s.countNonParticipations(ctx, sql, args, &coverage)
	return cells, coverage, err
}

func (s *Store) countNonParticipations(ctx context.Context, sql string, args []any, c *report.Coverage) error {
	var kinds []struct {
		Kind  string `gorm:"column:kind"`
		Count int    `gorm:"column:n"`
	}
	if err := s.reader(ctx).Raw(sql, args...).Scan(&kinds).Error; err != nil {
		return classify(err)
	}
	for _, k := range kinds {
		switch k.Kind {
		case "declined":
			c.Declined = k.Count
		case "unsuitable":
			c.Unsuitable = k.Count
		case "unfinished":
			c.Unfinished = k.Count
		}
	}
	return nil
}

// UnitNames implements report.Store.
func (s *Store) UnitNames(ctx context.Context) (map[string]string, error) {
	units, err := s.Units(ctx)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(units))
	for _, u := range units {
		names[u.Code] = u.Name
	}
	return names, nil
}

// BatteryCodes implements report.Store: the professional batteries that this
// database knows, also those that this program no longer has.
func (s *Store) BatteryCodes(ctx context.Context) ([]string, error) {
	var codes []string
	err := s.reader(ctx).Model(&batteryRow{}).Where("side = ?", string(instrument.Professional)).Distinct().Order("code").Pluck("code", &codes).Error
	return codes, classify(err)
}

var _ report.Store = (*Store)(nil)
