package scoring_test

import (
	"math"
	"math/big"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func mustClassify(t rapid.TB, p scoring.Pair) scoring.Placement {
	t.Helper()
	got, err := scoring.Classify(p)
	if err != nil {
		t.Fatalf("Classify: %v", err)
	}
	return got
}

func mustEvaluate(t rapid.TB, p scoring.Pair) scoring.Result {
	t.Helper()
	got, err := scoring.Evaluate(p)
	if err != nil {
		t.Fatalf("Evaluate: %v", err)
	}
	return got
}

func TestEveryCompletePairHasExactlyOneSegment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		got := mustEvaluate(t, p)
		items := scoredItems(p)
		values := make([]int, len(items))
		for i := range items {
			values[i] = items[i].value
		}
		resources, challenge := quadrant(p, items, values)
		fits := 0
		for _, s := range segment.All {
			if s.ResourcesHigh() == resources && s.ChallengeHigh() == challenge {
				fits++
				if s != got.Segment {
					t.Fatalf("segment %v, by definition %v", got.Segment, s)
				}
			}
		}
		if fits != 1 {
			t.Fatalf("%d segments fit", fits)
		}
		placed := mustClassify(t, p)
		want := scoring.Placement{Segment: got.Segment, Resources: got.Resources, Challenge: got.Challenge}
		if placed != want || !reflect.DeepEqual(placed.Borderline(), got.Borderline) {
			t.Fatalf("Classify and Evaluate differ: %+v, %+v", placed, got)
		}
	})
}

func TestOrderOfAnswersIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		want := mustEvaluate(t, p)
		p.Client = rapid.Permutation(p.Client).Draw(t, "client order")
		p.Professional = rapid.Permutation(p.Professional).Draw(t, "professional order")
		if got := mustEvaluate(t, p); !reflect.DeepEqual(got, want) {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestMonotoneInEveryItem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		before := mustClassify(t, p)
		item := rapid.SampledFrom(scoredItems(p)).Draw(t, "item")
		if item.value == 10 {
			return
		}
		after := mustClassify(t, with(p, item.code, rapid.IntRange(item.value+1, 10).Draw(t, "raised")))
		was, is := before.Resources, after.Resources
		other := before.Challenge == after.Challenge
		if !item.client {
			was, is, other = before.Challenge, after.Challenge, before.Resources == after.Resources
		}
		if item.reverse {
			was, is = is, was
		}
		if is.Value() <= was.Value() || was.High() && !is.High() || is.Shown() < was.Shown() {
			t.Fatalf("a higher answer took the score from %v to %v", was, is)
		}
		if !other {
			t.Fatal("the other side's score moved")
		}
	})
}

func TestOneStepAtTheCutoffDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.IntRange(1, 9).Draw(t, "level")
		b := drawBattery(t, instrument.Client, anySize)
		b.Cutoff = 10 * level
		var s instrument.Sheet
		for _, item := range b.Items {
			v := level
			if item.Reverse {
				v = 10 - level
			}
			s = append(s, instrument.Answer{Item: item.Code, Value: v})
		}
		pb := battery(instrument.Professional, 50, 1)
		at := scoring.Pair{ClientBattery: b, ProfessionalBattery: pb, Client: s, Professional: sheet(pb, 0)}
		i := rapid.IntRange(0, len(s)-1).Draw(t, "item")
		step := 1
		if b.Items[i].Reverse {
			step = -1
		}
		for move, want := range map[int]segment.Segment{-1: segment.Community, 0: segment.SelfActing, 1: segment.SelfActing} {
			if got := mustClassify(t, with(at, s[i].Item, s[i].Value+move*step)); got.Segment != want {
				t.Fatalf("moved by %d: %v, want %v", move, got.Segment, want)
			}
		}
	})
}

