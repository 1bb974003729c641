// Package trial is the expert's pages about a trial: its report, as a page and as
// files, and the diary that a part of it comes from.
//
// What is counted and what is hidden package trial of the first floor decides;
// package export puts it into words and draws it. Paper is the report as a
// document, for the command line too.
//
// It belongs to the third floor and imports page, chart and what is below them.
package trial
