// Package lang owns the languages the service speaks and the shape of a text
// that exists in all of them.
//
// It belongs to the ground floor: values and rules, no I/O. It imports nothing
// of ours. The catalogues of user-interface messages are in package locale.
package lang