func TestIncompleteIsNeverClassified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		n := len(p.Client)
		tooFew := func(b *instrument.Battery) instrument.Sheet {
			n = len(b.Items)
			return drawSheetSkipping(t, b, rapid.IntRange(n/5+1, n).Draw(t, "too many skips"))
		}
		which := rapid.IntRange(1, 3).Draw(t, "which side")
		var pointers []string
		if which&1 != 0 {
			p.Client = tooFew(p.ClientBattery)
			pointers = append(pointers, "/client_answers")
		}
		if which&2 != 0 {
			p.Professional = tooFew(p.ProfessionalBattery)
			pointers = append(pointers, "/professional_answers")
		}
		placed, err := scoring.Classify(p)
		if placed != (scoring.Placement{}) {
			t.Fatalf("classified as %+v", placed)
		}
		checkInsufficient(t, err, pointers)
		result, err := scoring.Evaluate(p)
		if !reflect.DeepEqual(result, scoring.Result{}) {
			t.Fatalf("evaluated to %+v", result)
		}
		checkInsufficient(t, err, pointers)
	})
}

func TestPullsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		got := mustEvaluate(t, p)
		items := scoredItems(p)
		if len(got.Contributions) != len(items) {
			t.Fatalf("%d contributions of %d scored items", len(got.Contributions), len(items))
		}
		pulls := map[instrument.Side]float64{}
		for i, c := range got.Contributions {
			if c.Side != items[i].side || c.Item != items[i].code || c.Value != items[i].value {
				t.Fatalf("contribution %d is %+v, the item %+v", i, c, items[i])
			}
			pulls[c.Side] += c.Pull
		}
		for side, score := range map[instrument.Side]scoring.Score{instrument.Client: got.Resources, instrument.Professional: got.Challenge} {
			if want := score.Value() - float64(score.Cutoff); math.Abs(pulls[side]-want) > 1e-9 {
				t.Fatalf("%s: pulls add up to %v, want %v", side, pulls[side], want)
			}
		}
	})
}

func TestScoreAgainstRationalNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weight := rapid.IntRange(1, 260).Draw(t, "weight")
		s := scoring.Score{
			Sum:    rapid.IntRange(0, 10*weight).Draw(t, "sum"),
			Weight: weight,
			Cutoff: rapid.IntRange(instrument.MinCutoff, instrument.MaxCutoff).Draw(t, "cutoff"),
		}
		exact, cut := big.NewRat(int64(10*s.Sum), int64(s.Weight)), big.NewRat(int64(s.Cutoff), 1)
		if s.High() != (exact.Cmp(cut) >= 0) {
			t.Fatalf("%+v: High is %v", s, s.High())
		}
		distance := new(big.Rat).Sub(exact, cut)
		if s.Borderline() != (distance.Abs(distance).Cmp(big.NewRat(5, 1)) <= 0) {
			t.Fatalf("%+v: Borderline is %v", s, s.Borderline())
		}
		shown := s.Shown()
		if s.High() != (shown >= float64(s.Cutoff)) {
			t.Fatalf("%+v is shown as %v, on the other side", s, shown)
		}
		value, _ := exact.Float64()
		if s.Value() != value {
			t.Fatalf("%+v: Value is %v, want %v", s, s.Value(), value)
		}
		// Half a tenth by rounding; up to a whole one just under the cut-off.
		off := 0.05
		if !s.High() && float64(s.Cutoff)-value < 0.05 {
			off = 0.1
		}
		if tenths := shown * 10; math.Abs(shown-value) > off+1e-9 || math.Abs(tenths-math.Round(tenths)) > 1e-9 || shown < 0 || shown > 100 {
			t.Fatalf("%+v: %v is shown as %v", s, value, shown)
		}
	})
}

