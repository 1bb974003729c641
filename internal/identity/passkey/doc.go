// Package passkey owns the cryptography of passkeys: WebAuthn, by way of
// go-webauthn. It knows for which address they are made, what a browser is asked
// and whether its answer holds.
//
// It keeps nothing. What is asked, of whom and for how long is package access's,
// which also sees to it that a challenge is answered once. Attestation, the make
// of a device, is not asked for.
//
// It is an adapter beside package identity and imports access and what is below.
package passkey
