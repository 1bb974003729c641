package scoring_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestScoreAtTheBoundaries(t *testing.T) {
	tests := []struct {
		name             string
		score            scoring.Score
		value, shown     float64
		high, borderline bool
	}{
		{"49.96 is low and must not read as 50", scoring.Score{Sum: 1249, Weight: 250, Cutoff: 50}, 49.96, 49.9, false, true},
		{"49.94 rounds down anyway", scoring.Score{Sum: 2497, Weight: 500, Cutoff: 50}, 49.94, 49.9, false, true},
		{"exactly 50 is high", scoring.Score{Sum: 60, Weight: 12, Cutoff: 50}, 50, 50, true, true},
		{"50.04 is high", scoring.Score{Sum: 1251, Weight: 250, Cutoff: 50}, 50.04, 50, true, true},
		{"exactly 45 is borderline", scoring.Score{Sum: 45, Weight: 10, Cutoff: 50}, 45, 45, false, true},
		{"44.96 is not, whatever is shown", scoring.Score{Sum: 1124, Weight: 250, Cutoff: 50}, 44.96, 45, false, false},
		{"exactly 55 is borderline", scoring.Score{Sum: 55, Weight: 10, Cutoff: 50}, 55, 55, true, true},
		{"55.04 is not", scoring.Score{Sum: 1376, Weight: 250, Cutoff: 50}, 55.04, 55, true, false},
		{"halves round up", scoring.Score{Sum: 125, Weight: 200, Cutoff: 50}, 6.25, 6.3, false, false},
		{"99.96 under a cut-off of 100", scoring.Score{Sum: 2499, Weight: 250, Cutoff: 100}, 99.96, 99.9, false, true},
		{"100 reaches a cut-off of 100", scoring.Score{Sum: 10, Weight: 1, Cutoff: 100}, 100, 100, true, true},
		{"0 under a cut-off of 1", scoring.Score{Sum: 0, Weight: 5, Cutoff: 1}, 0, 0, false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.score
			if s.Value() != tt.value || s.Shown() != tt.shown {
				t.Errorf("value %v shown %v, want %v and %v", s.Value(), s.Shown(), tt.value, tt.shown)
			}
			if s.High() != tt.high || s.Borderline() != tt.borderline {
				t.Errorf("high %v borderline %v, want %v and %v", s.High(), s.Borderline(), tt.high, tt.borderline)
			}
		})
	}
}

func TestEightyPerCent(t *testing.T) {
	for _, tt := range []struct{ items, scored, needed int }{
		{1, 0, 1}, {1, 1, 1},
		{5, 3, 4}, {5, 4, 4},
		{8, 6, 7}, {8, 7, 7},
		{10, 7, 8}, {10, 8, 8},
		{12, 9, 10}, {12, 10, 10},
		{24, 19, 20}, {24, 20, 20}, // 79.2 %, the closest below with so many items
		{25, 19, 20}, {25, 20, 20},
		{26, 20, 21}, {26, 21, 21},
	} {
		b := battery(instrument.Professional, 50, ones(tt.items)...)
		s := sheet(b, slices.Repeat([]int{7}, tt.scored)...)
		score, err := scoring.Tally(b, s)
		if tt.scored >= tt.needed {
			if want := (scoring.Score{Sum: 7 * tt.scored, Weight: tt.scored, Cutoff: 50}); err != nil || score != want {
				t.Errorf("%d of %d: %+v, %v", tt.scored, tt.items, score, err)
			}
			continue
		}
		want := &fault.Error{Kind: fault.Invalid, Code: fault.CodeInsufficientAnswers, Findings: fault.Findings{{
			Pointer: "/professional_answers", Code: fault.TooFewAnswers,
			Args: fault.Args{"side": "professional", "scored": tt.scored, "needed": tt.needed},
		}}}
		if !reflect.DeepEqual(err, error(want)) || score != (scoring.Score{}) {
			t.Errorf("%d of %d: %+v, %v", tt.scored, tt.items, score, err)
		}
	}
}

