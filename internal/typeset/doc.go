// Package typeset lays out blocks of text, tables and figures on A4 pages: line
// breaking with hyphenation, page breaks that neither cut a figure nor leave a
// heading alone, running feet, and the structure tree and bookmarks that go with
// it. A document is a plain value; the same value gives the same bytes.
//
// It works in three steps. Blocks become strips, the slices of a column that no
// page break cuts (flow.go, layout.go, table.go …). Strips are put on pages
// (pages.go) and give a list of ops in the order of reading. The ops are drawn
// (draw.go). Geometry is decided, and can be tested, before anything is drawn.
//
// It owns how a printed page looks. It knows nothing of assessments, and of PDF
// only what package pdf offers. It belongs to the ground floor and imports pdf,
// figure and lang. The hyphenation patterns and their licences are in patterns/.
package typeset
