package report

import "slices"

// maxTries bounds the search for a completion that explains the shown
// percentages; beyond it a line counts as not safe, which hides more.
const maxTries = 20000

// protectLine tells which parts of a line with a known total are hidden, so
// that a part of 1..k−1 can't be narrowed to fewer than those values, not even
// by somebody who knows this method, the total and every number shown.
//
// Parts above zero form fixed blocks of neighbours (pairs, the last of three
// when they are odd), and a block with a small part is hidden whole. Which
// block-mate is hidden thus tells nothing about its size, as it would if the
// smallest were chosen. Where the hidden sum is too small to leave room, or the
// percentages shown give something away, all parts above zero are hidden; where
// the total itself leaves no room, true zeros too.
func protectLine(parts []int, k int, withPercent bool) []bool {
	hidden := make([]bool, len(parts))
	if !slices.ContainsFunc(parts, small(k)) {
		return hidden
	}
	if total := sum(parts); total < k || total < len(parts)+k-2 {
		return repeat(true, len(parts))
	}
	for _, block := range blocks(parts) {
		if slices.ContainsFunc(block, func(i int) bool { return small(k)(parts[i]) }) {
			for _, i := range block {
				hidden[i] = true
			}
		}
	}
	if !roomy(parts, hidden, k) || withPercent && !percentsSilent(parts, hidden, k) {
		for i, v := range parts {
			hidden[i] = v > 0
		}
	}
	return hidden
}

// small tells whether a count is one that must not be shown.
func small(k int) func(int) bool { return func(count int) bool { return count > 0 && count < k } }

// blocks groups the indexes of the parts above zero by twos, in order.
func blocks(parts []int) [][]int {
	var all [][]int
	for i, v := range parts {
		if v == 0 {
			continue
		}
		if last := len(all) - 1; last >= 0 && len(all[last]) < 2 {
			all[last] = append(all[last], i)
		} else {
			all = append(all, []int{i})
		}
	}
	if last := len(all) - 1; last > 0 && len(all[last]) == 1 {
		all[last-1] = append(all[last-1], all[last]...)
		all = all[:last]
	}
	return all
}

// roomy tells whether every hidden part may be anything from 1 to k−1 when the
// others are at least 1.
func roomy(parts []int, hidden []bool, k int) bool {
	count, total := 0, 0
	for i, h := range hidden {
		if h {
			count++
			total += parts[i]
		}
	}
	return count >= 2 && total >= count+k-2
}

// percentsSilent tells whether the percentages of the shown parts leave every
// hidden part free to be anything from 1 to k−1. Rounding by largest remainder
// depends on the hidden parts, so it may say more than the counts do.
func percentsSilent(parts []int, hidden []bool, k int) bool {
	var at []int
	total, shown := 0, false
	for i, h := range hidden {
		if h {
			at = append(at, i)
			total += parts[i]
		} else if parts[i] > 0 {
			shown = true
		}
	}
	if !shown {
		return true
	}
	want := percentages(parts)
	agrees := func(guess []int) bool {
		for i, p := range percentages(guess) {
			if !hidden[i] && p != want[i] {
				return false
			}
		}
		return true
	}
	for _, fixed := range at {
		for v := 1; v < k; v++ {
			guess := slices.Clone(parts)
			guess[fixed] = v
			free := slices.DeleteFunc(slices.Clone(at), func(i int) bool { return i == fixed })
			if !someCompletion(guess, free, total-v, k, agrees) {
				return false
			}
		}
	}
	return true
}

// someCompletion looks for values of the free parts with a sum, all of them
// small but one, that agree with what is shown.
func someCompletion(guess, free []int, total, k int, agrees func([]int) bool) bool {
	tries := 0
	for _, rest := range free {
		others := slices.DeleteFunc(slices.Clone(free), func(i int) bool { return i == rest })
		for _, i := range others {
			guess[i] = 1
		}
		for done := false; !done; {
			left := total
			for _, i := range others {
				left -= guess[i]
			}
			if guess[rest] = left; left >= 1 && agrees(guess) {
				return true
			}
			if tries++; tries > maxTries {
				return false
			}
			done = !next(guess, others, k)
		}
	}
	return false
}

// next counts the chosen parts up like an odometer with digits 1..k−1.
func next(guess, at []int, k int) bool {
	for _, i := range at {
		if guess[i]++; guess[i] < k {
			return true
		}
		guess[i] = 1
	}
	return false
}

func repeat(value bool, n int) []bool { return slices.Repeat([]bool{value}, n) }