func TestWeightsReversingAndSkips(t *testing.T) {
	b := battery(instrument.Client, 50, 3, 1, 2, 1, 10)
	b.Items[1].Reverse = true
	s := append(sheet(b, 8, 3, 0, 10), instrument.Answer{Item: b.Items[4].Code, Value: 9, Skip: instrument.Discuss})
	got, err := scoring.Tally(b, s)
	want := scoring.Score{Sum: 3*8 + 1*7 + 2*0 + 1*10, Weight: 7, Cutoff: 50}
	if err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func TestBorderlineNamesTheNeighbours(t *testing.T) {
	// Scores of 90, 50, 45 and 10.
	high, justHigh, justLow, low := []int{9, 9}, []int{5, 5}, []int{4, 5}, []int{1, 1}
	type list = []segment.Segment
	for _, tt := range []struct {
		name                 string
		client, professional []int
		want                 segment.Segment
		borderline           list
	}{
		{"clear", high, low, segment.SelfActing, nil},
		{"resources close", justHigh, low, segment.SelfActing, list{segment.Community}},
		{"challenge close", high, justLow, segment.SelfActing, list{segment.Cooperating}},
		{"both close", justHigh, justLow, segment.SelfActing, list{segment.Community, segment.Cooperating, segment.Network}},
		{"community, resources close", justLow, low, segment.Community, list{segment.SelfActing}},
		{"cooperating, challenge close", high, justHigh, segment.Cooperating, list{segment.SelfActing}},
		{"cooperating, resources close", justHigh, high, segment.Cooperating, list{segment.Network}},
		{"network, both close", justLow, justHigh, segment.Network, list{segment.SelfActing, segment.Community, segment.Cooperating}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := mustEvaluate(t, plain(tt.client, tt.professional))
			if got.Segment != tt.want || !slices.Equal(got.Borderline, tt.borderline) {
				t.Errorf("%v, borderline %v; want %v, %v", got.Segment, got.Borderline, tt.want, tt.borderline)
			}
		})
	}
}

