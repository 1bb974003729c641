package passkey

import (
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
)

// Why there are no passkeys at an address, in short, for an administrator's page
// to put into words.
const (
	Unset    = "unset"    // nobody said which address people use
	Numeric  = "numeric"  // it is an IP address, which browsers make no passkeys for
	Insecure = "insecure" // it is not https, and not on this machine
)

// Passkeys makes and checks the passkeys of one address.
type Passkeys struct {
	web  *webauthn.WebAuthn
	host string
}

// New takes the address that people use, such as https://omasuunta.example.org.
// Where no passkeys can be, it says why: Unset, Numeric or Insecure.
func New(publicURL string) (p *Passkeys, why string, err error) {
	if publicURL == "" {
		return nil, Unset, nil
	}
	u, err := url.Parse(publicURL)
	if err != nil {
		return nil, "", err
	}
	host := strings.ToLower(u.Hostname())
	_, notNumeric := netip.ParseAddr(host)
	switch {
	case notNumeric == nil:
		return nil, Numeric, nil
	case u.Scheme != "https" && host != "localhost":
		return nil, Insecure, nil
	}
	required := true
	web, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: "Omasuunta", RPOrigins: []string{origin(u, host)},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			// So that it is good for a login without a name, and is two factors in one.
			RequireResidentKey: &required, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, "", err
	}
	return &Passkeys{web, host}, "", nil
}

// origin is the address as a browser names it: without a path, or a port that
// goes without saying.
func origin(u *url.URL, host string) string {
	port := u.Port()
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + host
	}
	return u.Scheme + "://" + net.JoinHostPort(host, port)
}

// Host is the relying party: pages at another host can't use these passkeys.
func (p *Passkeys) Host() string { return p.host }

// owner is a user as the library asks for one.
type owner struct {
	access.User
	have []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return o.ID[:] }
func (o owner) WebAuthnName() string                       { return o.Username }
func (o owner) WebAuthnDisplayName() string                { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.have }

func ownerOf(u access.User, have []access.Passkey) owner {
	o := owner{User: u}
	for _, p := range have {
		one := webauthn.Credential{ID: p.Credential, PublicKey: p.PublicKey,
			Flags:         webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: p.BackupEligible, BackupState: p.BackedUp},
			Authenticator: webauthn.Authenticator{SignCount: p.SignCount},
		}
		for _, transport := range p.Transports {
			one.Transport = append(one.Transport, protocol.AuthenticatorTransport(transport))
		}
		o.have = append(o.have, one)
	}
	return o
}

// New implements access.Passkeys.
func (p *Passkeys) New(u access.User, have []access.Passkey) (options, kept []byte, err error) {
	o := ownerOf(u, have)
	asked, session, err := p.web.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.have).CredentialDescriptors()))
	if err != nil {
		return nil, nil, err
	}
	return both(asked.Response, session)
}

// both is what a browser is asked and what is kept, in JSON.
func both(asked, session any) (options, kept []byte, err error) {
	options, err = json.Marshal(asked)
	if err != nil {
		return nil, nil, err
	}
	kept, err = json.Marshal(session)
	return options, kept, err
}

// Made implements access.Passkeys.
func (p *Passkeys) Made(u access.User, kept, answer []byte) (access.Passkey, error) {
	session, err := sessionIn(kept)
	if err != nil {
		return access.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return access.Passkey{}, err
	}
	made, err := p.web.CreateCredential(ownerOf(u, nil), session, parsed)
	if err != nil {
		return access.Passkey{}, err
	}
	key := access.Passkey{Credential: made.ID, PublicKey: made.PublicKey, SignCount: made.Authenticator.SignCount,
		BackupEligible: made.Flags.BackupEligible, BackedUp: made.Flags.BackupState}
	for _, transport := range made.Transport {
		if known[transport] {
			key.Transports = append(key.Transports, string(transport))
		}
	}
	return key, nil
}

// known are the ways to reach a device that are worth keeping: a browser says
// them, so nothing else is.
var known = map[protocol.AuthenticatorTransport]bool{
	protocol.USB: true, protocol.NFC: true, protocol.BLE: true, protocol.SmartCard: true, protocol.Hybrid: true, protocol.Internal: true,
}

func sessionIn(kept []byte) (session webauthn.SessionData, err error) {
	return session, json.Unmarshal(kept, &session)
}

// Ask implements access.Passkeys.
func (p *Passkeys) Ask(user uuid.UUID, have []access.Passkey) (options, kept []byte, err error) {
	var asked *protocol.CredentialAssertion
	var session *webauthn.SessionData
	if user == uuid.Nil {
		asked, session, err = p.web.BeginDiscoverableLogin()
	} else {
		asked, session, err = p.web.BeginLogin(ownerOf(access.User{ID: user}, have))
	}
	if err != nil {
		return nil, nil, err
	}
	return both(asked.Response, session)
}

// errCopied is a count that did not rise.
var errCopied = errors.New("passkey: the device has counted less than before: there may be a copy of it")

// Answered implements access.Passkeys.
func (p *Passkeys) Answered(kept, answer []byte, have func(user uuid.UUID) ([]access.Passkey, error)) (access.Passkey, error) {
	session, err := sessionIn(kept)
	if err != nil {
		return access.Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return access.Passkey{}, err
	}
	var mine []access.Passkey
	find := func(_, handle []byte) (webauthn.User, error) {
		id, err := uuid.FromBytes(handle)
		if err != nil {
			return nil, err
		}
		mine, err = have(id)
		return ownerOf(access.User{ID: id}, mine), err
	}
	var used *webauthn.Credential
	if len(session.UserID) == 0 {
		used, err = p.web.ValidateDiscoverableLogin(find, session, parsed)
	} else {
		var user webauthn.User
		if user, err = find(nil, session.UserID); err == nil {
			used, err = p.web.ValidateLogin(user, session, parsed)
		}
	}
	switch {
	case err != nil:
		return access.Passkey{}, err
	case used.Authenticator.CloneWarning:
		return access.Passkey{}, errCopied
	}
	for _, one := range mine {
		if string(one.Credential) == string(used.ID) {
			one.SignCount, one.BackedUp = used.Authenticator.SignCount, used.Flags.BackupState
			return one, nil
		}
	}
	return access.Passkey{}, errors.New("passkey: not one of the user's")
}

var _ access.Passkeys = (*Passkeys)(nil)
