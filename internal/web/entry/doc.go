// Package entry owns the pages on the way in and around everything else: logging
// in and out, also at identity providers, passwords, the first administrator,
// how long a session lasts, what a reader has chosen for the view, and the
// accessibility statement with its form for barriers.
//
// It keeps what somebody had typed when their session ended. It decides nothing
// about passwords or sessions, which is package access's, and shows nothing about
// clients.
//
// It belongs to the third floor and imports page, identity/oidc, and the use cases
// below.
package entry
