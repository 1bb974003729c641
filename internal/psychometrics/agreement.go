package psychometrics

import "math"

// Kappa is Cohen's unweighted κ (Cohen 1960) of a square table of counts, one
// judgement in the rows and the other in the columns, with the large-sample
// interval of Fleiss, Cohen & Everitt (1969). ok is false for an empty table and
// where both always say the same one thing: then there is no agreement beyond
// chance to speak of.
func Kappa(table [][]int) (e Estimate, ok bool) {
	k := len(table)
	rows, columns := make([]float64, k), make([]float64, k)
	n := 0.0
	for i, row := range table {
		for j, count := range row {
			rows[i] += float64(count)
			columns[j] += float64(count)
			n += float64(count)
		}
	}
	if n == 0 {
		return Estimate{}, false
	}
	observed, expected := 0.0, 0.0
	for i := range table {
		rows[i] /= n
		columns[i] /= n
	}
	for i := range table {
		observed += float64(table[i][i]) / n
		expected += rows[i] * columns[i]
	}
	if expected >= 1 {
		return Estimate{}, false
	}
	kappa := (observed - expected) / (1 - expected)
	sum := 0.0
	for i, row := range table {
		for j, count := range row {
			p := float64(count) / n
			if i == j {
				d := 1 - (rows[i]+columns[i])*(1-kappa)
				sum += p * d * d
			} else {
				d := (columns[i] + rows[j]) * (1 - kappa)
				sum += p * d * d
			}
		}
	}
	d := kappa - expected*(1-kappa)
	se := math.Sqrt(max(sum-d*d, 0)/n) / (1 - expected)
	e = around(kappa, se)
	e.High = min(e.High, 1)
	return e, e.finite()
}

// TwoWay is a two-way analysis of variance of scores: targets in the rows, times
// or judges in the columns, one score in each cell.
type TwoWay struct {
	Targets, Columns int
	Rows             float64 // mean square between targets
	Between          float64 // mean square between columns
	Error            float64 // mean square of what is left
}

// Analyse makes it of a matrix with a row for each target, all of one length.
func Analyse(scores [][]float64) TwoWay {
	if len(scores) == 0 {
		return TwoWay{}
	}
	n, k := len(scores), len(scores[0])
	columns := make([]float64, k)
	grand, squares, rows := 0.0, 0.0, 0.0
	for _, row := range scores {
		sum := 0.0
		for j, x := range row {
			sum += x
			columns[j] += x
			squares += x * x
		}
		grand += sum
		rows += sum * sum
	}
	between := 0.0
	for _, c := range columns {
		between += c * c
	}
	return twoWay(n, k, grand, squares, rows/float64(k), between/float64(n))
}

// twoWay makes it of sums: of all scores, of their squares, of the squared sums
// of rows over k and of those of columns over n.
func twoWay(n, k int, grand, squares, rows, columns float64) TwoWay {
	if n < 2 || k < 2 {
		return TwoWay{Targets: n, Columns: k}
	}
	correction := grand * grand / float64(n*k)
	ssRows, ssColumns := rows-correction, columns-correction
	left := max(squares-correction-ssRows-ssColumns, 0)
	return TwoWay{
		Targets: n, Columns: k,
		Rows: ssRows / float64(n-1), Between: ssColumns / float64(k-1), Error: left / (float64(n-1) * float64(k-1)),
	}
}

// Pairs are the sums behind a TwoWay of two times.
type Pairs struct {
	n                         int
	first, second             float64
	firstSquare, secondSquare float64
	product                   float64
}

// Add adds the scores of one target.
func (p *Pairs) Add(first, second float64) {
	p.n++
	p.first += first
	p.second += second
	p.firstSquare += first * first
	p.secondSquare += second * second
	p.product += first * second
}

// N is how many pairs were added.
func (p Pairs) N() int { return p.n }

// TwoWay is their analysis of variance.
func (p Pairs) TwoWay() TwoWay {
	squares := p.firstSquare + p.secondSquare
	return twoWay(p.n, 2, p.first+p.second, squares, (squares+2*p.product)/2, (p.first*p.first+p.second*p.second)/float64(max(p.n, 1)))
}

// Difference is the mean of the second scores minus that of the first, NaN without any.
func (p Pairs) Difference() float64 { return (p.second - p.first) / float64(p.n) }

// ICC is the intraclass correlation for absolute agreement of single scores in
// the two-way random model: ICC(2,1) of Shrout & Fleiss (1979), ICC(A,1) of McGraw
// & Wong (1996), with the interval of the latter. ok is false with fewer than
// two targets or columns, or where the scores don't vary.
func ICC(a TwoWay) (e Estimate, ok bool) {
	n, k := float64(a.Targets), float64(a.Columns)
	if n < 2 || k < 2 {
		return Estimate{}, false
	}
	r := (a.Rows - a.Error) / (a.Rows + (k-1)*a.Error + k/n*(a.Between-a.Error))
	if math.IsNaN(r) || math.IsInf(r, 0) {
		return Estimate{}, false
	}
	if 1-r < 1e-12 {
		return Estimate{1, 1, 1}, true
	}
	x := k * r / (n * (1 - r))
	y := 1 + k*r*(n-1)/(n*(1-r))
	top := x*a.Between + y*a.Error
	v := top * top / (x*x*a.Between*a.Between/(k-1) + y*y*a.Error*a.Error/((n-1)*(k-1)))
	low, high := quantileF((1+Level)/2, n-1, v), quantileF((1+Level)/2, v, n-1)
	spread := k*a.Between + (k*n-k-n)*a.Error
	e = Estimate{
		Value: r,
		Low:   n * (a.Rows - low*a.Error) / (low*spread + n*a.Rows),
		High:  n * (high*a.Rows - a.Error) / (spread + n*high*a.Rows),
	}
	return e, e.finite()
}
