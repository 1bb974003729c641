package oidc

import (
	"errors"
	"net/url"

	library "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Why a login at a provider came to nothing: the code of the error, and the
// reason in the audit.
const (
	Unreachable = "unreachable" // the provider gave no answer that we can use; of kind Unavailable
	TooLarge    = "too_large"   // it said more than anybody needs
	Cancelled   = "cancelled"   // the person turned back at the provider
	Denied      = "denied"      // the provider let nobody in
	Code        = "code"        // the provider doesn't take the code back
	NoToken     = "no_token"    // there is no ID token in its answer, or nothing that looks like one
	Algorithm   = "algorithm"   // signed in a way that isn't allowed, or not at all
	Key         = "key"         // signed with no key of the provider
	Issuer      = "issuer"      // somebody else answered
	Audience    = "audience"    // meant for somebody else
	Nonce       = "nonce"       // the answer to another login
	Expired     = "expired"     //
	Early       = "early"       // from the future
	AuthTime    = "auth_time"   // too long ago, or nobody says when
	UserInfo    = "userinfo"    // about somebody else
	AccessToken = "access_token"
)

// refuse is why nobody is let in.
func refuse(why string) error { return fault.Coded(fault.Forbidden, why) }

// unusable sorts what went wrong with a call to the provider.
func unusable(err error) error {
	var answer *oauth2.RetrieveError
	var other *library.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return refuse(Issuer)
	case errors.Is(err, errTooLarge):
		return refuse(TooLarge)
	case errors.As(err, &answer) && answer.Response.StatusCode < 500:
		return refuse(Code)
	}
	return fault.Coded(fault.Unavailable, Unreachable)
}

// isCall tells whether an error is that of a call, and not of what it brought.
func isCall(err error) bool {
	var call *url.Error
	return errors.As(err, &call)
}
