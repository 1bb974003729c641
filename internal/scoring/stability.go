package scoring

import "github.com/omasuunta/omasuunta/internal/instrument"

// maxSum is the greatest possible sum of a side's weights, and so the furthest
// that Σ w·v can move when every answer moves one step.
const maxSum = instrument.MaxItems * instrument.MaxWeight

// stability is the exact probability that the side stays on its side of the
// cut-off when every answer moves one step down (¼), stays (½) or moves one step
// up (¼), kept within the scale.
//
// It convolves the distribution of Σ w·v one item at a time. Every probability
// is a whole number of 4^-n for n items; with n at most 26 those whole numbers
// stay below 2^53, so neither the counting nor the quotient rounds.
func (s side) stability() float64 {
	// ways[maxSum+d] counts the ways, out of 4^n, in which the sum moves by d.
	// Two buffers take turns.
	var a, b [2*maxSum + 1]uint64
	ways, next := &a, &b
	ways[maxSum] = 1
	reach := 0 // the furthest move so far
	for _, r := range s.rated {
		w := r.item.Weight
		down, stay, up := uint64(1), uint64(2), uint64(1)
		if r.value == 0 {
			down, stay = 0, stay+down
		}
		if r.value == maxValue {
			up, stay = 0, stay+up
		}
		clear(next[maxSum-reach-w : maxSum+reach+w+1])
		for d := maxSum - reach; d <= maxSum+reach; d++ {
			n := ways[d]
			next[d-w] += down * n
			next[d] += stay * n
			next[d+w] += up * n
		}
		ways, next = next, ways
		reach += w
	}
	low, high := uint64(0), uint64(0)
	for d := -reach; d <= reach; d++ {
		if s.score.Sum+d < s.score.lowestHigh() {
			low += ways[maxSum+d]
		} else {
			high += ways[maxSum+d]
		}
	}
	same := low
	if s.score.High() {
		same = high
	}
	return float64(same) / float64(low+high)
}
