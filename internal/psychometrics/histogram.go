package psychometrics

import "math"

// Histogram counts whole values from 0 on: Histogram[v] is how often v came.
type Histogram []int

// N is how many were counted.
func (h Histogram) N() (n int) {
	for _, c := range h {
		n += c
	}
	return n
}

// Mean is their mean, NaN without any.
func (h Histogram) Mean() float64 { return h.Sums().Mean() }

// SD is their standard deviation with n − 1, NaN with fewer than two.
func (h Histogram) SD() float64 { return math.Sqrt(h.Sums().Variance()) }

// Sums are their sums.
func (h Histogram) Sums() (s Sums) {
	for v, c := range h {
		s.N += int64(c)
		s.Sum += int64(v) * int64(c)
		s.Squares += int64(v) * int64(v) * int64(c)
	}
	return s
}

// Quantile is the value below which a share p of them lies, 0..1, with the
// interpolation of Hyndman & Fan (1996), type 7, as in R and in Excel's
// QUARTILE.INC. It is NaN without any.
func (h Histogram) Quantile(p float64) float64 {
	n := h.N()
	if n == 0 {
		return math.NaN()
	}
	at := p * float64(n-1)
	low := int(math.Floor(at))
	a, b := h.nth(low), h.nth(min(low+1, n-1))
	return float64(a) + (at-float64(low))*float64(b-a)
}

// nth is the value at a place in their order, from 0.
func (h Histogram) nth(place int) int {
	for v, c := range h {
		if place -= c; place < 0 {
			return v
		}
	}
	return len(h) - 1
}

// Sums are what mean and variance of whole numbers are made of.
type Sums struct {
	N, Sum, Squares int64
}

// Add counts one value.
func (s *Sums) Add(value int) {
	s.N++
	s.Sum += int64(value)
	s.Squares += int64(value) * int64(value)
}

// With are the sums of both together.
func (s Sums) With(other Sums) Sums {
	return Sums{s.N + other.N, s.Sum + other.Sum, s.Squares + other.Squares}
}

// Mean is their mean, NaN without any.
func (s Sums) Mean() float64 { return float64(s.Sum) / float64(s.N) }

// Variance is the unbiased variance, NaN with fewer than two.
func (s Sums) Variance() float64 {
	if s.N < 2 {
		return math.NaN()
	}
	n := float64(s.N)
	return max(float64(s.Squares)-float64(s.Sum)*float64(s.Sum)/n, 0) / (n - 1)
}
