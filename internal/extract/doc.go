// Package extract owns pseudonymous rows for research: the permit that they are
// given under, what stands in a row, and the way of a file of rows from being asked
// for to being fetched.
//
// Reading reports is a role's; reading rows is not. A [Permit] (tutkimuslupa) is
// granted to one expert apart from the role, for some units, registers, days and
// purposes and for a time, and can be revoked at once. Without one that is valid
// today nothing here gives a row, whatever the table of permissions says.
//
// A [Job] is one file. A [Worker] makes it: it reads the rows with the sight of the
// permit's units and of nothing more, turns each [Source] into the cells of the
// [Columns], under pseudonyms that are made with the permit's own key, and has the
// bytes kept sealed with a key of the file's own. Names, identifiers and words are
// in no Source, so that they can come into no row.
//
// It belongs to the first floor. How a format is written is package export's, behind
// [Formats]; where permits, rows and bytes are is package store's. It imports
// envelope for pseudonyms.
package extract
