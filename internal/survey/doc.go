// Package survey owns the survey of the professionals (käyttökokemuskysely): the
// questions in their versions, the rounds in which they are asked, the answers,
// and what may be shown of them.
//
// An answer is anonymous. It is kept without its user, without a time and in no
// order; who has answered is kept apart, for as long as the round is open. How far
// that reaches is in docs/adr/0041. The package doesn't store, doesn't draw, and
// doesn't know the trial's report: it gives counts.
//
// It belongs to the first floor and imports access, audit, report (for what must
// be hidden), setting and the ground floor.
package survey
