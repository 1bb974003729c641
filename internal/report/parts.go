package report

// ProtectLine tells which parts of a line must be hidden when counts of 1..k−1
// must not be shown, for figures beside the distribution whose parts have a known
// total: so many that no small part can be worked out, see protectLine. With k = 1
// nothing is.
func ProtectLine(parts []int, k int) []bool { return protectLine(parts, k, false) }
