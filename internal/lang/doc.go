// Package lang owns the languages the service speaks, the shape of a text that
// exists in all of them, and what a text that somebody writes must keep to.
//
// It belongs to the ground floor: values and rules, no I/O. It imports fault
// alone. The catalogues of user-interface messages are in package locale.
package lang
