package quality

import (
	"log/slog"
	"math"

	"github.com/omasuunta/omasuunta/internal/instrument"
	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Row is one counted assessment, without who and when. Its sheet is that of the
// battery's side, without comments.
type Row struct {
	Language, Mode string
	Sheet          instrument.Sheet
	Score          float64 // of the battery's side, 0..100
	Segment        segment.Segment
	Expected       segment.Segment // the professional's guess beforehand, zero for none
	Borderline     bool
	Stability      float64 // 0..1
}

// Pair is a client's first and second assessment with a battery.
type Pair struct {
	First, Second               float64 // the scores of the battery's side
	FirstSegment, SecondSegment segment.Segment
}

// String keeps answers out of logs.
func (Row) String() string { return "[redacted]" }

// LogValue keeps answers out of logs.
func (Row) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String keeps results out of logs.
func (Pair) String() string { return "[redacted]" }

// LogValue keeps results out of logs.
func (Pair) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// tally adds rows up. It holds sums and counts alone, however many rows come.
type tally struct {
	battery    *instrument.Battery
	n          int
	moments    *ps.Moments
	items      []itemTally
	scores     ps.Histogram // in tenths of a point
	least      int          // how many have the lowest score there is
	greatest   int          // and the highest
	borderline int
	stability  [3]int // steady, fair, sensitive
	languages  map[string]*groupTally
	modes      map[string]*groupTally
	guesses    table
	pairs      ps.Pairs
	again      table // first by second segment

	sheet []int // of the row at hand
}

type itemTally struct {
	values                                           ps.Histogram // after reversing
	discuss, declined, notApplicable, blank, unclear int
}

type groupTally struct {
	scores ps.Sums // in tenths of a point
	items  []ps.Matched
}

// table counts two segments of the same clients by one another.
type table [4][4]int

func (t *table) add(a, b segment.Segment) {
	if a.Valid() && b.Valid() {
		t[a-segment.SelfActing][b-segment.SelfActing]++
	}
}

func newTally(b *instrument.Battery) *tally {
	t := &tally{
		battery: b, moments: ps.NewMoments(len(b.Items)), items: make([]itemTally, len(b.Items)), scores: make(ps.Histogram, 1001),
		languages: map[string]*groupTally{}, modes: map[string]*groupTally{}, sheet: make([]int, len(b.Items)),
	}
	for i := range t.items {
		t.items[i].values = make(ps.Histogram, b.Scale.Max+1)
	}
	return t
}

// add counts one assessment.
func (t *tally) add(r Row) {
	t.n++
	t.read(r.Sheet)
	t.moments.Add(t.sheet)
	tenths := min(max(int(math.Round(r.Score*10)), 0), len(t.scores)-1)
	t.scores[tenths]++
	switch {
	case r.Score <= 0:
		t.least++
	case r.Score >= 100:
		t.greatest++
	}
	if r.Borderline {
		t.borderline++
	}
	t.stability[steadiness(r.Stability)]++
	t.guesses.add(r.Expected, r.Segment)
	t.group(t.languages, r.Language, tenths)
	t.group(t.modes, r.Mode, tenths)
}

// steadiness is the step of a stability, the same as in the words of a result.
func steadiness(stability float64) int {
	switch {
	case stability >= 0.9:
		return 0
	case stability >= 0.7:
		return 1
	default:
		return 2
	}
}

// read takes the values of a sheet in the battery's order, and counts what is not
// scored.
func (t *tally) read(sheet instrument.Sheet) {
	for i := range t.sheet {
		t.sheet[i] = ps.Missing
		item, count := t.battery.Items[i], &t.items[i]
		answer, given := sheet.Find(item.Code)
		if given && answer.Unclear {
			count.unclear++
		}
		switch {
		case !given || answer.Skip == instrument.Unanswered:
			count.blank++
		case answer.Skip == instrument.Discuss:
			count.discuss++
		case answer.Skip == instrument.Declined:
			count.declined++
		case answer.Skip == instrument.NotApplicable:
			count.notApplicable++
		default:
			value := answer.Value
			if item.Reverse {
				value = t.battery.Scale.Max - value
			}
			t.sheet[i] = value
			count.values[value]++
		}
	}
}

// group adds the row at hand to a group, each item matched by the mean of the
// others.
func (t *tally) group(groups map[string]*groupTally, code string, tenths int) {
	g := groups[code]
	if g == nil {
		g = &groupTally{items: make([]ps.Matched, len(t.items))}
		groups[code] = g
	}
	g.scores.Add(tenths)
	sum, n := 0, 0
	for _, v := range t.sheet {
		if v != ps.Missing {
			sum += v
			n++
		}
	}
	if n < 2 {
		return
	}
	for i, v := range t.sheet {
		if v != ps.Missing {
			rest := float64(sum-v) / float64(n-1)
			g.items[i][ps.ClassOf(rest, float64(t.battery.Scale.Max))].Add(v)
		}
	}
}

// addPair counts a client who was assessed twice.
func (t *tally) addPair(p Pair) {
	t.pairs.Add(p.First, p.Second)
	t.again.add(p.FirstSegment, p.SecondSegment)
}
