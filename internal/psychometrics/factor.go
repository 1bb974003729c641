package psychometrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// leastUnique keeps each item's own part of the variance away from zero, where
// the likelihood has no maximum (a Heywood case); as in R's factanal.
const leastUnique = 0.005

// maxSteps bounds the search for the maximum.
const maxSteps = 500

// OneFactor is a model in which one common factor makes the items hang together:
// the correlation of two items is the product of their loadings.
type OneFactor struct {
	Loadings []float64 // of the standardized items; their sum is not negative
	Unique   []float64 // each item's own part of its variance, 0.005..1
	RMSR     float64   // root mean square of what the model leaves of the correlations
}

// FitOneFactor fits the model to a correlation matrix by maximum likelihood
// (Lawley 1940, in the form of Jöreskog 1967: for given unique parts the best
// loadings come from the largest eigenvalue, and the unique parts are searched
// for). ok is false with fewer than three items, for a matrix that is not
// positive definite, and when the search doesn't end.
func FitOneFactor(correlation mat.Symmetric) (f OneFactor, ok bool) { return fitFrom(correlation, nil) }

func fitFrom(r mat.Symmetric, start []float64) (f OneFactor, ok bool) {
	k := r.SymmetricDim()
	var chol mat.Cholesky
	if k < 3 || !chol.Factorize(r) {
		return OneFactor{}, false
	}
	if start == nil {
		start = firstGuess(&chol, k)
	}
	x := make([]float64, k)
	for i, unique := range start {
		x[i] = math.Log(max(unique-leastUnique, 1e-4))
	}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { return misfit(r, uniqueOf(x)) },
		Grad: func(grad, x []float64) { slope(r, x, grad) },
	}
	found, err := optimize.Minimize(problem, x, &optimize.Settings{
		GradientThreshold: 1e-6, MajorIterations: maxSteps,
		Converger: &optimize.FunctionConverge{Absolute: 1e-12, Iterations: 20},
	}, &optimize.BFGS{})
	if found == nil || found.Status == optimize.Failure || found.Status == optimize.IterationLimit {
		return OneFactor{}, false
	}
	// A line search that can't get any lower stands at the minimum, as far as
	// numbers tell; whether it does is seen by the slope.
	if err != nil {
		grad := make([]float64, k)
		slope(r, found.X, grad)
		for _, g := range grad {
			if math.Abs(g) > 1e-3 {
				return OneFactor{}, false
			}
		}
	}
	f.Unique = uniqueOf(found.X)
	f.Loadings, ok = loadings(r, f.Unique)
	f.RMSR = residual(r, f.Loadings)
	return f, ok
}

// firstGuess starts from what an item doesn't share with all others, a little
// less (Jöreskog 1967).
func firstGuess(chol *mat.Cholesky, k int) []float64 {
	var inverse mat.SymDense
	guess := make([]float64, k)
	if err := chol.InverseTo(&inverse); err != nil {
		for i := range guess {
			guess[i] = 0.5
		}
		return guess
	}
	for i := range guess {
		guess[i] = (1 - 0.5/float64(k)) / inverse.At(i, i)
	}
	return guess
}

func uniqueOf(x []float64) []float64 {
	unique := make([]float64, len(x))
	for i, v := range x {
		unique[i] = leastUnique + math.Exp(min(v, 50))
	}
	return unique
}

// scaled is the spectrum of the correlations divided by the unique parts.
func scaled(r mat.Symmetric, unique []float64) (e mat.EigenSym, ok bool) {
	k := r.SymmetricDim()
	s := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s.SetSym(i, j, r.At(i, j)/math.Sqrt(unique[i]*unique[j]))
		}
	}
	return e, e.Factorize(s, true)
}

// misfit is minus twice the logarithm of the likelihood over n − 1, but for a
// constant, with the best loadings for these unique parts.
func misfit(r mat.Symmetric, unique []float64) float64 {
	e, ok := scaled(r, unique)
	if !ok {
		return math.Inf(1)
	}
	values := e.Values(nil) // the smallest first
	sum := 0.0
	for _, v := range values[:len(values)-1] {
		if v <= 0 {
			return math.Inf(1)
		}
		sum += v - math.Log(v) - 1
	}
	return sum
}

// slope is the gradient of misfit over the searched numbers.
func slope(r mat.Symmetric, x, grad []float64) {
	unique := uniqueOf(x)
	l, ok := loadings(r, unique)
	for i := range grad {
		grad[i] = 0
		if ok {
			u := unique[i]
			grad[i] = (l[i]*l[i] + u - r.At(i, i)) / (u * u) * (u - leastUnique)
		}
	}
}

// loadings are the best ones for given unique parts.
func loadings(r mat.Symmetric, unique []float64) (l []float64, ok bool) {
	e, ok := scaled(r, unique)
	if !ok {
		return nil, false
	}
	k := len(unique)
	var vectors mat.Dense
	e.VectorsTo(&vectors)
	length := math.Sqrt(max(e.Values(nil)[k-1]-1, 0))
	l = make([]float64, k)
	sum := 0.0
	for i := range l {
		l[i] = math.Sqrt(unique[i]) * vectors.At(i, k-1) * length
		sum += l[i]
	}
	if sum < 0 {
		for i := range l {
			l[i] = -l[i]
		}
	}
	return l, true
}

func residual(r mat.Symmetric, l []float64) float64 {
	sum, n := 0.0, 0
	for i := range l {
		for j := range i {
			d := r.At(i, j) - l[i]*l[j]
			sum += d * d
			n++
		}
	}
	return math.Sqrt(sum / float64(max(n, 1)))
}
