package report

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPercentagesOfTheTrial(t *testing.T) {
	for _, c := range []struct{ counts, want []int }{
		{[]int{40, 8, 15, 23}, []int{47, 9, 17, 27}},
		{[]int{37, 3, 32, 14}, []int{43, 4, 37, 16}},
		{[]int{1, 1, 1, 0}, []int{34, 33, 33, 0}}, // a tie goes to the first
		{[]int{0, 0, 0, 0}, nil},
	} {
		if got := percentages(c.counts); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.counts, got, c.want)
		}
	}
}

func TestPercentagesAddUpAndStayWithinOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(0, 5000), 1, 9).Draw(t, "counts")
		got, total := percentages(counts), sum(counts)
		if total == 0 {
			return
		}
		if sum(got) != 100 {
			t.Fatalf("%v add up to %d", got, sum(got))
		}
		for i, p := range got {
			if exact := float64(100*counts[i]) / float64(total); float64(p) <= exact-1 || float64(p) >= exact+1 {
				t.Fatalf("%d of %d is %d %%", counts[i], total, p)
			}
		}
	})
}
