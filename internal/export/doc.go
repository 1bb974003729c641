// Package export writes values as files: CSV, XLSX, SVG, JSON and a table for
// the terminal. A value goes in, bytes go out to an io.Writer.
//
// It does not query, count, hide or name anything: the value is ready, and
// labels come from the caller in the reader's language.
//
// It is an adapter of the second floor and imports calendar, figure, lang,
// report and segment, never another adapter.
package export
