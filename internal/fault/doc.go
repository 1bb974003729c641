// Package fault owns the kinds of error that the service answers with.
//
// A fault carries a kind, a stable code and, for bad input, findings: where
// (a JSON pointer) and what (a code whose words are in the message catalogue).
// It never carries a value that somebody typed, so a fault may be logged.
//
// It belongs to the ground floor and imports nothing of ours. Statuses and
// wording are given to a fault at the edge: package server.
package fault
