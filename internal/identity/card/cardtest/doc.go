// Package cardtest owns an authority of cards for tests that is none of ours: its
// keys, certificates, lists of revoked certificates and answers about revocation
// are made by OpenSSL's own program.
//
// Only _test.go files import this package. It imports nothing of ours.
package cardtest
