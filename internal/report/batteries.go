package report

import "context"

// BatteryGroups counts the clients of a distribution by professional battery and
// segment, as the distribution of each battery does. Errors are those of
// Distribution.
func (s *Service) BatteryGroups(ctx context.Context, q Query) ([]Group, error) {
	whole, err := s.Distribution(ctx, q)
	if err != nil {
		return nil, err
	}
	var groups []Group
	for _, share := range whole.Batteries[1:] { // the first is the client's own
		if q.Battery != "" && share.Code != q.Battery {
			continue
		}
		narrow := q
		narrow.Battery = share.Code
		d, err := s.Distribution(ctx, narrow)
		if err != nil {
			return nil, err
		}
		groups = append(groups, Group{Code: share.Code, N: d.N, Suppressed: d.Suppressed, Segments: d.Segments})
	}
	return groups, nil
}
