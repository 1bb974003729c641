package report

import (
	"context"
	"strconv"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// MinutesViews are the views of time in the order of a visit, the whole first.
var MinutesViews = []View{Minutes, MinutesBegin, MinutesConsent, MinutesClient, MinutesProfessional, MinutesResult, MinutesFeedback}

// Timing is how long visits took, as a whole or in one phase.
type Timing struct {
	View                 View
	N                    *int // visits with a measured time; nil when hidden
	Lower, Median, Upper *int // quartiles in whole minutes; nil where too few were measured, see Timings
	Bins                 []Bin
}

// Bin counts the visits of From minutes and more, and of less than To. To is 0 in
// the last, which has no end. A nil Count is hidden.
type Bin struct {
	From, To int
	Count    *int
}

const (
	binWidth = 5
	lastBin  = 60 // where the one begins that has no end
)

// Timings is how the time of the visits of a question is spread, in the order of
// MinutesViews.
type Timings struct {
	N        *int // of the distribution
	MinCell  int
	DemoNote bool
	Views    []Timing
}

// Minutes counts the visits of a period by how long they took. Errors are those of
// Distribution.
//
// A median is given of at least twice as many visits as the smallest number that
// is shown, quartiles of four times as many: fewer would be the times of a
// handful of people.
func (s *Service) Minutes(ctx context.Context, q Query) (Timings, error) {
	d, err := s.Distribution(ctx, q)
	if err != nil {
		return Timings{}, err
	}
	ctx, a, err := s.ask(ctx, q)
	if err != nil {
		return Timings{}, err
	}
	t := Timings{N: d.N, MinCell: d.MinCell, DemoNote: d.DemoNote}
	for _, view := range MinutesViews {
		cells, err := s.store.ViewCells(ctx, a.Query, view, a.limit)
		if err != nil {
			return Timings{}, err
		}
		t.Views = append(t.Views, timing(view, byMinute(cells), d, a.k))
	}
	return t, nil
}

// byMinute counts visits by whole minutes, 0 to MostMinutes.
func byMinute(cells []ViewCell) []int {
	counts := make([]int, MostMinutes+1)
	for _, c := range cells {
		minute, err := strconv.Atoi(c.Key)
		if err == nil && minute >= 0 && c.Segment >= segment.SelfActing {
			counts[min(minute, MostMinutes)] += c.Count
		}
	}
	return counts
}

func timing(view View, counts []int, d Distribution, k int) Timing {
	n := sum(counts)
	t := Timing{View: view}
	bins := make([]int, lastBin/binWidth+1)
	for minute, count := range counts {
		bins[min(minute/binWidth, len(bins)-1)] += count
	}
	hidden := protectLine(bins, k, false)
	// Who was measured and who wasn't make up the distribution.
	if d.N == nil || protectLine([]int{n, max(*d.N-n, 0)}, k, false)[0] {
		hidden = repeat(true, len(bins))
	} else {
		t.N = &n
		t.Lower, t.Median, t.Upper = quartiles(counts, k)
	}
	for i, count := range bins {
		b := Bin{From: i * binWidth, To: (i + 1) * binWidth, Count: visible(count, hidden[i])}
		if i == len(bins)-1 {
			b.To = 0
		}
		t.Bins = append(t.Bins, b)
	}
	return t
}

// quartiles are the minutes that a quarter, half and three quarters of the visits
// took at most.
func quartiles(counts []int, k int) (lower, median, upper *int) {
	n := sum(counts)
	at := func(part int) *int {
		seen := 0
		for minute, count := range counts {
			if seen += count; 4*seen >= part*n {
				return &minute
			}
		}
		return nil
	}
	if n >= 2*k && n > 0 {
		median = at(2)
	}
	if n >= 4*k {
		lower, upper = at(1), at(3)
	}
	return lower, median, upper
}
