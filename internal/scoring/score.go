package scoring

// band is how many points from a cut-off a score is still borderline.
const band = 5

// Score is one side's exact score. Sum is Σ w·v and Weight is Σ w over the
// scored items, where v is the value after reversing (0..10) and w the item's
// weight; Cutoff is the battery's, 1..100. The score itself is 10·Sum/Weight.
type Score struct{ Sum, Weight, Cutoff int }

// High tells whether the score is at or above its cut-off. It compares whole
// numbers, so that no rounding ever moves a client.
func (s Score) High() bool { return s.distance() >= 0 }

// Value is the score in points, 0..100. It is 0 for a score without items.
func (s Score) Value() float64 {
	if s.Weight == 0 {
		return 0
	}
	return float64(10*s.Sum) / float64(s.Weight)
}

// Shown is the score for the eye: Value with one decimal, halves rounded up. A
// low score that would round up to its cut-off is shown a tenth below it (49.96
// against 50 as 49.9), so that what is shown never contradicts the segment.
func (s Score) Shown() float64 {
	if s.Weight == 0 {
		return 0
	}
	tenths := (200*s.Sum + s.Weight) / (2 * s.Weight)
	if !s.High() && tenths >= 10*s.Cutoff {
		tenths = 10*s.Cutoff - 1
	}
	return float64(tenths) / 10
}

// Borderline tells whether the score is at most 5 points from its cut-off, on
// either side.
func (s Score) Borderline() bool {
	d := s.distance()
	return -band*s.Weight <= d && d <= band*s.Weight
}

// distance is how far the score is above its cut-off, in points times Weight.
func (s Score) distance() int { return 10*s.Sum - s.Cutoff*s.Weight }

// lowestHigh is the smallest Sum with which the score is high.
func (s Score) lowestHigh() int { return (s.Cutoff*s.Weight + 9) / 10 }
