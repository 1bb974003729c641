// Package quality is the expert's page about how good the questions are as a
// measure.
//
// What is counted and what is hidden package quality below decides, and package
// export names and draws it. The page chooses what is asked.
//
// It belongs to the third floor and imports page, chart and what is below them.
package quality
