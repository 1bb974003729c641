package psychometrics

import "math"

// MeanDifference is the standardized difference of two groups' means, a minus b:
// Hedges' g, which is Cohen's d without its bias in small groups, with the normal
// interval of Hedges & Olkin (1985). ok is false with fewer than two in a group,
// or without any variance.
func MeanDifference(a, b Sums) (e Estimate, ok bool) {
	if a.N < 2 || b.N < 2 {
		return Estimate{}, false
	}
	n1, n2 := float64(a.N), float64(b.N)
	degrees := n1 + n2 - 2
	pooled := math.Sqrt(((n1-1)*a.Variance() + (n2-1)*b.Variance()) / degrees)
	if pooled == 0 {
		return Estimate{}, false
	}
	g := (a.Mean() - b.Mean()) / pooled * (1 - 3/(4*degrees-1))
	e = around(g, math.Sqrt((n1+n2)/(n1*n2)+g*g/(2*(n1+n2))))
	return e, e.finite()
}

// Classes is how many classes of the rest score the groups are matched in.
const Classes = 10

// ClassOf is the class of a rest score: the mean of the other items, 0..max.
func ClassOf(mean, max float64) int { return min(int(mean/max*Classes), Classes-1) }

// Matched are the values of one item in one group, by the class of the rest
// score.
type Matched [Classes]Sums

// Total are the sums over all classes.
func (m Matched) Total() (s Sums) {
	for _, one := range m {
		s = s.With(one)
	}
	return s
}

// Differing tells how differently two groups answer one item when the rest of
// their answers is alike (differential item functioning): the standardized mean
// difference of Dorans & Schmitt (1991) with the variance of Zwick & Thayer
// (1996), focal minus reference, weighted as the focal group is distributed over
// the classes, in standard deviations of the item over both. Classes that lack
// one of the groups are left out. share is the part of the focal group that could
// be matched. ok is false where nothing can be matched, or the item doesn't vary.
func Differing(focal, reference Matched) (e Estimate, share float64, ok bool) {
	deviation := math.Sqrt(focal.Total().With(reference.Total()).Variance())
	var matched, all float64
	for i, f := range focal {
		all += float64(f.N)
		if f.N > 0 && reference[i].N > 0 {
			matched += float64(f.N)
		}
	}
	if matched == 0 || deviation == 0 || math.IsNaN(deviation) {
		return Estimate{}, 0, false
	}
	difference, variance := 0.0, 0.0
	for i, f := range focal {
		r := reference[i]
		if f.N == 0 || r.N == 0 {
			continue
		}
		w := float64(f.N) / matched
		difference += w * (f.Mean() - r.Mean())
		variance += w * w * f.With(r).Variance() * (1/float64(f.N) + 1/float64(r.N))
	}
	e = around(difference/deviation, math.Sqrt(variance)/deviation)
	return e, matched / all, e.finite()
}

// Degree is how much it matters that an item works differently.
type Degree string

// The degrees, with the limits of the NAEP for items with several values
// (Zwick, Thayer & Mazzeo 1997): a difference of less than 0.17 standard
// deviations, or one that may be none, is Negligible; from 0.25 on it is Large.
const (
	Negligible Degree = "negligible"
	Moderate   Degree = "moderate"
	Large      Degree = "large"
)

// DegreeOf judges what Differing found.
func DegreeOf(e Estimate) Degree {
	size := math.Abs(e.Value)
	switch {
	case size < 0.17 || e.Low <= 0 && e.High >= 0:
		return Negligible
	case size < 0.25:
		return Moderate
	default:
		return Large
	}
}
