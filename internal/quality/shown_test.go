package quality

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// Whatever was counted, no count below the smallest is shown, and the means of the
// groups that are shown tell none of a small rest.
func TestNothingSmallIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 12).Draw(t, "smallest")
		count := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 15), rapid.IntRange(50, 90))
		f := figures{Others: rapid.IntRange(0, 15).Draw(t, "other versions")}
		for i := range 4 { // two large groups and two of any size: the hard ones
			n := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 8), rapid.IntRange(50, 90)).Draw(t, "group")
			if i < 2 {
				n = rapid.IntRange(40, 90).Draw(t, "large group")
			}
			f.Languages = append(f.Languages, groupFigures{Code: fmt.Sprint(i), N: n})
			f.N += n
		}
		split := func(what string, parts int) (list []int) {
			left := f.N
			for i := range parts - 1 {
				c := min(count.Draw(t, what+fmt.Sprint(i)), left)
				list = append(list, c)
				left -= c
			}
			return append(list, left)
		}
		item := split("item", 5)
		one := itemFigures{Discuss: item[0], Declined: item[1], NotApplicable: item[2], Blank: item[3], Unclear: min(count.Draw(t, "unclear"), f.N)}
		one.Spread.N = item[4]
		one.Spread.Floor = min(count.Draw(t, "floor"), one.Spread.N)
		one.Spread.Ceiling = min(count.Draw(t, "ceiling"), one.Spread.N-one.Spread.Floor)
		f.Items = []itemFigures{one}
		f.Score.N, f.Borderline = f.N, min(count.Draw(t, "borderline"), f.N)
		copy(f.Stability[:], split("stability", 3))
		for i := range 4 {
			for j := range 4 {
				f.Guesses.Table[i][j] = min(rapid.IntRange(0, 12).Draw(t, "guess"), max(f.N/16, 0))
			}
		}
		r := Report{N: &f.N, MinCell: k, told: everything}
		r.show(f, k)
		if !r.Ready {
			return
		}
		if f.Others > 0 && f.Others < k {
			t.Fatalf("%d with another version can be told from the whole", f.Others)
		}
		shown := r.Items[0]
		counts := []*int{
			r.N, r.Borderline.Part, shown.Spread.N, shown.Discuss, shown.Declined, shown.NotApplicable, shown.Blank, shown.Unclear,
			shown.Spread.Floor, shown.Spread.Ceiling, r.Guess.N, r.Guess.Same,
		}
		counts = append(counts, r.Stability[:]...)
		rest, means := f.N, 0
		for i, g := range r.Languages {
			counts = append(counts, g.N)
			if g.Mean != nil {
				rest -= f.Languages[i].N
				means++
			}
		}
		for i, c := range counts {
			if c != nil && *c > 0 && *c < k {
				t.Fatalf("count %d is %d, the smallest to be shown %d", i, *c, k)
			}
		}
		if means > 0 && rest > 0 && rest < k {
			t.Fatalf("the means of the others tell that of %d", rest)
		}
	})
}
