package scoring

import (
	"math"
	"slices"
)

// crossing is the task of bringing one side across its cut-off: some steps on
// some items that together move Σ w·v by at least gain in one direction.
type crossing struct {
	side  side
	up    bool // towards a high score
	gain  int  // how far the sum must move, at least 1
	steps int  // the fewest steps that do it
}

// smallestChange finds the answers that must change, and by how much, for
// another segment. Another segment lies across one cut-off or two, so crossing
// one is always enough; both can be crossed, because a cut-off is 1..100.
func smallestChange(client, professional side) []Change {
	c, p := cross(client), cross(professional)
	switch {
	case c.steps < p.steps:
		return c.changes(c.plan())
	case p.steps < c.steps:
		return p.changes(p.plan())
	}
	byClient, byProfessional := c.plan(), p.plan()
	if used(byProfessional) < used(byClient) {
		return p.changes(byProfessional)
	}
	return c.changes(byClient)
}

// cross states the task and the fewest steps for it. All steps cost the same, so
// taking them from the heaviest items first is optimal.
func cross(s side) crossing {
	c := crossing{side: s, up: !s.score.High()}
	if c.up {
		c.gain = s.score.lowestHigh() - s.score.Sum
	} else {
		c.gain = s.score.Sum - s.score.lowestHigh() + 1
	}
	heaviest := slices.Clone(s.rated)
	slices.SortFunc(heaviest, func(a, b rated) int { return b.item.Weight - a.item.Weight })
	for left, i := c.gain, 0; left > 0; i++ {
		w := heaviest[i].item.Weight
		steps := min(c.room(heaviest[i]), (left+w-1)/w)
		c.steps += steps
		left -= steps * w
	}
	return c
}

// room is how many steps an answer can move in the direction of the crossing.
func (c crossing) room(r rated) int {
	if c.up {
		return maxValue - r.value
	}
	return r.value
}

// impossible is the gain of what cannot be done: it stays hopeless with anything
// added to it.
const impossible = math.MinInt32

// plan says how many steps each item takes: c.steps in all, on as few items as
// possible, and the most on those that come first.
//
// best[m][i·width+k] is the greatest gain of exactly k steps on at most m of the
// items from i on. Layers are added until c.steps steps are enough, which with
// ordinary answers is after one to three of them.
func (c crossing) plan() []int {
	items, width := c.side.rated, c.steps+1
	layer := func() []int {
		cells := make([]int, (len(items)+1)*width)
		for i := range cells {
			if i%width != 0 {
				cells[i] = impossible
			}
		}
		return cells
	}
	best := [][]int{layer()}
	for best[len(best)-1][c.steps] < c.gain {
		fewer, these := best[len(best)-1], layer()
		for i := len(items) - 1; i >= 0; i-- {
			here, rest, restFewer := these[i*width:][:width], these[(i+1)*width:][:width], fewer[(i+1)*width:][:width]
			room, weight := c.room(items[i]), items[i].item.Weight
			for k := 1; k < width; k++ {
				most := rest[k]
				for x := 1; x <= min(room, k); x++ {
					most = max(most, restFewer[k-x]+x*weight)
				}
				here[k] = most
			}
		}
		best = append(best, these)
	}

	plan := make([]int, len(items))
	m, k, gain := len(best)-1, c.steps, c.gain
	for i := range items {
		weight := items[i].item.Weight
		for x := min(c.room(items[i]), k); x > 0 && m > 0; x-- {
			if best[m-1][(i+1)*width+k-x]+x*weight >= gain {
				plan[i] = x
				m, k, gain = m-1, k-x, gain-x*weight
				break
			}
		}
	}
	return plan
}

// used counts the items that take steps.
func used(plan []int) int {
	n := 0
	for _, steps := range plan {
		if steps > 0 {
			n++
		}
	}
	return n
}

// changes puts a plan into values as given.
func (c crossing) changes(plan []int) []Change {
	list := make([]Change, 0, used(plan))
	for i, r := range c.side.rated {
		if plan[i] == 0 {
			continue
		}
		to := r.value - plan[i]
		if c.up {
			to = r.value + plan[i]
		}
		list = append(list, Change{Side: c.side.battery.Side, Item: r.item.Code, From: r.given(r.value), To: r.given(to)})
	}
	return list
}
