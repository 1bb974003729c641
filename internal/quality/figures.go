package quality

import (
	"maps"
	"math"
	"slices"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	ps "github.com/omasuunta/omasuunta/internal/psychometrics"
)

// How many assessments a figure needs.
const (
	// Least is for any figure: with 30, twelve items and α = 0.80 the interval is
	// 0.68–0.89, which just tells a usable scale from a poor one. Below, it tells
	// nothing, and a mean says too much about each of those it is made of.
	Least = 30
	// LeastGroup is for comparing groups: with 50 in each a difference of 0.4
	// standard deviations can just be told from none. Studies of single items ask for
	// 100–200 a group, so what is found with fewer is a hint.
	LeastGroup = 50
	// Firm is from when a figure isn't called preliminary any more: with 200 the
	// interval of α = 0.80 is 0.76–0.84.
	Firm = 200
	// RetestDays is how long after the first a second assessment still counts as a
	// repetition. A longer time measures change of the clients too.
	RetestDays = 28
)

// figures are the exact figures of a scope as they are kept: sums of at least
// Least assessments. What may be shown of them [shown] decides.
type figures struct {
	N          int            `json:"n"`
	Others     int            `json:"others"` // with another version of the battery, in the same period and narrowing
	Score      spread         `json:"score"`
	Alpha      *ps.Estimate   `json:"alpha"`
	Omega      *ps.Estimate   `json:"omega"`
	RMSR       float64        `json:"rmsr"`  // of the one-factor model, beside Omega
	Pairs      int            `json:"pairs"` // assessments behind the least known pair of items
	Items      []itemFigures  `json:"items"`
	Borderline int            `json:"borderline"`
	Stability  [3]int         `json:"stability"`
	Languages  []groupFigures `json:"languages"`
	Modes      []groupFigures `json:"modes"`
	Guesses    agreement      `json:"guesses"`
	Retest     retestFigures  `json:"retest"`
}

// spread is how values are distributed.
type spread struct {
	N       int        `json:"n"`
	Mean    float64    `json:"mean"`
	SD      float64    `json:"sd"`
	Quarter [3]float64 `json:"quartiles"`
	Floor   int        `json:"floor"`
	Ceiling int        `json:"ceiling"`
}

type itemFigures struct {
	Code          string       `json:"code"`
	Spread        spread       `json:"spread"` // of the values after reversing
	Discuss       int          `json:"discuss"`
	Declined      int          `json:"declined"`
	NotApplicable int          `json:"not_applicable"`
	Blank         int          `json:"blank"`
	Unclear       int          `json:"unclear"`
	Rest          *ps.Estimate `json:"rest"`
	Without       *float64     `json:"without"`
}

type groupFigures struct {
	Code       string       `json:"code"`
	N          int          `json:"n"`
	Mean       float64      `json:"mean"`
	SD         float64      `json:"sd"`
	Difference *ps.Estimate `json:"difference"` // from the first group of its list
	Items      []difference `json:"items"`
}

type difference struct {
	Item     string      `json:"item"`
	Estimate ps.Estimate `json:"estimate"`
	Matched  float64     `json:"matched"` // share of the group that could be matched, 0..1
}

type agreement struct {
	Table     table        `json:"table"`
	Segment   *ps.Estimate `json:"segment"`
	Resources *ps.Estimate `json:"resources"`
	Challenge *ps.Estimate `json:"challenge"`
}

type retestFigures struct {
	N          int          `json:"n"`
	ICC        *ps.Estimate `json:"icc"`
	Difference float64      `json:"difference"` // the second scores' mean minus the first ones'
	Agreement  agreement    `json:"agreement"`
}

// figures computes everything there are enough assessments for.
func (t *tally) figures() figures {
	f := figures{N: t.n}
	if t.n < Least {
		return f
	}
	f.Score = spreadOf(t.scores, 10)
	f.Score.Floor, f.Score.Ceiling = t.least, t.greatest
	f.Borderline, f.Stability = t.borderline, t.stability
	f.Pairs = t.moments.LeastPair()
	weights := make([]int, len(t.items))
	for i, item := range t.battery.Items {
		weights[i] = item.Weight
	}
	covariance, known := t.moments.Covariance(weights)
	known = known && f.Pairs >= Least
	if known {
		f.Alpha = when(ps.Alpha(covariance, f.Pairs))
		omega, fit, ok := ps.Omega(covariance, f.Pairs)
		if f.Omega = when(omega, ok); ok {
			f.RMSR = fit.RMSR
		}
	}
	for i, count := range t.items {
		item := itemFigures{
			Code: t.battery.Items[i].Code, Discuss: count.discuss, Declined: count.declined,
			NotApplicable: count.notApplicable, Blank: count.blank, Unclear: count.unclear,
			Spread: spread{N: count.values.N()},
		}
		if item.Spread.N >= Least {
			item.Spread = spreadOf(count.values, 1)
			item.Spread.Floor, item.Spread.Ceiling = count.values[0], count.values[len(count.values)-1]
		}
		if known {
			item.Rest = when(ps.ItemRest(covariance, i, f.Pairs))
			if without, ok := ps.AlphaWithout(covariance, i); ok {
				item.Without = &without
			}
		}
		f.Items = append(f.Items, item)
	}
	f.Languages = groupsOf(t.battery, t.languages, codes(lang.All))
	f.Modes = groupsOf(t.battery, t.modes, codes(Modes))
	f.Guesses = agreementOf(t.guesses)
	f.Retest = retestFigures{N: t.pairs.N(), Agreement: agreementOf(t.again)}
	if f.Retest.N >= Least {
		f.Retest.ICC = when(ps.ICC(t.pairs.TwoWay()))
		f.Retest.Difference = t.pairs.Difference()
	}
	return f
}

