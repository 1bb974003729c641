// Package scoring owns the way from a pair of answer sheets to a result: two
// scores, the segment, what is borderline, how stable the result is, what each
// answer contributes and the smallest change that would lead elsewhere.
//
// The rules are scoring version 1. They are ours and not validated: the
// cut-offs, the borderline band and the stability support a conversation, and
// whoever shows them says so. A stored result is never computed again with
// another version.
//
// Scores are compared as whole numbers; floating point only appears in what is
// shown. The package does not validate what was typed (package assessment does,
// with findings), does not name anything in a language and knows no store.
//
// It belongs to the ground floor: pure functions, no I/O, no clock. It imports
// fault, instrument and segment.
package scoring
