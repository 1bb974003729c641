// Package access owns who may do what: actors, roles, units, and the one table
// of permissions; logging in, also with an identity that somebody else vouches
// for, sessions and how they end; the first administrator; and the administration
// of units, users and API tokens.
//
// It does not know how a password or a token is hashed (package identity), how
// anything is stored, nor what a cookie is. Whether a client may come in with a
// link or a code is package invitation's to decide. It belongs to the first
// floor and imports audit and the ground.
package access