// when is an estimate, or nil where there is none.
func when(e ps.Estimate, ok bool) *ps.Estimate {
	if !ok {
		return nil
	}
	return &e
}

// spreadOf describes a histogram whose values are counted in parts of a unit.
func spreadOf(h ps.Histogram, parts float64) spread {
	return spread{
		N: h.N(), Mean: h.Mean() / parts, SD: h.SD() / parts,
		Quarter: [3]float64{h.Quantile(0.25) / parts, h.Quantile(0.5) / parts, h.Quantile(0.75) / parts},
	}
}

func codes[T ~string](list []T) []string {
	plain := make([]string, len(list))
	for i, c := range list {
		plain[i] = string(c)
	}
	return plain
}

// groupsOf compares every group with the first of the order that is large enough,
// which comes first.
func groupsOf(b *instrument.Battery, tallies map[string]*groupTally, order []string) []groupFigures {
	for _, code := range slices.Sorted(maps.Keys(tallies)) {
		if !slices.Contains(order, code) {
			order = append(order, code)
		}
	}
	first := slices.IndexFunc(order, func(code string) bool { return tallies[code] != nil && tallies[code].scores.N >= LeastGroup })
	if first > 0 {
		reference := order[first]
		order = append([]string{reference}, slices.Delete(slices.Clone(order), first, first+1)...)
	}
	var list []groupFigures
	for i, code := range order {
		t := tallies[code]
		if t == nil {
			list = append(list, groupFigures{Code: code})
			continue
		}
		g := groupFigures{Code: code, N: int(t.scores.N)}
		if g.N >= LeastGroup {
			h := t.scores
			g.Mean, g.SD = h.Mean()/10, math.Sqrt(h.Variance())/10
		}
		if i > 0 && first >= 0 && g.N >= LeastGroup {
			reference := tallies[order[0]]
			g.Difference = when(ps.MeanDifference(t.scores, reference.scores))
			for at, item := range b.Items {
				focal, other := t.items[at], reference.items[at]
				if focal.Total().N < LeastGroup || other.Total().N < LeastGroup {
					continue
				}
				if e, share, ok := ps.Differing(focal, other); ok {
					g.Items = append(g.Items, difference{item.Code, e, share})
				}
			}
		}
		list = append(list, g)
	}
	return list
}

// agreementOf is κ of the segments and of each axis.
func agreementOf(t table) agreement {
	a := agreement{Table: t}
	if t.n() < Least {
		return a
	}
	rows := make([][]int, len(t))
	for i := range t {
		rows[i] = t[i][:]
	}
	a.Segment = when(ps.Kappa(rows))
	a.Resources = when(ps.Kappa(t.halves(resourcesHigh)))
	a.Challenge = when(ps.Kappa(t.halves(challengeHigh)))
	return a
}

func (t table) n() (n int) {
	for _, row := range t {
		for _, c := range row {
			n += c
		}
	}
	return n
}

// Which segments are high on an axis, in their order: self-acting, community,
// cooperating, network.
var (
	resourcesHigh = [4]int{1, 0, 1, 0}
	challengeHigh = [4]int{0, 0, 1, 1}
)

// halves is the table of one axis, low and high.
func (t table) halves(high [4]int) [][]int {
	half := [][]int{make([]int, 2), make([]int, 2)}
	for i, row := range t {
		for j, c := range row {
			half[high[i]][high[j]] += c
		}
	}
	return half
}

// agreeing counts the pairs that agree on both axes, on resources alone, on
// challenge alone, and on neither.
func (t table) agreeing() []int {
	parts := make([]int, 4)
	for i, row := range t {
		for j, c := range row {
			resources, challenge := resourcesHigh[i] == resourcesHigh[j], challengeHigh[i] == challengeHigh[j]
			switch {
			case resources && challenge:
				parts[0] += c
			case resources:
				parts[1] += c
			case challenge:
				parts[2] += c
			default:
				parts[3] += c
			}
		}
	}
	return parts
}
