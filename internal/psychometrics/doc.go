// Package psychometrics owns the statistics that tell how good a questionnaire
// is: reliability (Cronbach's α, McDonald's ω), how items hang together, floor
// and ceiling, differences between groups, differential item functioning,
// agreement (Cohen's κ) and test–retest (ICC).
//
// Everything is computed from sums that are added up one sheet at a time, so
// that a million sheets need no more memory than one. Each function names its
// method and source; docs/guide/instrument-quality.md has the formulas. It does
// not decide how many sheets are enough, or what may be shown: package quality
// does.
//
// It belongs to the ground floor: no I/O, no clock, no randomness but with a fixed
// seed. It imports gonum and nothing of ours.
package psychometrics
