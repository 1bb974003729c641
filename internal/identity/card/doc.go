// Package card owns logging in with a smart card (toimikortti): from a client
// certificate to the registration number of the professional whose card it is.
//
// A certificate arrives in one of two ways: in the TLS handshake of a listener of
// our own, or in a header from a proxy that is known by its address. Either way
// it is judged here alone, and the same: its chain to the authorities that the
// house trusts, its use, the class of the card, its subject, and whether it was
// revoked, by lists (RFC 5280) and by asking (RFC 6960). What was proven goes to
// the service's own address as a ticket that is good once, for half a minute, and
// in the browser alone that asked for it.
//
// It does not know who the number belongs to: package access does. It knows no
// authority and no OID by itself: they are configuration. It is an adapter of the
// second floor and imports the first floor and the ground; it keeps nothing but a
// directory of lists.
package card
