package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// DistributionCells implements report.Store. Both views are read in one snapshot.
func (s *Store) DistributionCells(ctx context.Context, q report.Query, units []string) ([]report.Cell, report.Coverage, error) {
	lines, err := s.offered(ctx, ask(q, units))
	var coverage report.Coverage
	cells := make([]report.Cell, 0, len(lines)*len(segment.All))
	for _, l := range lines {
		switch l.Key {
		case "declined":
			coverage.Declined += l.Others
		case "unsuitable":
			coverage.Unsuitable += l.Others
		case "unfinished":
			coverage.Unfinished += l.Others
		default:
			for _, c := range l.cells() {
				cells = append(cells, c.Cell)
				coverage.Completed += c.Count
			}
			coverage.Completed += l.Others
			coverage.WithoutStatistics += l.Others
		}
	}
	return cells, coverage, err
}

// cells are the groups of a line with somebody in them.
func (l line) cells() []report.ViewCell {
	cells := make([]report.ViewCell, 0, len(segment.All))
	for i, n := range [...]int{l.Omatoimi, l.Yhteiso, l.Yhteistyo, l.Verkosto} {
		if n != 0 {
			cells = append(cells, report.ViewCell{Key: l.Key, Cell: report.Cell{Segment: segment.All[i], Battery: l.Battery, Unit: l.Unit, Month: l.Month, Count: n}})
		}
	}
	return cells
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
