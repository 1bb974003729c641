package report

// masks tell what is hidden in one answer.
type masks struct {
	n         bool
	segments  []bool
	batteries gridMask // its cells are not in the answer, but in the narrowed ones
	units     gridMask
	months    gridMask
	coverage  coverageMask
}

type coverageMask struct {
	offered, completed, declined, unsuitable, unfinished, withoutStatistics bool
}

// inherited is what a wider answer hides of a narrower one: the whole, or some
// of its segments. Without it, asking for one battery alone would show what the
// table of all batteries hides.
type inherited struct {
	everything bool
	segments   [4]bool
}

// protect decides what is hidden when counts of 1..k−1 must not be shown. With
// k = 1 nothing is.
func protect(f facts, k int, from inherited) masks {
	n := f.n()
	if from.everything || n > 0 && n < k {
		return masks{
			n: true, segments: repeat(true, len(f.segments)),
			batteries: newGridMask(len(f.batteries), true),
			units:     newGridMask(len(f.units), true), months: newGridMask(len(f.months), true),
			coverage: coverageMask{true, true, true, true, true, true},
		}
	}
	segments := protectLine(f.segments[:], k, true)
	for i, hidden := range from.segments {
		segments[i] = segments[i] || hidden
	}
	grid := func(rows []row, withPercent bool) gridMask {
		totals := make([]int, len(rows))
		for i, r := range rows {
			totals[i] = r.total()
		}
		return protectGrid(rows, protectLine(totals, k, withPercent), segments, k)
	}
	return masks{
		segments:  segments,
		batteries: grid(f.batteries, true),
		units:     grid(f.units, false),
		months:    grid(f.months, false),
		coverage:  protectCoverage(f.coverage, k),
	}
}

// protectCoverage treats the coverage as the line of all who were offered an
// assessment and are not in n, which is shown: those without statistics,
// declined, unsuitable and unfinished. Completed is n plus the first of them and
// hidden with it.
func protectCoverage(c Coverage, k int) coverageMask {
	parts := []int{c.WithoutStatistics, c.Declined, c.Unsuitable, c.Unfinished}
	hidden := protectLine(parts, k, false)
	return coverageMask{
		offered:   small(k)(sum(parts)),
		completed: hidden[0], withoutStatistics: hidden[0],
		declined: hidden[1], unsuitable: hidden[2], unfinished: hidden[3],
	}
}

// inherit adds what a wider answer's table hides of one of its rows.
func (h *inherited) inherit(wider masks, table gridMask, rows []row, code string) {
	h.everything = h.everything || wider.n
	for i, r := range rows {
		if r.code != code {
			continue
		}
		h.everything = h.everything || table.totals[i]
		for j, hidden := range table.cells[i] {
			h.segments[j] = h.segments[j] || hidden
		}
	}
}
