package report

import (
	"fmt"
	"strings"
	"testing"
)

// The tests of this file play somebody who wants to know a hidden number and
// tries out every table there could be.

// compositions calls use with every list of n counts that add up to total.
func compositions(n, total int, use func([]int)) {
	counts := make([]int, n)
	var fill func(at, left int)
	fill = func(at, left int) {
		if at == n-1 {
			counts[at] = left
			use(counts)
			return
		}
		for v := 0; v <= left; v++ {
			counts[at] = v
			fill(at+1, left-v)
		}
	}
	fill(0, total)
}

// attack collects, for everything that could be published, which values each
// hidden number may have. This is all there is to learn for one who knows the
// method, runs it on every possible table and keeps those that come out alike.
type attack struct {
	k      int
	answer map[string]*outcome
}

type outcome struct {
	hidden []bool
	values []map[int]bool // by number
	small  []bool         // a true small value is behind the number in some table
}

func (a *attack) see(published string, hidden []bool, numbers []int) {
	if a.answer == nil {
		a.answer = map[string]*outcome{}
	}
	one := a.answer[published]
	if one == nil {
		one = &outcome{hidden: append([]bool(nil), hidden...), values: make([]map[int]bool, len(numbers)), small: make([]bool, len(numbers))}
		a.answer[published] = one
	}
	for i, v := range numbers {
		if hidden[i] {
			if one.values[i] == nil {
				one.values[i] = map[int]bool{}
			}
			one.values[i][v] = true
			one.small[i] = one.small[i] || small(a.k)(v)
		}
	}
}

// narrowed returns what is wrong with an answer, "" when every hidden small
// number may still be anything from 1 to k−1.
func (a *attack) narrowed(published string) string {
	one := a.answer[published]
	for i, values := range one.values {
		for v := 1; one.small[i] && v < a.k; v++ {
			if !values[v] {
				return fmt.Sprintf("k=%d %s: number %d can't be %d, only %v", a.k, published, i, v, values)
			}
		}
	}
	return ""
}

// published renders what a reader sees of a line: counts and percentages, or ?.
func published(counts []int, hidden []bool, withPercent bool) string {
	var b strings.Builder
	percent := percentages(counts)
	for i, c := range counts {
		switch {
		case hidden[i]:
			b.WriteString(" ?")
		case withPercent && percent != nil:
			fmt.Fprintf(&b, " %d/%d%%", c, percent[i])
		default:
			fmt.Fprintf(&b, " %d", c)
		}
	}
	return b.String()
}

func TestLineTellsNothingToOneWhoKnowsTheMethod(t *testing.T) {
	for _, k := range []int{2, 3, 4, 5} {
		for _, parts := range []int{2, 3, 4, 5} {
			for total := k; total <= 22-2*parts; total++ {
				with, without := attack{k: k}, attack{k: k}
				compositions(parts, total, func(counts []int) {
					hidden := protectLine(counts, k, true)
					with.see(published(counts, hidden, true), hidden, counts)
					hidden = protectLine(counts, k, false)
					without.see(published(counts, hidden, false), hidden, counts)
				})
				for _, a := range []attack{with, without} {
					for p := range a.answer {
						if bad := a.narrowed(p); bad != "" {
							t.Fatal(bad)
						}
					}
				}
			}
		}
	}
}

// sample is an answer with units, laid out for the attacker.
type sample struct {
	segments [4]int
	units    []row
}

func table(counts []int) sample {
	var f sample
	for i := 0; i < len(counts); i += 4 {
		f.units = append(f.units, row{code: string(rune('a' + i/4)), cells: [4]int(counts[i : i+4])})
		for j := range f.segments {
			f.segments[j] += counts[i+j]
		}
	}
	return f
}

func numbersOf(f sample) []int {
	numbers := append([]int(nil), f.segments[:]...)
	for _, r := range f.units {
		numbers = append(append(numbers, r.total()), r.cells[:]...)
	}
	return numbers
}

