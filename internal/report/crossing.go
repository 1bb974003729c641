package report

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// Crossing is how the calculated segment goes together with another one, in the
// order of segment.All; nil numbers are hidden.
type Crossing struct {
	N          *int // who has both
	MinCell    int
	DemoNote   bool
	Suppressed bool       // the distribution itself is hidden
	Cells      [4][4]*int // by the calculated segment, then by the other
	Calculated [4]*int    // of those who have both
	Other      [4]*int
	Without    []*int // by the calculated segment: who has no other one
}

// Crossing counts the clients of a distribution by the calculated segment and by
// the one of a view whose keys are codes of segments: Agreed, Expected, Previous.
// Errors are those of Distribution.
func (s *Service) Crossing(ctx context.Context, q Query, view View) (Crossing, error) {
	const none = "none"
	keys := make([]string, 0, len(segment.All)+1)
	for _, of := range segment.All {
		keys = append(keys, of.Code())
	}
	if view != Previous {
		keys = append(keys, none)
	}
	b, err := s.Breakdown(ctx, q, view, keys...)
	if err != nil {
		return Crossing{}, err
	}
	c := Crossing{MinCell: b.MinCell, DemoNote: b.DemoNote, Suppressed: b.Suppressed}
	for _, g := range b.Groups {
		j := slices.Index(keys, g.Code)
		for i, share := range g.Segments {
			switch {
			case g.Code == none:
				c.Without = append(c.Without, share.Count)
			case j >= 0:
				c.Cells[i][j] = share.Count
			}
		}
		if j >= 0 && g.Code != none {
			c.Other[j] = g.N
		}
	}
	for i := range segment.All {
		c.Calculated[i] = plus(c.Cells[i][:]...)
	}
	c.N = plus(c.Other[:]...)
	return c, nil
}

// Whole tells whether nothing of it is hidden.
func (c Crossing) Whole() bool {
	for i, cells := range c.Cells {
		if c.Calculated[i] == nil || plus(cells[:]...) == nil {
			return false
		}
	}
	return c.N != nil && plus(c.Without...) != nil
}

// Same is how many have the same segment both ways, nil when that is hidden.
func (c Crossing) Same() *int {
	return plus(c.Cells[0][0], c.Cells[1][1], c.Cells[2][2], c.Cells[3][3])
}
