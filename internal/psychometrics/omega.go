package psychometrics

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distmat"
)

// Replicates is how many samples the interval of ω is made of.
const Replicates = 500

// Omega is McDonald's ω total of the sum of the items under the one-factor model
// (McDonald 1999): the square of the summed loadings over itself plus the summed
// unique variances, all in the units of the covariance matrix. fit is the model.
//
// The interval is the percentile one of a parametric bootstrap: Replicates
// covariance matrices of n normal sheets (Wishart), each fitted anew, with a fixed
// seed, so that the same numbers give the same interval. ok is false where the
// model can't be fitted, or to fewer than nine in ten of the samples.
func Omega(covariance mat.Symmetric, n int) (e Estimate, fit OneFactor, ok bool) {
	k := covariance.SymmetricDim()
	if n <= k+1 {
		return Estimate{}, OneFactor{}, false
	}
	value, fit, ok := omega(covariance, nil)
	if !ok {
		return Estimate{}, OneFactor{}, false
	}
	degrees := float64(n - 1)
	scale := mat.NewSymDense(k, nil)
	scale.ScaleSym(1/degrees, covariance)
	samples, ok := distmat.NewWishart(scale, degrees, rand.NewPCG(1999, uint64(k)))
	if !ok {
		return Estimate{}, OneFactor{}, false
	}
	var drawn []float64
	var sample mat.SymDense
	for range Replicates {
		samples.RandSymTo(&sample)
		if v, _, ok := omega(&sample, fit.Unique); ok {
			drawn = append(drawn, v)
		}
		sample.Reset()
	}
	if len(drawn) < Replicates*9/10 {
		return Estimate{}, OneFactor{}, false
	}
	slices.Sort(drawn)
	e = Estimate{value, stat.Quantile((1-Level)/2, stat.LinInterp, drawn, nil), stat.Quantile((1+Level)/2, stat.LinInterp, drawn, nil)}
	return e, fit, e.finite()
}

func omega(covariance mat.Symmetric, start []float64) (value float64, fit OneFactor, ok bool) {
	r, sd := correlation(covariance)
	if fit, ok = fitFrom(r, start); !ok {
		return 0, OneFactor{}, false
	}
	common, own := 0.0, 0.0
	for i, s := range sd {
		common += fit.Loadings[i] * s
		own += fit.Unique[i] * s * s
	}
	return common * common / (common*common + own), fit, true
}
