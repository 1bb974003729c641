package psychometrics_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"pgregory.net/rapid"

	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
)

// drawSheets draws sheets in which some items are missing.
func drawSheets(t *rapid.T, items int) [][]int {
	value := rapid.IntRange(-1, 10)
	return rapid.SliceOfN(rapid.SliceOfN(value, items, items), 2, 60).Draw(t, "sheets")
}

// Adding up sheets one by one gives what gonum computes of the whole table.
func TestStreamedMomentsAreTheDirectOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(2, 6).Draw(t, "items")
		sheets := drawSheets(t, items)
		m := ps.NewMoments(items)
		for _, s := range sheets {
			m.Add(s)
		}
		c, ok := m.Covariance(nil)
		for i := range items {
			for j := range items {
				var x, y []float64
				for _, s := range sheets {
					if s[i] != ps.Missing && s[j] != ps.Missing {
						x, y = append(x, float64(s[i])), append(y, float64(s[j]))
					}
				}
				if len(x) < 2 && ok {
					t.Fatalf("items %d and %d share %d sheets, and have a covariance", i, j, len(x))
				}
				if ok && math.Abs(c.At(i, j)-stat.Covariance(x, y, nil)) > 1e-9 {
					t.Fatalf("covariance of %d and %d: %v, directly %v", i, j, c.At(i, j), stat.Covariance(x, y, nil))
				}
				if i == j && m.N(i) != len(x) {
					t.Fatalf("item %d is scored %d times, counted %d", i, len(x), m.N(i))
				}
			}
		}
	})
}

func TestHistogramIsTheListOfItsValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 10), 2, 80).Draw(t, "values")
		h := make(ps.Histogram, 11)
		list := make([]float64, len(values))
		for i, v := range values {
			h[v]++
			list[i] = float64(v)
		}
		slices.Sort(list)
		if got, want := h.Mean(), stat.Mean(list, nil); math.Abs(got-want) > 1e-9 {
			t.Fatalf("mean %v, want %v", got, want)
		}
		if got, want := h.SD(), stat.StdDev(list, nil); math.Abs(got-want) > 1e-9 {
			t.Fatalf("sd %v, want %v", got, want)
		}
		for _, p := range []float64{0, 0.25, 0.5, 0.75, 1} {
			at := p * float64(len(list)-1)
			low := int(at)
			want := list[low]
			if low+1 < len(list) {
				want += (at - float64(low)) * (list[low+1] - list[low])
			}
			if got := h.Quantile(p); math.Abs(got-want) > 1e-9 {
				t.Fatalf("quantile %v: %v, want %v", p, got, want)
			}
		}
	})
}

// alphaOf is α of sheets.
func alphaOf(sheets [][]int) (ps.Estimate, bool) {
	m := ps.NewMoments(len(sheets[0]))
	for _, s := range sheets {
		m.Add(s)
	}
	c, ok := m.Covariance(nil)
	if !ok {
		return ps.Estimate{}, false
	}
	return ps.Alpha(c, m.LeastPair())
}

func TestAlphaDoesNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(2, 6).Draw(t, "items")
		sheets := drawSheets(t, items)
		before, ok := alphaOf(sheets)
		perm := rapid.Permutation(indexes(items)).Draw(t, "items in another order")
		mixed := rapid.Permutation(indexes(len(sheets))).Draw(t, "sheets in another order")
		other := make([][]int, len(sheets))
		for i, from := range mixed {
			other[i] = make([]int, items)
			for j, item := range perm {
				other[i][j] = sheets[from][item]
			}
		}
		after, still := alphaOf(other)
		if ok != still || ok && math.Abs(before.Value-after.Value) > 1e-9*max(1, math.Abs(before.Value)) {
			t.Fatalf("%v, in another order %v", before, after)
		}
	})
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// With equal loadings (τ-equivalent items) ω is α; an item less is the formula of
// Spearman and Brown.
func TestOmegaIsAlphaOfEqualLoadings(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(3, 8).Draw(t, "items")
		c := mat.NewSymDense(k, nil)
		for i := range k {
			for j := range i {
				c.SetSym(i, j, 1)
			}
			c.SetSym(i, i, 1+rapid.Float64Range(0.3, 3).Draw(t, "own part"))
		}
		alpha, ok := ps.Alpha(c, 500)
		f, fitted := ps.FitOneFactor(correlationOf(c))
		if !ok || !fitted {
			t.Fatal("nothing computed")
		}
		common, own := 0.0, 0.0
		for i := range k {
			sd := math.Sqrt(c.At(i, i))
			common += f.Loadings[i] * sd
			own += f.Unique[i] * sd * sd
		}
		if omega := common * common / (common*common + own); math.Abs(omega-alpha.Value) > 1e-4 {
			t.Fatalf("ω %v, α %v", omega, alpha.Value)
		}
	})
}

