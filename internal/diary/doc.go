// Package diary owns what the expert writes down about a trial because no
// assessment tells it: which units take part or dropped out, training and support
// sessions, outages, launch events and other notes. Every change is in the audit.
//
// It counts nothing and knows no client; what is written here must not tell of
// one. Package trial puts it into the trial's report.
//
// It belongs to the first floor and imports access and audit beside it, and
// calendar, fault and lang.
package diary
