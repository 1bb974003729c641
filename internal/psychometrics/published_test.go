package psychometrics_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
)

// The examples of this file were published with their numbers; each names where.

// near compares with a printed number of so many decimals.
func near(t *testing.T, what string, got, want float64, decimals int) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > 0.5000001*math.Pow10(-decimals) {
		t.Errorf("%s: %v, published %v", what, got, want)
	}
}

// symmetric is a correlation matrix from what stands below its diagonal.
func symmetric(k int, below ...float64) *mat.SymDense {
	m := mat.NewSymDense(k, nil)
	at := 0
	for i := range k {
		for j := range i {
			m.SetSym(i, j, below[at])
			at++
		}
		m.SetSym(i, i, 1)
	}
	return m
}

// parallel is a covariance matrix of items with one variance and one covariance.
func parallel(k int, variance, covariance float64) *mat.SymDense {
	m := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			m.SetSym(i, j, covariance)
		}
		m.SetSym(i, i, variance)
	}
	return m
}

// Bland & Altman, "Cronbach's alpha", BMJ 314 (1997) 572: the ten items of the
// mini-HAQ have variances of 11.16 together and a sum with a variance of 77.44,
// so α = 0.95. α depends on these two alone.
func TestAlphaOfBlandAndAltman(t *testing.T) {
	const items, own, total = 10, 11.16, 77.44
	e, ok := ps.Alpha(parallel(items, own/items, (total-own)/(items*(items-1))), 249)
	if !ok {
		t.Fatal("no alpha")
	}
	near(t, "α", e.Value, 0.95, 2)
}

// The worked example for the interval of Feldt (1965) on the statistics pages of
// the MRC Cognition and Brain Sciences Unit, by the program of C. Evans: 20 items,
// 873 sheets, α = 0.913, from 0.9044024 to 0.9211588.
func TestIntervalOfFeldt(t *testing.T) {
	const items, n, alpha = 20, 873, 0.913
	// α = k·r/(1 + (k − 1)·r) for items of variance 1 and covariance r.
	e, ok := ps.Alpha(parallel(items, 1, alpha/(items-alpha*(items-1))), n)
	if !ok {
		t.Fatal("no alpha")
	}
	near(t, "α", e.Value, alpha, 9)
	near(t, "low", e.Low, 0.9044024, 6)
	near(t, "high", e.High, 0.9211588, 6)
}

// Mardia, Kent & Bibby, Multivariate Analysis (1979), the marks of 88 students in
// five subjects (table 1.2.1): correlations and the maximum likelihood loadings
// of one factor (section 9.4.2).
func TestOneFactorOfMardiaKentAndBibby(t *testing.T) {
	f, ok := ps.FitOneFactor(symmetric(5,
		0.553,
		0.547, 0.610,
		0.410, 0.485, 0.711,
		0.389, 0.437, 0.665, 0.607))
	if !ok {
		t.Fatal("no fit")
	}
	for i, want := range []float64{0.600, 0.667, 0.917, 0.772, 0.724} {
		// The correlations are printed with three decimals, which the third of a
		// loading doesn't quite survive.
		if math.Abs(f.Loadings[i]-want) > 0.0015 {
			t.Errorf("loading %d: %v, published %v", i, f.Loadings[i], want)
		}
	}
}

// Where items are made of one factor, ω is known in closed form: with loadings λ
// and unique variances ψ it is (Σλ)²/((Σλ)² + Σψ) (McDonald, Test Theory, 1999,
// chapter 6).
func TestOmegaOfAKnownModel(t *testing.T) {
	loadings := []float64{0.9, 1.6, 0.5, 1.2, 2.0, 0.8}
	unique := []float64{1.0, 0.7, 2.0, 0.4, 1.5, 0.9}
	c := mat.NewSymDense(len(loadings), nil)
	sum, own := 0.0, 0.0
	for i, l := range loadings {
		sum += l
		own += unique[i]
		for j := range i + 1 {
			c.SetSym(i, j, l*loadings[j])
		}
		c.SetSym(i, i, l*l+unique[i])
	}
	e, fit, ok := ps.Omega(c, 400)
	if !ok {
		t.Fatal("no ω")
	}
	near(t, "ω", e.Value, sum*sum/(sum*sum+own), 6)
	near(t, "what is left", fit.RMSR, 0, 5)
	if e.Low >= e.Value || e.High <= e.Value || e.High-e.Low > 0.1 {
		t.Errorf("an interval of %v", e)
	}
	alpha, _ := ps.Alpha(c, 400)
	if alpha.Value >= e.Value {
		t.Errorf("α %v is not below ω %v, though the loadings differ", alpha.Value, e.Value)
	}
	again, _, _ := ps.Omega(c, 400)
	if again != e {
		t.Error("the same numbers gave another interval")
	}
}

