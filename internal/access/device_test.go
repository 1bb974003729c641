package access_test

import (
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity/passkey"
)

const address = "https://omasuunta.example.org"

var party = virtualwebauthn.RelyingParty{ID: "omasuunta.example.org", Name: "Omasuunta", Origin: address}

// device is a phone or a key of somebody's, made of software.
type device struct {
	h     *house
	party virtualwebauthn.RelyingParty
	virtualwebauthn.Authenticator
	key    virtualwebauthn.Credential
	silent bool // it doesn't count
}

func (h *house) device() *device {
	key := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	for len(key.Key.AttestationData()) != keyLength { // the library drops zeros that a coordinate begins with
		key = virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
	}
	return &device{h, party, virtualwebauthn.NewAuthenticator(), key, false}
}

// keyLength is that of a public key on the curve P-256 in COSE form, in bytes.
const keyLength = 77

// make answers a browser that is asked for a new passkey.
func (d *device) make(options []byte) []byte {
	d.h.Helper()
	asked, err := virtualwebauthn.ParseAttestationOptions(string(options))
	d.h.Must(err)
	d.Options.UserHandle = []byte(asked.UserID)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.party, d.Authenticator, d.key, *asked))
}

// show answers a browser that is asked for a passkey, and counts it unless it is
// silent.
func (d *device) show(options []byte) []byte {
	d.h.Helper()
	asked, err := virtualwebauthn.ParseAssertionOptions(string(options))
	d.h.Must(err)
	if !d.silent {
		d.key.Counter++
	}
	return []byte(virtualwebauthn.CreateAssertionResponse(d.party, d.Authenticator, d.key, *asked))
}

func withPasskeys(t *testing.T) access.Option {
	t.Helper()
	keys, why, err := passkey.New(address)
	if err != nil || why != "" {
		t.Fatal(why, err)
	}
	return access.WithPasskeys(keys)
}

// passkeyEngines runs a test on both, in a house with passkeys.
func passkeyEngines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, in *housetest.House) { test(t, newHouse(in, withPasskeys(t))) })
}

// withPasskey hires somebody with a passkey.
func (h *house) withPasskey(username string, role access.Role) (access.Actor, *device, []string) {
	h.Helper()
	who := h.Hire(username, role, housetest.Unit)
	d := h.device()
	codes, err := h.addPasskey(h.login(username, housetest.Password), "Puhelin", d)
	h.Must(err)
	return who, d, codes
}

func (h *house) addPasskey(token, name string, d *device) ([]string, error) {
	h.Helper()
	options, err := h.BeginPasskey(h.Context(), token, housetest.Password, name)
	h.Must(err)
	h.Clock.Advance(time.Second) // so that they have an order
	return h.AddPasskey(h.Context(), token, d.make(options))
}

// ask is what a browser is asked for in a session.
func (h *house) ask(token string) []byte {
	h.Helper()
	options, err := h.AskPasskey(h.Context(), token)
	h.Must(err)
	return options
}
