package scoring_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// battery makes a battery of items with the given weights and no reversed ones.
func battery(side instrument.Side, cutoff int, weights ...int) *instrument.Battery {
	code := instrument.ClientBattery
	if side == instrument.Professional {
		code = "functioning"
	}
	b := &instrument.Battery{Code: code, Version: 1, Side: side, Cutoff: cutoff}
	for i, w := range weights {
		b.Items = append(b.Items, instrument.Item{Code: fmt.Sprintf("%s-%02d", side, i+1), Weight: w})
	}
	return b
}

// ones is the weights of n equal items.
func ones(n int) []int { return slices.Repeat([]int{1}, n) }

// sheet answers the first items of a battery with the values.
func sheet(b *instrument.Battery, values ...int) instrument.Sheet {
	var s instrument.Sheet
	for i, v := range values {
		s = append(s, instrument.Answer{Item: b.Items[i].Code, Value: v})
	}
	return s
}

// plain makes a pair of equal weights and cut-offs of 50 from values alone.
func plain(client, professional []int) scoring.Pair {
	cb := battery(instrument.Client, 50, ones(len(client))...)
	pb := battery(instrument.Professional, 50, ones(len(professional))...)
	return scoring.Pair{ClientBattery: cb, ProfessionalBattery: pb, Client: sheet(cb, client...), Professional: sheet(pb, professional...)}
}

// size is how many items a generated battery has.
type size struct{ min, max int }

var anySize = size{1, instrument.MaxItems}

// drawBattery draws weights, reversing and the cut-off.
func drawBattery(t *rapid.T, side instrument.Side, n size) *instrument.Battery {
	weight := rapid.IntRange(instrument.MinWeight, instrument.MaxWeight)
	if rapid.Bool().Draw(t, "equal weights") {
		weight = rapid.Just(1)
	}
	cutoff := rapid.OneOf(rapid.Just(50), rapid.IntRange(instrument.MinCutoff, instrument.MaxCutoff)).Draw(t, "cutoff")
	b := battery(side, cutoff, rapid.SliceOfN(weight, n.min, n.max).Draw(t, string(side)+" weights")...)
	for i := range b.Items {
		b.Items[i].Reverse = rapid.Bool().Draw(t, "reverse")
	}
	return b
}

// drawSheet draws values for all items but the skipped ones, which are at most a
// fifth; half of those are marked and half are not in the sheet at all.
func drawSheet(t *rapid.T, b *instrument.Battery) instrument.Sheet {
	skips := rapid.IntRange(0, len(b.Items)/5).Draw(t, "skips")
	return drawSheetSkipping(t, b, skips)
}

func drawSheetSkipping(t *rapid.T, b *instrument.Battery, skips int) instrument.Sheet {
	places := make([]int, len(b.Items))
	for i := range places {
		places[i] = i
	}
	skipped := rapid.Permutation(places).Draw(t, "order")[:skips]
	var s instrument.Sheet
	for i, item := range b.Items {
		if !slices.Contains(skipped, i) {
			s = append(s, instrument.Answer{Item: item.Code, Value: rapid.IntRange(0, 10).Draw(t, "value")})
		} else if rapid.Bool().Draw(t, "marked") {
			s = append(s, instrument.Answer{Item: item.Code, Skip: rapid.SampledFrom(instrument.Skips).Draw(t, "skip")})
		}
	}
	return s
}

// drawPair draws a pair with enough answers.
func drawPair(t *rapid.T, client, professional size) scoring.Pair {
	cb, pb := drawBattery(t, instrument.Client, client), drawBattery(t, instrument.Professional, professional)
	return scoring.Pair{ClientBattery: cb, ProfessionalBattery: pb, Client: drawSheet(t, cb), Professional: drawSheet(t, pb)}
}

// with returns the pair with one answer's value changed.
func with(p scoring.Pair, item string, value int) scoring.Pair {
	p.Client, p.Professional = slices.Clone(p.Client), slices.Clone(p.Professional)
	for _, s := range []instrument.Sheet{p.Client, p.Professional} {
		for i := range s {
			if s[i].Item == item {
				s[i].Value = value
			}
		}
	}
	return p
}

// scoredItem is a scored answer for the brute-force checks, which work from
// values as given and do not share code with the package.
type scoredItem struct {
	side            instrument.Side
	code            string
	value, weight   int
	reverse, client bool
}

func scoredItems(p scoring.Pair) []scoredItem {
	var all []scoredItem
	add := func(b *instrument.Battery, s instrument.Sheet) {
		for _, item := range b.Items {
			if a, ok := s.Find(item.Code); ok && a.Scored() {
				all = append(all, scoredItem{b.Side, item.Code, a.Value, item.Weight, item.Reverse, b.Side == instrument.Client})
			}
		}
	}
	add(p.ClientBattery, p.Client)
	add(p.ProfessionalBattery, p.Professional)
	return all
}

// quadrant places values, one for each item, by the definition: the mean
// against the cut-off.
func quadrant(p scoring.Pair, items []scoredItem, values []int) (resourcesHigh, challengeHigh bool) {
	var sum, weight [2]int
	for i, item := range items {
		v, n := values[i], 0
		if item.reverse {
			v = 10 - v
		}
		if !item.client {
			n = 1
		}
		sum[n] += item.weight * v
		weight[n] += item.weight
	}
	return 10*sum[0] >= p.ClientBattery.Cutoff*weight[0], 10*sum[1] >= p.ProfessionalBattery.Cutoff*weight[1]
}
