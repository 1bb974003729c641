package report

// ShareLine is one line of counts as it may be shown when counts of 1..k−1 must
// not be: n, and each part with its whole percentage by largest remainder. codes
// names the parts. n is nil, and every part hidden, where n itself is too small.
func ShareLine(codes []string, counts []int, k int) (n *int, line []Share) {
	total := sum(counts)
	if total > 0 && total < k {
		return nil, shares(codes, counts, repeat(true, len(counts)))
	}
	return &total, shares(codes, counts, protectLine(counts, k, true))
}

// PercentOf is a single share as a whole percentage, rounded half up. It is for a
// share that is told alone; the parts of a whole line are apportioned together.
// Of nothing there is no share.
func PercentOf(part, whole int) *int {
	if whole == 0 {
		return nil
	}
	percent := (200*part + whole) / (2 * whole)
	return &percent
}
