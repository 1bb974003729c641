package psychometrics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the confidence level of every interval.
const Level = 0.95

// Missing is the value of an item without a score. All others are whole numbers
// from 0 on.
const Missing = -1

// Estimate is a figure with its confidence interval. Low ≤ Value ≤ High, except
// where rounding errs in the last digits.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// finite tells whether an estimate can be shown at all.
func (e Estimate) finite() bool {
	for _, v := range []float64{e.Value, e.Low, e.High} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// around is a value with a normal interval.
func around(value, se float64) Estimate {
	z := normal(1 - (1-Level)/2)
	return Estimate{value, value - z*se, value + z*se}
}

func normal(p float64) float64 { return distuv.UnitNormal.Quantile(p) }

func quantileF(p, d1, d2 float64) float64 { return distuv.F{D1: d1, D2: d2}.Quantile(p) }
