package psychometrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Alpha is Cronbach's α of the sum of the items (Cronbach 1951), with the exact
// interval under normality of Feldt (1965):
// (1 − α)/(1 − α̂) is distributed as F with n − 1 and (n − 1)(k − 1) degrees of
// freedom. ok is false with fewer than two items or two sheets, or a sum that
// doesn't vary.
func Alpha(covariance mat.Symmetric, n int) (e Estimate, ok bool) {
	k := covariance.SymmetricDim()
	if k < 2 || n < 2 {
		return Estimate{}, false
	}
	total := mat.Sum(covariance)
	if total <= 0 {
		return Estimate{}, false
	}
	alpha := float64(k) / float64(k-1) * (1 - mat.Trace(covariance)/total)
	d1, d2 := float64(n-1), float64(n-1)*float64(k-1)
	e = Estimate{
		Value: alpha,
		Low:   1 - (1-alpha)*quantileF((1+Level)/2, d1, d2),
		High:  1 - (1-alpha)*quantileF((1-Level)/2, d1, d2),
	}
	return e, e.finite()
}

// AlphaWithout is Cronbach's α of all items but one. ok is false where that
// leaves fewer than two.
func AlphaWithout(covariance mat.Symmetric, item int) (alpha float64, ok bool) {
	k := covariance.SymmetricDim()
	if k < 3 {
		return 0, false
	}
	rest := mat.NewSymDense(k-1, nil)
	for i, a := 0, 0; i < k; i++ {
		if i == item {
			continue
		}
		for j, b := 0, 0; j < k; j++ {
			if j == item {
				continue
			}
			if b >= a {
				rest.SetSym(a, b, covariance.At(i, j))
			}
			b++
		}
		a++
	}
	e, ok := Alpha(rest, k) // the interval isn't asked for
	return e.Value, ok
}

// ItemRest is the corrected item–total correlation: of an item with the sum of
// the others, with the interval of Fisher (1921). ok is false with fewer than
// four sheets, or where the rest doesn't vary.
func ItemRest(covariance mat.Symmetric, item, n int) (e Estimate, ok bool) {
	k := covariance.SymmetricDim()
	if k < 2 || n < 4 {
		return Estimate{}, false
	}
	variance, with, whole := covariance.At(item, item), 0.0, mat.Sum(covariance)
	for j := range k {
		with += covariance.At(item, j)
	}
	rest := whole - 2*with + variance
	if variance <= 0 || rest <= 0 {
		return Estimate{}, false
	}
	return Correlation((with-variance)/math.Sqrt(variance*rest), n)
}

// Correlation puts the interval of Fisher (1921) around a correlation. ok is
// false with fewer than four pairs and outside −1..1, which pairwise deletion can
// lead to.
func Correlation(r float64, n int) (e Estimate, ok bool) {
	if n < 4 || math.IsNaN(r) || r < -1-1e-9 || r > 1+1e-9 {
		return Estimate{}, false
	}
	r = min(max(r, -1), 1)
	half := normal((1+Level)/2) / math.Sqrt(float64(n-3))
	return Estimate{r, math.Tanh(math.Atanh(r) - half), math.Tanh(math.Atanh(r) + half)}, true
}
