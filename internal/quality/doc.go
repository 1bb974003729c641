// Package quality owns what the expert is told about how good the questions are:
// which figures there are of a version of a battery, from which assessments, how
// many are needed for each, and which numbers are too small to be shown.
//
// Rows of assessments are read here by the program itself (the System actor),
// added up and forgotten; experts get finished figures, which are kept with the
// time they are as of. Figures from before a withdrawal or an erasure are not
// shown any more.
//
// It doesn't compute statistics (psychometrics does), query a database (package
// store does, through Store) or name anything in a language.
//
// It belongs to the first floor and imports access and report beside it, and
// calendar, fault, instrument, lang, psychometrics and segment.
package quality
