// Package document owns what is handed out, archived and printed.
//
// One result is told three ways: as a page that the client takes home ([HTML],
// made for A4 paper and for screens), as the same page typeset ([ResultPaper])
// and as a text that the professional pastes into the health-care or the
// social-care record ([Text]). [Told] is the result in words that they share
// with the page on which it is talked over.
//
// The papers are typeset documents, one function each, named …Paper: the result,
// the consent and the notice of its withdrawal, the brochure, the blank forms of
// the batteries and of the consent, the letter before a visit, the client's
// own file, and a report of many numbers, which tells of nobody. [typeset.Document.PDF] makes files of them. The same value gives the
// same bytes: a paper is dated by what it tells about, never by when it was made.
// No title, foot or metadata of a paper tells about a person.
//
// It owns the order and the look of all this, not the words: those of the
// batteries and the guidance come from package instrument, those of the consent
// from package consent, the rest from the catalogues of package locale. It
// computes no scores and stores nothing, and knows nothing of PDF.
//
// It belongs to the second floor: it imports the ground packages, locale and, for
// what a paper is gathered from, packages of the first floor, and no other
// adapter.
package document