// Cohen, "A coefficient of agreement for nominal scales", Educational and
// Psychological Measurement 20 (1960) 37–46, table 2: κ = .492.
func TestKappaOfCohen(t *testing.T) {
	e, ok := ps.Kappa([][]int{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}})
	if !ok {
		t.Fatal("no κ")
	}
	near(t, "κ", e.Value, 0.492, 3)
}

// Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions (3rd ed.,
// 2003), section 18.1, table 18.1: two psychiatrists' diagnoses of 100 people,
// κ = 0.68 with a standard error of 0.087 by Fleiss, Cohen & Everitt (1969). The
// book goes on from κ rounded to 0.68; unrounded the third decimal is one higher.
func TestKappaOfFleiss(t *testing.T) {
	e, ok := ps.Kappa([][]int{{75, 1, 4}, {5, 4, 1}, {0, 0, 10}})
	if !ok {
		t.Fatal("no κ")
	}
	near(t, "κ", e.Value, 0.68, 2)
	if se := (e.Value - e.Low) / 1.959964; math.Abs(se-0.087) > 0.001 {
		t.Errorf("standard error %v, published 0.087", se)
	}
}

// SAS/STAT User's Guide, procedure FREQ, the example of kappa: two dermatologists
// rate the skin of 88 people on four steps. κ = 0.3449 with limits 0.2030 and
// 0.4868.
func TestKappaOfSAS(t *testing.T) {
	e, ok := ps.Kappa([][]int{{10, 4, 1, 0}, {5, 10, 12, 2}, {2, 4, 12, 5}, {0, 2, 6, 13}})
	if !ok {
		t.Fatal("no κ")
	}
	near(t, "κ", e.Value, 0.3449, 4)
	near(t, "low", e.Low, 0.2030, 4)
	near(t, "high", e.High, 0.4868, 4)
}

// Shrout & Fleiss, "Intraclass correlations", Psychological Bulletin 86 (1979)
// 420–428, table 2: four judges, six targets; mean squares in table 3 (11.24, 32.49,
// 1.02), ICC(2,1) = .29 in table 4. The interval is that of McGraw & Wong (1996) as
// the R package psych prints it for this example: 0.019 to 0.76.
func TestICCOfShroutAndFleiss(t *testing.T) {
	a := ps.Analyse([][]float64{{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}})
	near(t, "between targets", a.Rows, 11.24, 2)
	near(t, "between judges", a.Between, 32.49, 2)
	near(t, "residual", a.Error, 1.02, 2)
	e, ok := ps.ICC(a)
	if !ok {
		t.Fatal("no ICC")
	}
	near(t, "ICC(2,1)", e.Value, 0.29, 2)
	near(t, "low", e.Low, 0.019, 3)
	near(t, "high", e.High, 0.76, 2)
}

// Hedges & Olkin, Statistical Methods for Meta-Analysis (1985), chapter 5: g is
// Cohen's d times 1 − 3/(4m − 1) with m degrees of freedom, and its variance is
// (n₁ + n₂)/(n₁n₂) + g²/(2(n₁ + n₂)).
func TestMeanDifferenceOfHedges(t *testing.T) {
	var a, b ps.Sums
	for _, v := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10} {
		a.Add(v)
		b.Add(v)
	}
	sd := math.Sqrt(a.Variance())
	e, ok := ps.MeanDifference(a, b)
	if !ok || e.Value != 0 {
		t.Errorf("a group differs from itself by %v", e)
	}
	near(t, "sd", sd, 3.0277, 4)
	// 20 and 30 with the same spread: d = 10/sd.
	var c ps.Sums
	for _, v := range []int{11, 12, 13, 14, 15, 16, 17, 18, 19, 20} {
		c.Add(v)
	}
	e, _ = ps.MeanDifference(c, b)
	g := 10 / sd * (1 - 3.0/71)
	near(t, "g", e.Value, g, 9)
	near(t, "standard error", (e.High-e.Value)/1.959964, math.Sqrt(0.2+g*g/40), 5)
}
