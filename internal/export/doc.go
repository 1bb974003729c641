// Package export writes values as files: CSV, XLSX, SVG, JSON and a table for
// the terminal. A value goes in, bytes go out to an io.Writer.
//
// It does not query, count or hide anything: the value is ready. Labels come from
// the caller; DistributionLabels makes them in the reader's language.
//
// It is an adapter of the second floor and imports calendar, figure, instrument,
// lang, locale, report and segment, never another adapter.
package export
