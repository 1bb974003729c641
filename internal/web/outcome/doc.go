// Package outcome is the pages of a result: the page on which it is talked over
// with the client and agreed upon, the page for the printer, the text for the
// record, and the client's feedback.
//
// It owns how these are put on a page, not what a result says: the words are
// those of package document, the rules those of package assessment. The page of
// a result speaks the client's language but for the part that is marked as the
// professional's, which is in the reader's own.
//
// It belongs to the third floor: it imports web/page and what is below it.
package outcome
