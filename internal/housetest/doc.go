// Package housetest owns the house that tests of use cases and of pages live in:
// every use case, as the program puts them together, over a real database with
// the schema, the content and two units.
//
// A test hires the people it needs and does with them what it is about. What a
// test alone needs, it adds itself: the fields of a [House] are open.
//
// Only _test.go files import this package. It reaches no higher than the second
// floor, and knows nothing of HTTP.
package housetest
