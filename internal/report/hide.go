package report

// HideLine tells which parts of a line are hidden when counts of 1..k−1 must not be
// shown, for whoever shows another line than those of a distribution. The total is
// known, and with percent the percentages of the parts that are shown are too. With
// k = 1 nothing is hidden.
func HideLine(parts []int, k int, percent bool) []bool { return protectLine(parts, k, percent) }

// Percentages apportions 100 whole percent to counts by largest remainder, ties in
// their order; nil when there is nothing to apportion.
func Percentages(counts []int) []int { return percentages(counts) }
