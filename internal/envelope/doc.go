// Package envelope seals secrets at rest: data keys that seal what is written, a
// key-encryption key that wraps the data keys, and blind indexes by which what is
// sealed can be found again.
//
// It is cryptography alone, all of it from the standard library: AES-256-GCM with
// random nonces, HKDF-SHA-256 and HMAC-SHA-256. Where keys come from, where they are
// kept and when they are destroyed is decided in cmd and in package store.
//
// It belongs to the ground floor: no I/O but the system's random numbers, no clock,
// and it imports nothing of ours.
package envelope