func TestStabilityAgainstEveryOutcome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, size{1, 5}, size{1, 4})
		items := scoredItems(p)
		placed := mustClassify(t, p)
		values := make([]int, len(items))
		same := 0.0
		var walk func(i int, probability float64)
		walk = func(i int, probability float64) {
			if i == len(items) {
				if segment.Of(quadrant(p, items, values)) == placed.Segment {
					same += probability
				}
				return
			}
			for step, chance := range map[int]float64{-1: 0.25, 0: 0.5, 1: 0.25} {
				values[i] = min(max(items[i].value+step, 0), 10)
				walk(i+1, probability*chance)
			}
		}
		walk(0, 1)
		// Both sums are exact in binary, so they are equal and not just close.
		if got := mustEvaluate(t, p).Stability; got != same {
			t.Fatalf("stability %v, enumerated %v", got, same)
		}
	})
}

// cost ranks a way to change the answers: fewest steps, fewest items, then the
// most steps on the first items.
func cost(items []scoredItem, values []int) []int {
	key := []int{0, 0}
	for i, item := range items {
		steps := max(values[i]-item.value, item.value-values[i])
		if steps > 0 {
			key[1]++
		}
		key[0] += steps
		key = append(key, -steps)
	}
	return key
}

func TestSmallestChangeAgainstEveryChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shape := rapid.SampledFrom([][2]size{{{2, 4}, {1, 1}}, {{1, 1}, {2, 3}}, {{2, 2}, {2, 2}}}).Draw(t, "shape")
		p := drawPair(t, shape[0], shape[1])
		items := scoredItems(p)
		got := mustEvaluate(t, p)

		values := make([]int, len(items))
		var best, bestCost []int
		var walk func(i int)
		walk = func(i int) {
			if i == len(items) {
				if segment.Of(quadrant(p, items, values)) == got.Segment {
					return
				}
				if c := cost(items, values); best == nil || slices.Compare(c, bestCost) < 0 {
					best, bestCost = slices.Clone(values), c
				}
				return
			}
			for values[i] = 0; values[i] <= 10; values[i]++ {
				walk(i + 1)
			}
		}
		walk(0)

		var want []scoring.Change
		for i, item := range items {
			if best[i] != item.value {
				want = append(want, scoring.Change{Side: item.side, Item: item.code, From: item.value, To: best[i]})
			}
		}
		if !reflect.DeepEqual(got.SmallestChange, want) {
			t.Fatalf("got %+v, want %+v", got.SmallestChange, want)
		}
	})
}

// On sheets too large to enumerate: the change works, and none of its steps is
// idle.
func TestSmallestChangeHasNoIdleStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t, anySize, anySize)
		was := mustEvaluate(t, p)
		changed := p
		for _, c := range was.SmallestChange {
			changed = with(changed, c.Item, c.To)
		}
		if mustClassify(t, changed).Segment == was.Segment {
			t.Fatalf("%+v changes nothing", was.SmallestChange)
		}
		for _, c := range was.SmallestChange {
			back := c.To - 1
			if c.To < c.From {
				back = c.To + 1
			}
			if mustClassify(t, with(changed, c.Item, back)).Segment != was.Segment {
				t.Fatalf("%+v: the last step of %s is not needed", was.SmallestChange, c.Item)
			}
		}
	})
}

// checkInsufficient expects a 422 that names exactly these sides.
func checkInsufficient(t rapid.TB, err error, pointers []string) {
	t.Helper()
	f, ok := err.(*fault.Error)
	if !ok || f.Kind != fault.Invalid || f.Code != fault.CodeInsufficientAnswers {
		t.Fatalf("error %v, want insufficient_answers", err)
	}
	var got []string
	for _, one := range f.Findings {
		got = append(got, one.Pointer)
		scored, needed := one.Args["scored"].(int), one.Args["needed"].(int)
		if one.Code != fault.TooFewAnswers || scored >= needed {
			t.Fatalf("finding %+v", one)
		}
	}
	if !slices.Equal(got, pointers) {
		t.Fatalf("findings at %v, want %v", got, pointers)
	}
}
