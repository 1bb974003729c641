package report

import (
	"context"
	"slices"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// Opinions is what clients said about the assessment. It has no link to an
// assessment and knows no battery.
type Opinions struct {
	N          *int // who gave feedback; nil when hidden
	MinCell    int
	DemoNote   bool
	Narrowed   bool   // a unit was asked for, and with small numbers hidden there is no answer for one
	Usefulness []Line // 1 to 5
	Agreement  []Line // see Agreements
	Comments   *int   // how many came with words
}

// Agreements are the answers to whether the result was right.
var Agreements = []string{"agree", "partly", "disagree", "no_opinion"}

// Opinions counts the feedback that was given in a period. Errors are those of
// Distribution.
//
// Where small numbers are hidden, one unit's feedback is not told apart from the
// others': it is little, and what two units together don't hide one of them would.
func (s *Service) Opinions(ctx context.Context, q Query) (Opinions, error) {
	ctx, a, err := s.ask(ctx, q)
	if err != nil {
		return Opinions{}, err
	}
	o := Opinions{MinCell: a.k, DemoNote: a.settings.Demo, Narrowed: a.k > 1 && a.Unit != ""}
	usefulness, agreement, comments := make([]int, 5), make([]int, len(Agreements)), 0
	if !o.Narrowed {
		cells, err := s.store.FeedbackCells(ctx, a.Query, a.limit)
		if err != nil {
			return Opinions{}, err
		}
		for _, c := range cells {
			if i := slices.Index(Agreements, c.Agreement); i >= 0 && c.Usefulness >= 1 && c.Usefulness <= 5 {
				usefulness[c.Usefulness-1] += c.Count
				agreement[i] += c.Count
				comments += c.Comments
			}
		}
	}
	n := sum(usefulness)
	o.N = visible(n, o.Narrowed || small(a.k)(n))
	for i, count := range protected(usefulness, a.k) {
		o.Usefulness = append(o.Usefulness, Line{strconv.Itoa(i + 1), hiddenIf(o.Narrowed, count)})
	}
	for i, count := range protected(agreement, a.k) {
		o.Agreement = append(o.Agreement, Line{Agreements[i], hiddenIf(o.Narrowed, count)})
	}
	o.Comments = hiddenIf(o.Narrowed, protected([]int{comments, n - comments}, a.k)[0])
	return o, nil
}

func hiddenIf(hidden bool, count *int) *int {
	if hidden {
		return nil
	}
	return count
}

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

// Same is how many have the same segment both ways, nil when that is hidden.
func (c Crossing) Same() *int {
	return plus(c.Cells[0][0], c.Cells[1][1], c.Cells[2][2], c.Cells[3][3])
}
