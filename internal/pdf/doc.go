// Package pdf writes tagged PDF files: pages of text and shapes, the structure
// tree over them, bookmarks, links and metadata, so that a file conforms to
// PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) when what is put into it
// does: every figure with its alternative text, headings in order, tables with
// header cells. It owns the fonts.
//
// Whether it does is judged by veraPDF: see the directory conformance, which is
// for tests only. What veraPDF can't judge is whether an alternative text tells what
// the figure shows, and whether the order of reading makes sense.
//
// It knows nothing of paragraphs, line breaks or page layout, which are package
// typeset's, and nothing of assessments. It belongs to the ground floor and
// imports nothing of ours.
package pdf
