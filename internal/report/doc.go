// Package report owns the distribution of clients over the segments: which
// numbers it has, how they become whole percentages, how much of the offered
// assessments it covers, which cells are too small to be shown, and which figures
// are published.
//
// With a smallest cell above 1, time is cut into nodes (period.go); each has its
// tables and what is hidden of them (node.go, with line.go and grid.go for one
// table, cross.go and pairs.go for tables under a unit, overlap.go for tables
// together, flow.go and bounds.go for what sums tell); an answer adds up what nodes
// show (answer.go, read.go, facts.go). ADR 0040 says why.
//
// It does not query a database (package store does, through Store), name
// anything in a language (the edges do, in the reader's) or draw and write files
// (packages figure and export do).
//
// It belongs to the first floor and imports access, audit and setting beside it, and
// calendar, fault, instrument and segment.
package report
