package report

// ShareLine is one line of counts as it may be shown when counts of 1..k−1 must
// not be: n, and each part with its whole percentage by largest remainder. codes
// names the parts. n is nil, and every part hidden, where n itself is too small. It
// is for the same lines as ProtectLine.
func ShareLine(codes []string, counts []int, k int) (n *int, line []Share) {
	total := figure{value: sum(counts)}
	total.hidden = total.value > 0 && total.value < k
	hidden := ProtectLine(counts, k, true)
	parts := make([]figure, len(counts))
	for i, count := range counts {
		parts[i] = figure{count, hidden[i] || total.hidden}
	}
	return total.shown(), shares(codes, parts, total, true)
}

// Shares are the parts of a line that is protected already, with their whole
// percentages of n: all that is hidden counts as one part, so they follow from what is
// shown.
func Shares(parts []Line, n *int) []Share {
	codes, figures, total := make([]string, len(parts)), make([]figure, len(parts)), figure{hidden: n == nil}
	if n != nil {
		total.value = *n
	}
	for i, p := range parts {
		codes[i], figures[i].hidden = p.Code, p.Count == nil
		if p.Count != nil {
			figures[i].value = *p.Count
		}
	}
	return shares(codes, figures, total, false)
}

// Percentages apportions 100 whole percent to counts by largest remainder, ties in
// their order; nil when there is nothing to apportion.
func Percentages(counts []int) []int { return percentages(counts) }

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
