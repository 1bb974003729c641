package report

import (
	"math/rand/v2"
	"testing"
)

// The same of everything that somebody with reports can ask for: distributions, every
// view, opinions, minutes, professionals.
func TestNoSetOfViewsNarrowsAHiddenNumber(t *testing.T) {
	shown, hidden, bad := 0, 0, 0
	for _, seed := range attacks(t, 12) {
		r := rand.New(rand.NewPCG(uint64(seed), 46))
		c, names := newVaried(r)
		counted, workers := c.everything(t, r, 2+r.IntN(5))
		k := c.settings.MinCell
		for _, known := range []string{told(c.people, counted, k), solved(c.staff(), workers, k)} {
			if known != "" {
				t.Errorf("seed %d, %v: %s", seed, names, known)
				bad++
			}
		}
		for _, f := range counted {
			if f.shown != nil {
				shown++
			} else {
				hidden++
			}
		}
		if bad > 10 {
			t.Fatal("and so on")
		}
	}
	t.Logf("%d figures shown, %d hidden", shown, hidden)
}

// staff are the professionals as the solver takes them.
func (c *crowd) staff() []person {
	list := make([]person, len(c.workers))
	for i, w := range c.workers {
		list[i].count = w.count
	}
	return list
}
