package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of trouble an error is. The zero Kind is Internal, so
// that an error nobody classified is never shown to anyone.
type Kind uint8

// The kinds, with the HTTP status that package server gives to each.
const (
	Internal             Kind = iota // 500
	Malformed                        // 400
	Unauthenticated                  // 401
	Forbidden                        // 403
	NotFound                         // 404
	MethodNotAllowed                 // 405
	NotAcceptable                    // 406
	Conflict                         // 409
	Gone                             // 410
	PreconditionFailed               // 412
	TooLarge                         // 413
	UnsupportedMediaType             // 415
	Invalid                          // 422
	PreconditionRequired             // 428
	RateLimited                      // 429
	Unavailable                      // 503
)

// Codes that are more specific than their kind. They are part of the REST
// contract.
const (
	CodeConsentRequired     = "consent_required"     // Invalid
	CodeInsufficientAnswers = "insufficient_answers" // Invalid
	CodeConsentWithdrawn    = "consent_withdrawn"    // Conflict
	CodeAlreadyCompleted    = "already_completed"    // Conflict
	CodeLinkUsed            = "link_used"            // Gone: the code still works
	CodeInvitationLocked    = "invitation_locked"    // Gone: after too many wrong codes
	CodeLegalHold           = "legal_hold"           // Conflict: it must be kept
	CodeOtherRegister       = "other_register"       // Forbidden: part of it belongs to a register that is not the actor's
	CodePlainHTTP           = "plain_http"           // Forbidden: others could read what is sent
	CodeTooManyExports      = "too_many_exports"     // Conflict: of the user, under way or kept
	CodeExportNotReady      = "export_not_ready"     // Conflict: it is still being made
	CodeExportOutdated      = "export_outdated"      // Conflict: consents were withdrawn since; it is made anew
	CodePasswordExpired     = "password_expired"     // Gone: a one-time password that nobody used in time
)

var kindCodes = [...]string{
	Internal:             "internal",
	Malformed:            "malformed",
	Unauthenticated:      "unauthenticated",
	Forbidden:            "forbidden",
	NotFound:             "not_found",
	MethodNotAllowed:     "method_not_allowed",
	NotAcceptable:        "not_acceptable",
	Conflict:             "conflict",
	Gone:                 "gone",
	PreconditionFailed:   "precondition_failed",
	TooLarge:             "too_large",
	UnsupportedMediaType: "unsupported_media_type",
	Invalid:              "invalid",
	PreconditionRequired: "precondition_required",
	RateLimited:          "rate_limited",
	Unavailable:          "unavailable",
}

// String returns the kind's own code, for example "not_found".
func (k Kind) String() string { return kindCodes[k] }

// Kinds lists every kind, for tables and tests that must cover all of them.
func Kinds() []Kind {
	all := make([]Kind, len(kindCodes))
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Error is an error with a kind. Its text is for logs and holds no input.
type Error struct {
	Kind       Kind
	Code       string        // stable; the kind's own code unless a more specific one exists
	Findings   Findings      // what is wrong with the input, for Invalid and Malformed
	RetryAfter time.Duration // for RateLimited and Unavailable; 0 when not known
	cause      error
}

// New makes an error of a kind with the kind's own code.
func New(kind Kind) *Error { return &Error{Kind: kind, Code: kind.String()} }

// Coded makes an error of a kind with a more specific code.
func Coded(kind Kind, code string) *Error { return &Error{Kind: kind, Code: code} }

// Wrap makes an error of a kind that keeps its cause for the log.
func Wrap(kind Kind, cause error) *Error {
	return &Error{Kind: kind, Code: kind.String(), cause: cause}
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Code
	if len(e.Findings) > 0 {
		text = fmt.Sprintf("%s (%d findings, first %s at %q)", text, len(e.Findings), e.Findings[0].Code, e.Findings[0].Pointer)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of an error, Internal where it has none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the stable code of an error, "internal" where it has none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal.String()
}
