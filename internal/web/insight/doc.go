// Package insight is the expert's pages: how the clients of a period are
// distributed over the segments, as a figure, in tables and as files.
//
// What is counted and what is hidden package report decides, and packages export
// and figure write and draw it. The pages choose the period and name things in
// the reader's language.
//
// It belongs to the third floor and imports page and what is below it.
package insight
