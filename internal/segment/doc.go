// Package segment owns the four client segments (asiakkuudet) and how two
// scores and two cut-offs lead to one of them.
//
// It belongs to the ground floor: pure values, no I/O, no clock. It imports
// nothing of ours. Where the scores come from is package scoring's business,
// what a segment is called in a language is package locale's.
package segment
