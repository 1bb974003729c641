package report

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// of are the figures that somebody sees whose reports cover a group of units.
func of(figures []said, group string) []said {
	return slices.DeleteFunc(slices.Clone(figures), func(f said) bool { return f.group != group })
}

// told is what a solver makes of figures: the first hidden number of 1..k−1 that it
// can narrow to fewer than those, "" when there is none. What several units of an
// expert's have together is tried with the figures of those units alone: who sees
// the whole house may know more of that sum, but not of any unit.
func told(people []person, figures []said, k int) string {
	if len(figures) > 0 && figures[0].group == "" {
		for _, f := range figures {
			if f.group != "" {
				if known := told(people, of(figures, f.group), k); known != "" {
					return known
				}
			}
		}
	}
	return solved(people, figures, k)
}

func solved(people []person, figures []said, k int) string {
	for _, f := range figures {
		if f.shown != nil && sumOfPeople(people, f.who) != *f.shown {
			return f.what + " is not true"
		}
	}
	l := alike(people, figures, k)
	s := newSolver(l.truth, l.shown)
	for _, h := range l.hidden {
		least := int(math.Ceil(s.extreme(h.who, 1) - 1e-5))
		most := s.extreme(h.who, -1)
		if least <= 1 && most > float64(k-1)-1e-5 {
			continue
		}
		return fmt.Sprintf("k=%d %s is %d, and known to be %d to %.2f", k, h.what, sumOfPeople(people, figures[h.figure].who), least, most)
	}
	return ""
}

// lumps are people whom no figure tells apart, together, and the figures over them.
type lumps struct {
	truth  []int
	shown  [][]int
	hidden []lumped // those of 1..k−1
}

type lumped struct {
	what   string
	figure int
	who    []int
}

// alike makes the program small: each set of people once, nobody who is known not to
// be there, and together whom no figure tells apart.
func alike(people []person, figures []said, k int) (l lumps) {
	absent := make([]bool, len(people))
	for _, f := range figures {
		if f.shown != nil && *f.shown == 0 {
			for _, i := range f.who {
				absent[i] = true
			}
		}
	}
	sets, marks := map[string]bool{}, make([][]byte, len(people))
	var kept []int
	for at, f := range figures {
		if f.shown == nil && (f.group != figures[0].group || !small(k)(sumOfPeople(people, f.who))) {
			continue
		}
		who := slices.DeleteFunc(slices.Clone(f.who), func(i int) bool { return absent[i] })
		name := fmt.Sprint(f.shown != nil, who)
		if len(who) == 0 || sets[name] {
			continue
		}
		sets[name] = true
		for _, i := range who {
			marks[i] = binary.AppendUvarint(marks[i], uint64(len(kept)))
		}
		kept = append(kept, at)
	}
	lump, seen := make([]int, len(people)), map[string]int{}
	for i, mark := range marks {
		at, known := seen[string(mark)]
		if !known {
			at = len(l.truth)
			seen[string(mark)], l.truth = at, append(l.truth, 0)
		}
		lump[i] = at
		l.truth[at] += people[i].count
	}
	for _, at := range kept {
		f := figures[at]
		var who []int
		for _, i := range f.who {
			if !absent[i] && !slices.Contains(who, lump[i]) {
				who = append(who, lump[i])
			}
		}
		if f.shown != nil {
			l.shown = append(l.shown, who)
		} else {
			l.hidden = append(l.hidden, lumped{f.what, at, who})
		}
	}
	return l
}

func sumOfPeople(people []person, who []int) int {
	sum := 0
	for _, i := range who {
		sum += people[i].count
	}
	return sum
}