func correlationOf(c *mat.SymDense) *mat.SymDense {
	k := c.SymmetricDim()
	r := mat.NewSymDense(k, nil)
	for i := range k {
		for j := range i + 1 {
			r.SetSym(i, j, c.At(i, j)/math.Sqrt(c.At(i, i)*c.At(j, j)))
		}
	}
	return r
}

// Whatever people answer, the fit ends: with a model whose numbers are ones, or
// with none.
func TestAFitEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.IntRange(3, 7).Draw(t, "items")
		m := ps.NewMoments(items)
		for _, s := range drawSheets(t, items) {
			m.Add(s)
		}
		c, ok := m.Covariance(nil)
		if !ok {
			return
		}
		f, ok := ps.FitOneFactor(correlationOf(c))
		for i := range f.Loadings {
			if ok && (math.IsNaN(f.Loadings[i]) || f.Unique[i] < 0.005 || math.IsNaN(f.RMSR)) {
				t.Fatalf("%+v", f)
			}
		}
	})
}

func TestAlphaWithoutAnItemIsAlphaOfTheOthers(t *testing.T) {
	c := mat.NewSymDense(4, []float64{4, 1, 2, 0.5, 1, 3, 1, 0.2, 2, 1, 5, 0.9, 0.5, 0.2, 0.9, 2})
	others := mat.NewSymDense(3, []float64{4, 2, 0.5, 2, 5, 0.9, 0.5, 0.9, 2})
	want, _ := ps.Alpha(others, 50)
	if got, ok := ps.AlphaWithout(c, 1); !ok || math.Abs(got-want.Value) > 1e-12 {
		t.Errorf("%v, want %v", got, want.Value)
	}
	// Item 1 with the sum of the others: covariances 1 + 1 + 0.2.
	e, ok := ps.ItemRest(c, 1, 50)
	if rest := mat.Sum(others); !ok || math.Abs(e.Value-2.2/math.Sqrt(3*rest)) > 1e-12 || e.Low >= e.Value || e.High <= e.Value {
		t.Errorf("%v", e)
	}
}

func TestKappaOnTheDiagonalIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := make([][]int, 4)
		for i := range table {
			table[i] = make([]int, 4)
			table[i][i] = rapid.IntRange(1, 50).Draw(t, "count")
		}
		if e, ok := ps.Kappa(table); !ok || math.Abs(e.Value-1) > 1e-12 || math.Abs(e.Low-1) > 1e-6 {
			t.Fatalf("%v", e)
		}
	})
	// Judgements that know nothing of each other agree by chance alone.
	if e, ok := ps.Kappa([][]int{{20, 30}, {40, 60}}); !ok || math.Abs(e.Value) > 1e-12 {
		t.Errorf("%v", e)
	}
	if _, ok := ps.Kappa([][]int{{9, 0}, {0, 0}}); ok {
		t.Error("one and the same word of both has a κ")
	}
}

// Two times that are added up one pair at a time are the table of both.
func TestPairsAreTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		score := rapid.Float64Range(0, 100)
		var p ps.Pairs
		var table [][]float64
		for range rapid.IntRange(3, 40).Draw(t, "pairs") {
			a, b := score.Draw(t, "first"), score.Draw(t, "second")
			p.Add(a, b)
			table = append(table, []float64{a, b})
		}
		one, many := p.TwoWay(), ps.Analyse(table)
		for _, d := range []float64{one.Rows - many.Rows, one.Between - many.Between, one.Error - many.Error} {
			if math.Abs(d) > 1e-6 {
				t.Fatalf("%+v, of the table %+v", one, many)
			}
		}
	})
	var same ps.Pairs
	for _, v := range []float64{10, 40, 80} {
		same.Add(v, v)
	}
	if e, ok := ps.ICC(same.TwoWay()); !ok || e != (ps.Estimate{Value: 1, Low: 1, High: 1}) {
		t.Errorf("the same scores twice: %v", e)
	}
}

