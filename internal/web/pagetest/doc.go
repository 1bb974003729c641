// Package pagetest owns what tests of pages need: a running server with some of
// the pages over the house of package housetest, and browsers without scripts.
//
// The server is the real one, so that errors, limits and headers are those that
// people meet. A browser keeps cookies and knows forms as a person has them in
// front of them; it follows a redirect when it is told to.
//
// Only _test.go files import this package. It reaches up to the third floor, and to the
// demo, whose replay of the trial pages are looked at with.
package pagetest
