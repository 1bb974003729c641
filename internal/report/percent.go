package report

// percentages apportions 100 whole percent to counts by largest remainder, ties
// in the order of the counts. It returns nil when there is nothing to apportion.
//
// The published tables of the trial add up to 100 in this way: 3 of 86 is
// 3.49 % and printed as 4 %.
func percentages(counts []int) []int {
	total := sum(counts)
	if total == 0 {
		return nil
	}
	whole, left := make([]int, len(counts)), 100
	remainder := make([]int, len(counts))
	for i, c := range counts {
		whole[i], remainder[i] = 100*c/total, 100*c%total
		left -= whole[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range remainder {
			if remainder[i] > remainder[best] {
				best = i
			}
		}
		whole[best]++
		remainder[best] = -1
	}
	return whole
}

func sum(counts []int) int {
	total := 0
	for _, c := range counts {
		total += c
	}
	return total
}
