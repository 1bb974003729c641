// Package survey is the pages of the professionals' survey: the form and the thanks
// for those who are asked, and the rounds with what they say for the expert.
//
// Who may answer, what is kept and what is hidden package survey of the first floor
// decides. The pages name things in the reader's language.
//
// It belongs to the third floor and imports page, chart and what is below them.
package survey
