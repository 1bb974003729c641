package card

// Reason is why a card was not accepted. It is an error, a code in the audit and
// on the page, and never says whose card it was.
type Reason string

// The reasons.
const (
	NoCertificate     Reason = "no_certificate"     // none was shown
	NotAProxy         Reason = "not_a_proxy"        // the header came from somebody who isn't the proxy
	BadHeader         Reason = "bad_header"         // twice, cut off, or in no form that was agreed
	Malformed         Reason = "malformed"          // not a certificate, or not a well-formed one
	WeakKey           Reason = "weak_key"           // a key too small or of another kind, or a signature over SHA-1 or MD5
	Expired           Reason = "expired"            //
	NotYetValid       Reason = "not_yet_valid"      //
	UntrustedChain    Reason = "untrusted_chain"    // nobody that we trust vouches for it
	WrongIssuer       Reason = "wrong_issuer"       // trusted, but its cards are not let in
	WrongUse          Reason = "wrong_use"          // not for logging in: for signing, for a server, an authority's own
	WrongClass        Reason = "wrong_class"        // another class of card
	BadSubject        Reason = "bad_subject"        // no registration number, more than one, or none that fits
	Revoked           Reason = "revoked"            //
	RevocationUnknown Reason = "revocation_unknown" // whether it was revoked can't be known now
	NotProven         Reason = "not_proven"         // the TLS handshake broke off: whoever showed it may not have the key
	BadTicket         Reason = "ticket"             // unknown, used, too late, or another browser's
)

// Error is the code alone: a certificate's own words would name people.
func (r Reason) Error() string { return "card: " + string(r) }

// Reasons lists every reason, for tables and tests that must cover all of them.
func Reasons() []Reason {
	return []Reason{
		NoCertificate, NotAProxy, BadHeader, Malformed, WeakKey, Expired, NotYetValid, UntrustedChain, WrongIssuer, WrongUse, WrongClass,
		BadSubject, Revoked, RevocationUnknown, NotProven, BadTicket,
	}
}
