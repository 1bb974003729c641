// Package oidc owns what passes between this service and an OpenID Connect
// provider: where a reader is sent to log in, how the answer is checked, and
// what of it counts: the person's identifier, the name, the role and the units.
//
// It knows the authorization code flow with PKCE and nothing else (RFC 6749,
// RFC 7636, RFC 9207, OpenID Connect Core 1.0). Whether the person is let in is
// package access's to decide, which keeps the logins that are under way, too;
// cookies and pages are package web's.
//
// It belongs to the second floor and imports access and the ground.
package oidc
