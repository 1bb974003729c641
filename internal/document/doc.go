// Package document turns one result into something to hold: a page that the
// client takes home (HTML, made for A4 paper and for screens) and a text that
// the professional pastes into the health-care or the social-care record. [Told]
// is the same result in words, for the page on which it is talked over.
//
// It owns the order and the look of the two, not their words: those of the
// batteries and the guidance come from package instrument, the rest from the
// catalogues of package locale. It computes no scores and stores nothing.
//
// It belongs to the second floor: it imports the ground packages, locale and, for
// what a result is gathered from, assessment, and no other adapter.
package document
