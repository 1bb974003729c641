// Package transcribe is the pages on which a professional types in what was
// written on a paper form: the code of the form, then its answers, and on request
// all of them a second time.
//
// Everything is stored in one step: the consent that was signed on paper, the
// assessment with its answers and its result. Between the pages nothing is kept
// but in the form itself. The blank forms are printed by package document.
//
// It belongs to the third floor and imports what is below it and package page.
package transcribe
