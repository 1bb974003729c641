package report

import "math"

// A linear program over the people's groups: every group that there could be is a
// number of at least zero, every figure that is shown says what some of them add
// up to. Its least and greatest values are all that can be known from the figures.

const eps = 1e-7

// solver keeps the equations as a tableau whose basic solution is feasible.
type solver struct {
	rows  [][]float64 // over the free columns, the right-hand side last
	basic []int       // the variable of each row
	free  []int       // the variable of each column
	at    []int       // where a variable is: row r as r, column c as −1−c
}

// newSolver takes equations that the truth fulfils: each is a list of variables
// whose sum is known.
func newSolver(truth []int, equations [][]int) *solver {
	n := len(truth)
	var rows [][]float64
	var pivots []int
	for _, variables := range equations {
		r := make([]float64, n+1)
		for _, v := range variables {
			r[v]++
			r[n] += float64(truth[v])
		}
		for i, p := range pivots {
			subtract(r, rows[i], r[p])
		}
		p := -1
		for v := range n {
			// a variable that is above zero in truth makes a better start
			if math.Abs(r[v]) > eps && (p < 0 || truth[p] == 0 && truth[v] > 0) {
				p = v
			}
		}
		if p < 0 {
			continue
		}
		scale(r, 1/r[p])
		for i := range rows {
			subtract(rows[i], r, rows[i][p])
		}
		rows, pivots = append(rows, r), append(pivots, p)
	}
	s := &solver{basic: pivots, at: make([]int, n)}
	isBasic := make([]bool, n)
	for i, p := range pivots {
		isBasic[p] = true
		s.at[p] = i
	}
	for v := range n {
		if !isBasic[v] {
			s.at[v] = -1 - len(s.free)
			s.free = append(s.free, v)
		}
	}
	for _, r := range rows {
		short := make([]float64, 0, len(s.free)+1)
		for _, v := range s.free {
			short = append(short, r[v])
		}
		s.rows = append(s.rows, append(short, r[n]))
	}
	s.toCorner(truth)
	return s
}

func subtract(from, other []float64, times float64) {
	if times == 0 {
		return
	}
	for i, v := range other {
		from[i] -= times * v
	}
}

func scale(r []float64, by float64) {
	for i := range r {
		r[i] *= by
	}
}

// toCorner walks from the truth, where free variables may be above zero, to a
// corner, where they are zero.
func (s *solver) toCorner(truth []int) {
	last := len(s.free)
	value := make([]float64, len(truth))
	for v, count := range truth {
		value[v] = float64(count)
	}
	for c := 0; c < last; c++ {
		for value[s.free[c]] > eps {
			// lower this one: the basic ones move by its column
			step, out := value[s.free[c]], -1
			for i, r := range s.rows {
				if r[c] < -eps {
					if room := value[s.basic[i]] / -r[c]; room < step-eps {
						step, out = room, i
					}
				}
			}
			for i, r := range s.rows {
				value[s.basic[i]] += step * r[c]
			}
			value[s.free[c]] -= step
			if out < 0 {
				break
			}
			value[s.basic[out]] = 0
			s.pivot(out, c)
		}
	}
}

// pivot lets the variables of a row and a column change places.
func (s *solver) pivot(row, column int) {
	r := s.rows[row]
	p := r[column]
	for i := range r {
		r[i] /= p
	}
	r[column] = 1 / p
	for i, other := range s.rows {
		if f := other[column]; i != row && f != 0 {
			other[column] = 0
			for j, v := range r {
				other[j] -= f * v
			}
		}
	}
	s.basic[row], s.free[column] = s.free[column], s.basic[row]
	s.at[s.basic[row]], s.at[s.free[column]] = row, -1-column
}

// least is the smallest value of a sum of variables; way −1 makes it the greatest.
func (s *solver) extreme(variables []int, way float64) float64 {
	last := len(s.free)
	for range 5000 {
		cost := make([]float64, last+1)
		for _, v := range variables {
			if at := s.at[v]; at >= 0 {
				for j, x := range s.rows[at] {
					cost[j] -= way * x
				}
			} else {
				cost[-1-at] += way
			}
		}
		in := -1
		for j := range last { // the first that helps: this can't go in circles
			if cost[j] < -eps && (in < 0 || s.free[j] < s.free[in]) {
				in = j
			}
		}
		if in < 0 {
			return -way * cost[last]
		}
		out, room := -1, math.Inf(1)
		for i, r := range s.rows {
			if r[in] > eps {
				at := math.Max(r[last], 0) / r[in]
				if at < room-eps || at < room+eps && s.basic[i] < s.basic[out] {
					out, room = i, at
				}
			}
		}
		if out < 0 {
			return math.Inf(int(-way))
		}
		s.pivot(out, in)
	}
	panic("the solver goes in circles")
}
