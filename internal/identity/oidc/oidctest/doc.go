// Package oidctest owns an OpenID Connect provider for tests: a real one, of
// another house, on a loopback address, and everything that it can be made to
// lie about.
//
// The protocol is that of zitadel/oidc, with the storage of its example: what
// this service takes for a provider's answer was never written by us. The lies
// are put over it, answer by answer. It stands beside the floors, is for
// _test.go files only and imports nothing of ours.
package oidctest
