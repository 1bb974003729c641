// Package report owns the distribution of clients over the segments: which
// numbers it has, how they become whole percentages, how much of the offered
// assessments it covers, and which cells are too small to be shown.
//
// It does not query a database (package store does, through Store), name
// anything in a language (the edges do, in the reader's) or draw and write files
// (packages figure and export do).
//
// It belongs to the first floor and imports access and setting beside it, and
// calendar, fault, instrument and segment.
package report