func TestStabilityByHand(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		client, professional []int
		want                 float64
	}{
		{"on the cut-off a step down leaves", []int{5}, []int{0}, 0.75},
		{"just below a step up leaves", []int{4}, []int{0}, 0.75},
		{"two steps away stays", []int{7}, []int{2}, 1},
		{"the sides are independent", []int{5}, []int{5}, 0.75 * 0.75},
		{"two items: only the sum counts", []int{5, 5}, []int{0}, 1 - (1./16 + 2*(1./4)*(1./2))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustEvaluate(t, plain(tt.client, tt.professional)).Stability; got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestSmallestChangeByHand(t *testing.T) {
	// change names an item by its side and its place from 1.
	change := func(side instrument.Side, place, from, to int) scoring.Change {
		return scoring.Change{Side: side, Item: battery(side, 50, ones(place)...).Items[place-1].Code, From: from, To: to}
	}
	type list = []scoring.Change
	lowCut := plain([]int{1, 1}, []int{6})
	lowCut.ClientBattery.Cutoff = 5 // both of the client's items must go to 0
	littleRoom := plain([]int{1, 1, 3}, []int{0})
	littleRoom.ClientBattery.Cutoff = 5 // four steps, for which two items are enough
	weighted := plain([]int{7, 5}, []int{10})
	weighted.ClientBattery.Items[1].Weight = 3 // 55 points: one heavy step or three light ones
	reversed := plain([]int{4, 9}, []int{10})
	reversed.ClientBattery.Items[0].Reverse = true
	reversed.ClientBattery.Items[1].Reverse = true // 35 points

	for _, tt := range []struct {
		name string
		pair scoring.Pair
		want list
	}{
		{"the nearer side", plain([]int{9, 9}, []int{4, 4}), list{change(instrument.Professional, 1, 4, 6)}},
		{"a tie goes to the client's side", plain([]int{4, 4}, []int{4, 4}), list{change(instrument.Client, 1, 4, 6)}},
		{"but fewer items come first", lowCut, list{change(instrument.Professional, 1, 6, 4)}},
		{"the first item takes it", plain([]int{9, 3, 5, 3}, []int{0}), list{change(instrument.Client, 1, 9, 8)}},
		{"one item with room before two earlier ones", plain([]int{1, 1, 4, 10, 10}, []int{0}), list{change(instrument.Client, 3, 4, 2)}},
		{"the first item, and no more items than needed", littleRoom, list{change(instrument.Client, 1, 1, 0), change(instrument.Client, 3, 3, 0)}},
		{"the first item takes the most", plain([]int{10, 10}, []int{10, 10}), list{change(instrument.Client, 1, 10, 0), change(instrument.Client, 2, 10, 9)}},
		{"a heavy item needs fewer steps", weighted, list{change(instrument.Client, 2, 5, 4)}},
		{"a reversed item moves the other way", reversed, list{change(instrument.Client, 1, 4, 1)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mustEvaluate(t, tt.pair).SmallestChange; !slices.Equal(got, tt.want) {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestMistakesOfTheCallerAreNoResult(t *testing.T) {
	ok := plain([]int{8, 8}, []int{2, 2})
	if _, err := scoring.Classify(ok); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(p *scoring.Pair){
		"no battery": func(p *scoring.Pair) { p.ProfessionalBattery = nil },
		"swapped sides": func(p *scoring.Pair) {
			*p = scoring.Pair{ClientBattery: p.ProfessionalBattery, ProfessionalBattery: p.ClientBattery, Client: p.Professional, Professional: p.Client}
		},
		"swapped sheets": func(p *scoring.Pair) { p.Client, p.Professional = p.Professional, p.Client },
		"item twice":     func(p *scoring.Pair) { p.Client = append(p.Client, p.Client[0]) },
		"unknown item":   func(p *scoring.Pair) { p.Client = append(p.Client, instrument.Answer{Item: "nobody-asked", Value: 10}) },
		"value below":    func(p *scoring.Pair) { *p = with(*p, p.Client[0].Item, -1) },
		"value above":    func(p *scoring.Pair) { *p = with(*p, p.Client[0].Item, 11) },
		"no items":       func(p *scoring.Pair) { p.ClientBattery, p.Client = battery(instrument.Client, 50), nil },
		"too many items": func(p *scoring.Pair) {
			p.ClientBattery = battery(instrument.Client, 50, ones(27)...)
			p.Client = sheet(p.ClientBattery, ones(27)...)
		},
		"no weight":        func(p *scoring.Pair) { p.ClientBattery.Items[0].Weight = 0 },
		"too great weight": func(p *scoring.Pair) { p.ClientBattery.Items[0].Weight = 11 },
		"no cut-off":       func(p *scoring.Pair) { p.ClientBattery.Cutoff = 0 },
		"cut-off over 100": func(p *scoring.Pair) { p.ClientBattery.Cutoff = 101 },
	} {
		t.Run(name, func(t *testing.T) {
			p := plain([]int{8, 8}, []int{2, 2})
			spoil(&p)
			placed, err := scoring.Classify(p)
			if err == nil || placed != (scoring.Placement{}) {
				t.Fatalf("classified as %+v, error %v", placed, err)
			}
			if fault.KindOf(err) != fault.Internal {
				t.Errorf("kind %v: the reader could do nothing about it", fault.KindOf(err))
			}
			if name == "value above" && strings.Contains(err.Error(), "11") {
				t.Errorf("the error tells the answer: %v", err)
			}
		})
	}
}

func TestResultNamesWhatItCameFrom(t *testing.T) {
	p := plain([]int{8, 8}, []int{2, 2})
	p.ProfessionalBattery.Version = 3
	got := mustEvaluate(t, p)
	if got.Client != "individual-client@1" || got.Professional != "functioning@3" || got.Version != 1 {
		t.Errorf("%q %q %d", got.Client, got.Professional, got.Version)
	}
}

func TestClassifyAllocates(t *testing.T) {
	p := ordinary()
	if n := testing.AllocsPerRun(100, func() { mustClassify(t, p) }); n > 5 {
		t.Errorf("%v allocations, at most 5", n)
	}
}
