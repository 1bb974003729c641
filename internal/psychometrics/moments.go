package psychometrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Moments are the sums behind a covariance matrix of items, over the sheets in
// which both items of a pair are scored. They are whole numbers, so that adding
// in another order or in parts gives the same to the digit. The zero Moments has
// no items; see [NewMoments].
type Moments struct {
	items int
	n     []int64 // by pair: sheets with both
	sum   []int64 // by pair i, j: sum of i where j is scored too
	cross []int64 // by pair: sum of products
}

// NewMoments makes empty sums for a number of items.
func NewMoments(items int) *Moments {
	size := items * items
	return &Moments{items, make([]int64, size), make([]int64, size), make([]int64, size)}
}

// Add adds one sheet, a value or Missing for each item. A sheet of another length
// is a mistake of the program and panics.
func (m *Moments) Add(sheet []int) {
	if len(sheet) != m.items {
		panic("psychometrics: a sheet with another number of items")
	}
	for i, x := range sheet {
		if x == Missing {
			continue
		}
		for j, y := range sheet {
			if y == Missing {
				continue
			}
			at := i*m.items + j
			m.n[at]++
			m.sum[at] += int64(x)
			m.cross[at] += int64(x) * int64(y)
		}
	}
}

// N is the number of sheets in which an item is scored.
func (m *Moments) N(item int) int { return int(m.n[item*m.items+item]) }

// LeastPair is the smallest number of sheets that any pair of items shares. It
// is the n of what is computed from all of them, to be on the safe side.
func (m *Moments) LeastPair() int {
	if m.items == 0 {
		return 0
	}
	least := m.n[0]
	for _, n := range m.n {
		least = min(least, n)
	}
	return int(least)
}

// Mean is the mean of an item, NaN when it is scored nowhere.
func (m *Moments) Mean(item int) float64 {
	at := item*m.items + item
	return float64(m.sum[at]) / float64(m.n[at])
}

// Covariance is the matrix of the unbiased covariances, each from the sheets that
// have both items (pairwise deletion). weights multiply the items, nil for 1
// each. ok is false when a pair shares fewer than two sheets or an item never
// varies: then nothing can be computed from it.
func (m *Moments) Covariance(weights []int) (c *mat.SymDense, ok bool) {
	if m.items == 0 || m.LeastPair() < 2 {
		return nil, false
	}
	c = mat.NewSymDense(m.items, nil)
	for i := range m.items {
		for j := i; j < m.items; j++ {
			ij, ji := i*m.items+j, j*m.items+i
			n := float64(m.n[ij])
			v := (float64(m.cross[ij]) - float64(m.sum[ij])*float64(m.sum[ji])/n) / (n - 1)
			if weights != nil {
				v *= float64(weights[i]) * float64(weights[j])
			}
			c.SetSym(i, j, v)
		}
		if c.At(i, i) <= 0 {
			return nil, false
		}
	}
	return c, true
}

// correlation scales a covariance matrix; sd are the standard deviations.
func correlation(c mat.Symmetric) (r *mat.SymDense, sd []float64) {
	k := c.SymmetricDim()
	sd = make([]float64, k)
	for i := range sd {
		sd[i] = math.Sqrt(c.At(i, i))
	}
	r = mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			r.SetSym(i, j, c.At(i, j)/(sd[i]*sd[j]))
		}
	}
	return r, sd
}
