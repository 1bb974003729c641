package report

import (
	"context"
	"strconv"
)

// MinutesViews are the views of time in the order of a visit, the whole first.
var MinutesViews = []View{Minutes, MinutesBegin, MinutesConsent, MinutesClient, MinutesProfessional, MinutesResult, MinutesFeedback}

// Timing is how long visits took, as a whole or in one phase.
type Timing struct {
	View                 View
	N                    *int // visits with a measured time; nil when hidden
	Lower, Median, Upper *Stretch
	Bins                 []Bin
}

// Stretch is where a quartile lies, in minutes: both the same where it is known to
// the minute.
type Stretch struct{ From, To int }

// Middle is the whole minute in its middle.
func (s Stretch) Middle() int { return (s.From + s.To) / 2 }

// Bin counts the visits of From minutes and more, and of less than To. The last
// has no end: its To is MostMinutes. A nil Count is hidden.
type Bin struct {
	From, To int
	Count    *int
}

const (
	binWidth = 5
	lastBin  = 60 // where the one begins that has no end

	// leastMeasured is of how many visits there are quartiles at least.
	leastMeasured = 4
)

// Timings is how the time of the visits of a question is spread, in the order of
// MinutesViews.
type Timings struct {
	N        *int // of the distribution
	MinCell  int
	DemoNote bool
	Withheld bool // the phases are left out: see Minutes
	Views    []Timing
}

// Minutes counts the visits of a period by how long they took. Errors are those of
// Distribution.
//
// Quartiles are worked out from the numbers that are shown, and from nothing else:
// to the minute where every number is, otherwise to the bin, and there are none
// where hidden numbers leave more than one.
//
// A phase is a part of the whole. With a smallest cell the phases are told for whole
// stretches of time and all units together, where it is shown of the whole and of
// every phase of how many visits it was measured; and their bins never are. So what
// is known of one of them says nothing about a hidden number of another.
func (s *Service) Minutes(ctx context.Context, q Query) (Timings, error) {
	a, err := s.ask(ctx, q)
	if err != nil {
		return Timings{}, err
	}
	t := Timings{Withheld: !a.entire()}
	for _, view := range MinutesViews {
		if t.Withheld && view != Minutes {
			t.Views = append(t.Views, Timing{View: view})
			continue
		}
		b, err := s.breakdown(ctx, q, Fives(view), binKeys()...)
		if err != nil {
			return Timings{}, err
		}
		t.N, t.MinCell, t.DemoNote = b.N, b.MinCell, b.DemoNote
		one, err := s.timing(ctx, q, view, b)
		if err != nil {
			return Timings{}, err
		}
		t.Views = append(t.Views, one)
	}
	if t.MinCell > 1 {
		t.hidePhases()
	}
	return t, nil
}

// hidePhases leaves out of the phases what the whole visit could be compared with.
func (t *Timings) hidePhases() {
	for _, v := range t.Views {
		t.Withheld = t.Withheld || v.N == nil
	}
	for i, v := range t.Views[1:] {
		v.Bins = nil
		if t.Withheld {
			v = Timing{View: v.View}
		}
		t.Views[1+i] = v
	}
}

func (s *Service) timing(ctx context.Context, q Query, view View, binned Breakdown) (Timing, error) {
	t := Timing{View: view}
	for i, g := range binned.Groups {
		bin := Bin{From: i * binWidth, To: (i + 1) * binWidth, Count: g.N}
		if bin.From == lastBin {
			bin.To = MostMinutes
		}
		t.Bins = append(t.Bins, bin)
	}
	if binned.MinCell > 1 {
		all, err := s.breakdown(ctx, q, Measured(view), "yes")
		if err != nil {
			return Timing{}, err
		}
		t.N = all.Groups[0].N
		t.quartiles(t.Bins)
		return t, nil
	}
	exact, err := s.breakdown(ctx, q, view, minuteKeys()...)
	if err != nil {
		return Timing{}, err
	}
	minutes := make([]Bin, 0, len(exact.Groups))
	counts := make([]*int, 0, len(exact.Groups))
	for minute, g := range exact.Groups {
		minutes = append(minutes, Bin{From: minute, To: minute, Count: g.N})
		counts = append(counts, g.N)
	}
	t.N = plus(counts...)
	t.quartiles(minutes)
	return t, nil
}

// binOf is the key of the bin that a number of minutes lies in.
func binOf(key string) string {
	minute, err := strconv.Atoi(key)
	if err != nil {
		return key
	}
	return strconv.Itoa(min(minute, lastBin) / binWidth * binWidth)
}

func binKeys() (keys []string) {
	for from := 0; from <= lastBin; from += binWidth {
		keys = append(keys, strconv.Itoa(from))
	}
	return keys
}

func minuteKeys() (keys []string) {
	for minute := range MostMinutes + 1 {
		keys = append(keys, strconv.Itoa(minute))
	}
	return keys
}

// quartiles sets the quartiles that the shown counts of bins decide on.
func (t *Timing) quartiles(bins []Bin) {
	if t.N == nil || *t.N < leastMeasured {
		return
	}
	t.Lower, t.Median, t.Upper = quartile(bins, *t.N, 1), quartile(bins, *t.N, 2), quartile(bins, *t.N, 3)
}

// quartile is the bin in which so many quarters of n are reached, wherever those
// that are hidden may be; nil where it depends on them.
func quartile(bins []Bin, n, quarters int) *Stretch {
	above := 0 // shown, from a bin on
	hiddenAbove := 0
	for _, b := range bins {
		above += shownOf(b.Count)
		if b.Count == nil {
			hiddenAbove++
		}
	}
	below, hiddenBelow := 0, 0
	earliest, latest := -1, -1
	for i, b := range bins {
		below, above = below+shownOf(b.Count), above-shownOf(b.Count)
		if b.Count == nil {
			hiddenBelow, hiddenAbove = hiddenBelow+1, hiddenAbove-1
		}
		least, most := below, n-above
		if hiddenAbove == 0 {
			least = most
		} else if hiddenBelow == 0 {
			most = least
		}
		if earliest < 0 && 4*most >= quarters*n {
			earliest = i
		}
		if latest < 0 && 4*least >= quarters*n {
			latest = i
		}
	}
	if earliest < 0 || earliest != latest {
		return nil
	}
	return &Stretch{bins[earliest].From, bins[earliest].To}
}

func shownOf(count *int) int {
	if count == nil {
		return 0
	}
	return *count
}