func hiddenOf(f sample, k int) []bool {
	n := &node{k: k, total: row{cells: f.segments}, percent: true, tables: map[View]*shield{}}
	var facts []fact
	for _, r := range f.units {
		n.units, n.cells = append(n.units, r.code), append(n.cells, r.cells)
		for j, v := range r.cells {
			facts = append(facts, fact{key: r.code, unit: r.code, column: j, count: v})
		}
	}
	n.protectBase()
	mask := n.take(byUnit, n.units, facts).mask
	hidden := append([]bool(nil), n.columns...)
	for i, cells := range mask.cells {
		hidden = append(append(hidden, mask.totals[i]), cells[:]...)
	}
	return hidden
}

// seen renders what a reader sees of a table with some numbers hidden.
func seen(f sample, hidden []bool) string {
	text := published(f.segments[:], hidden[:4], true)
	for i, r := range f.units {
		at := 4 + 5*i
		text += " |" + published([]int{r.total()}, hidden[at:at+1], false) + ":" + published(r.cells[:], hidden[at+1:at+5], true)
	}
	return text
}

// zerosInSight tells whether a reader can see that true zeros are shown in rows
// that are hidden otherwise, and so that nothing hidden in a row with a shown
// total of at least k+2 is a zero.
func zerosInSight(f sample, hidden []bool, k int) bool {
	for i, r := range f.units {
		at := 4 + 5*i
		for j, v := range r.cells {
			if v == 0 && f.segments[j] > 0 && !hidden[at] && r.total() >= k+2 && !hidden[at+1+j] &&
				strings.Contains(published(r.cells[:], hidden[at+1:at+5], false), "?") {
				return true
			}
		}
	}
	return false
}

// breaksZeros tells whether a guess has a zero where none can be hidden.
func breaksZeros(f sample, hidden []bool, k int) bool {
	for i, r := range f.units {
		for j, v := range r.cells {
			if at := 4 + 5*i; v == 0 && !hidden[at] && r.total() >= k+2 && hidden[at+1+j] {
				return true
			}
		}
	}
	return false
}

// Every table of two to four units with few clients, both the sums and the
// percentages of what is shown, against one who knows the rules, all totals and
// that shown zeros are true. Most tables stand against one who knows the method
// as well; the others are tried again without that knowledge.
func TestTableTellsNothing(t *testing.T) {
	for _, c := range []struct{ units, from, to, k int }{{2, 3, 7, 3}, {2, 11, 11, 3}, {2, 4, 9, 4}, {2, 7, 8, 5}, {3, 3, 5, 3}, {4, 3, 4, 3}} {
		for total := c.from; total <= c.to; total++ {
			a := attack{k: c.k}
			strict := map[string]bool{}
			compositions(4*c.units, total, func(counts []int) {
				f := table(counts)
				hidden := hiddenOf(f, c.k)
				text := seen(f, hidden)
				a.see(text, hidden, numbersOf(f))
				strict[text] = strict[text] || zerosInSight(f, hidden, c.k)
			})
			var again []string
			for p := range a.answer {
				if a.narrowed(p) != "" {
					again = append(again, p)
				}
			}
			if len(again) == 0 {
				continue
			}
			t.Logf("k=%d, %d units, n=%d: %d of %d answers tried without the method", c.k, c.units, total, len(again), len(a.answer))
			compositions(4*c.units, total, func(counts []int) {
				f := table(counts)
				for _, p := range again {
					hidden := a.answer[p].hidden
					if seen(f, hidden) == p && !(strict[p] && breaksZeros(f, hidden, c.k)) {
						keep := a.answer[p].small
						a.answer[p].small = append([]bool(nil), keep...)
						a.see(p, hidden, numbersOf(f))
						a.answer[p].small = keep
					}
				}
			})
			for _, p := range again {
				if bad := a.narrowed(p); bad != "" {
					t.Error(bad)
				}
			}
		}
	}
}
