// Package chart is a figure on an expert's page: the picture, how many it is made
// of, the same numbers as a table beside it, and the ways to take it along as a
// file. Every figure of every report is one, so that none lacks its table.
//
// It doesn't count and doesn't decide what is hidden: whoever makes the chart did.
//
// It belongs to the third floor and imports page, export, figure, raster and locale.
package chart
