// Package figure owns the geometry of the service's pictures and their colours:
// the plane of resources and challenge, and bars for a distribution. A picture
// is a list of shapes; this package writes them as SVG, and a PDF writer can
// draw the same list. A chart is drawn twice: for paper and a page, and for a
// narrow screen, see layout.
//
// All words come from the caller, in the reader's language.
//
// It belongs to the ground floor: pure, no I/O, no clock. It imports segment.
package figure
