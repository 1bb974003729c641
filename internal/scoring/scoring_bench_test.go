package scoring_test

import (
	"slices"
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// ordinary is a pair of the usual size: 12 items of the client's and 10 of the
// professional's, equal weights, some reversed, some skipped.
func ordinary() scoring.Pair {
	p := plain([]int{7, 4, 6, 8, 5, 9, 3, 7, 6, 10, 2, 6}, []int{3, 6, 2, 4, 5, 1, 7, 0, 4, 6})
	for i := 0; i < len(p.Client); i += 3 {
		p.ClientBattery.Items[i].Reverse = true
	}
	p.Client[4].Skip, p.Professional[7].Skip = instrument.Discuss, instrument.Declined
	return p
}

// largest is a pair of the greatest allowed size with different weights.
func largest() scoring.Pair {
	weights := make([]int, instrument.MaxItems)
	values := make([]int, instrument.MaxItems)
	for i := range weights {
		weights[i], values[i] = 10-i%10, (i*7)%11
	}
	cb, pb := battery(instrument.Client, 50, weights...), battery(instrument.Professional, 50, weights...)
	return scoring.Pair{ClientBattery: cb, ProfessionalBattery: pb, Client: sheet(cb, values...), Professional: sheet(pb, values...)}
}

// extreme is as far from both cut-offs as answers can be, which is the most work
// for the smallest change.
func extreme(p scoring.Pair) scoring.Pair {
	p.Client, p.Professional = slices.Clone(p.Client), slices.Clone(p.Professional)
	for _, s := range []instrument.Sheet{p.Client, p.Professional} {
		for i := range s {
			s[i].Value, s[i].Skip = 10, ""
		}
	}
	return p
}

var pairs = []struct {
	name string
	pair scoring.Pair
}{
	{"12+10", ordinary()},
	{"26+26 weighted", largest()},
	{"12+10 extreme", extreme(ordinary())},
	{"26+26 weighted extreme", extreme(largest())},
}

func bench(b *testing.B, do func(scoring.Pair)) {
	for _, one := range pairs {
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				do(one.pair)
			}
		})
	}
}

func BenchmarkClassify(b *testing.B) {
	bench(b, func(p scoring.Pair) {
		if _, err := scoring.Classify(p); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkStability(b *testing.B) { bench(b, func(p scoring.Pair) { scoring.Stability(p) }) }

func BenchmarkSmallestChange(b *testing.B) {
	bench(b, func(p scoring.Pair) { scoring.SmallestChange(p) })
}

func BenchmarkEvaluate(b *testing.B) {
	bench(b, func(p scoring.Pair) {
		if _, err := scoring.Evaluate(p); err != nil {
			b.Fatal(err)
		}
	})
}