// An item that works alike in both groups shows no difference, whatever the groups'
// own level; one that is a step harder shows it.
func TestItemsThatWorkDifferentlyAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(44, 1))
	fill := func(level float64, step int) (m ps.Matched) {
		for range 4000 {
			rest := min(max(level+2*r.NormFloat64(), 0), 10)
			value := min(max(int(math.Round(rest+r.NormFloat64()))-step, 0), 10)
			m[ps.ClassOf(rest, 10)].Add(value)
		}
		return m
	}
	reference, alike, other := fill(5, 0), fill(4, 0), fill(4, 1)
	e, share, ok := ps.Differing(alike, reference)
	if !ok || share < 0.99 || ps.DegreeOf(e) != ps.Negligible {
		t.Errorf("alike: %v, matched %v", e, share)
	}
	if raw, _ := ps.MeanDifference(alike.Total(), reference.Total()); raw.Value > -0.3 {
		t.Errorf("the groups were to differ in level, and do by %v", raw)
	}
	e, _, ok = ps.Differing(other, reference)
	if !ok || e.Value > -0.3 || ps.DegreeOf(e) != ps.Large {
		t.Errorf("a step harder: %v", e)
	}
	if _, _, ok := ps.Differing(ps.Matched{}, reference); ok {
		t.Error("nobody differs from somebody")
	}
}

// In 400 samples of a known population the intervals hold the true value about 95
// times in a hundred.
func TestIntervalsCover(t *testing.T) {
	const items, n, samples = 6, 120, 400
	const truth = 6 * 0.5 / (1 + 5*0.5) // α and ω of parallel items that correlate 0.5
	rest := 0.5 * (items - 1) / math.Sqrt((items-1)+(items-1)*(items-2)*0.5)
	r := rand.New(rand.NewPCG(1965, 1969))
	alpha, itemRest, icc := 0, 0, 0
	for range samples {
		m := ps.NewMoments(items)
		var pairs ps.Pairs
		for range n {
			common := r.NormFloat64()
			sheet := make([]int, items)
			for i := range sheet { // in fine steps, so that rounding costs nothing
				sheet[i] = int(math.Round(100000 + 1000*(math.Sqrt(0.5)*common+math.Sqrt(0.5)*r.NormFloat64())))
			}
			m.Add(sheet)
			pairs.Add(common+r.NormFloat64(), common+r.NormFloat64())
		}
		c, _ := m.Covariance(nil)
		if e, ok := ps.Alpha(c, n); ok && e.Low <= truth && truth <= e.High {
			alpha++
		}
		if e, ok := ps.ItemRest(c, 0, n); ok && e.Low <= rest && rest <= e.High {
			itemRest++
		}
		if e, ok := ps.ICC(pairs.TwoWay()); ok && e.Low <= 0.5 && 0.5 <= e.High {
			icc++
		}
	}
	for what, hits := range map[string]int{"α": alpha, "item–rest": itemRest, "ICC": icc} {
		if rate := float64(hits) / samples; rate < 0.92 || rate > 0.98 {
			t.Errorf("the interval of %s holds the truth in %.3f of the samples", what, rate)
		}
	}
}

func TestWhatCannotBeComputedIsNot(t *testing.T) {
	if _, ok := ps.NewMoments(3).Covariance(nil); ok {
		t.Error("covariances of nothing")
	}
	m := ps.NewMoments(2)
	m.Add([]int{5, 1})
	m.Add([]int{5, 2})
	if _, ok := m.Covariance(nil); ok {
		t.Error("an item that never varies")
	}
	impossible := symmetric(3, 0.9, 0.9, -0.9)
	if _, ok := ps.FitOneFactor(impossible); ok {
		t.Error("a matrix that no sheets can have was fitted")
	}
	if _, _, ok := ps.Omega(impossible, 100); ok {
		t.Error("and has an ω")
	}
	if _, ok := ps.ICC(ps.TwoWay{}); ok {
		t.Error("an ICC of nothing")
	}
	if !math.IsNaN(ps.Histogram{}.Quantile(0.5)) {
		t.Error("a median of nothing")
	}
}
