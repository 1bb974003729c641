package card_test

import (
	"context"
	"crypto/x509"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// house is authorities as a country could have them, RSA and ECC, and a reader of
// their cards.
type house struct {
	*cardtest.PKI
	root, between, issuer *cardtest.Authority // RSA
	eccRoot, eccIssuer    *cardtest.Authority
	rootIssues            *cardtest.Authority // an authority that is trusted, but whose cards are not let in
	clock                 *testkit.Clock
	settings              card.Settings
}

// founded are the authorities before anything happened, made by the first test.
var (
	founded *cardtest.Kept
	found   sync.Mutex
)

func authorities(t testing.TB) (*cardtest.PKI, []*cardtest.Authority) {
	t.Helper()
	found.Lock()
	defer found.Unlock()
	if founded == nil {
		p := cardtest.New(t)
		root, eccRoot := p.Root("Juuri R", "rsa:2048"), p.Root("Juuri E", "secp384r1")
		between := root.Below("Väli R", "prime256v1", "")
		founded = p.Keep(root, between, between.Below("Kortit R", "rsa:2048", ""), between.Below("Muut R", "prime256v1", ""),
			eccRoot, eccRoot.Below("Kortit E", "secp384r1", ""))
	}
	return founded.For(t)
}

func newHouse(t testing.TB) *house {
	t.Helper()
	p, a := authorities(t)
	h := &house{PKI: p, clock: testkit.NewClock(time.Now().UTC().Add(time.Minute))} // everything is made by then
	h.root, h.between, h.issuer, h.rootIssues, h.eccRoot, h.eccIssuer = a[0], a[1], a[2], a[3], a[4], a[5]
	h.settings = card.Settings{
		Name: "sote", Roots: []*x509.Certificate{h.root.Cert, h.eccRoot.Cert},
		Intermediates: []*x509.Certificate{h.between.Cert, h.rootIssues.Cert}, Issuers: []*x509.Certificate{h.issuer.Cert, h.eccIssuer.Cert},
		Policies: []string{cardtest.Class}, Attribute: cardtest.NumberOID, Pattern: cardtest.Pattern, Revocation: card.ByCRL,
	}
	return h
}

// list puts a list of an authority's into a file of the house's.
func (h *house) list(name string, der []byte) string {
	h.Helper()
	file := filepath.Join(h.Dir(), name+".list")
	if err := os.WriteFile(file, der, 0o600); err != nil {
		h.Fatal(err)
	}
	return file
}

// lists makes lists of everything revoked so far, which the settings name.
func (h *house) lists() {
	h.Helper()
	h.settings.CRLFiles = []string{h.list("r", h.issuer.CRL(0, "")), h.list("e", h.eccIssuer.CRL(0, ""))}
}

func (h *house) reader() *card.Reader {
	h.Helper()
	r, err := card.New(h.settings, h.clock)
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// read reads a certificate's bytes as they come from a proxy.
func (h *house) read(der []byte) (card.Proof, error) {
	h.Helper()
	c, err := card.ParseHeader(card.RFC9440, []string{rfc9440(der)})
	if err != nil {
		return card.Proof{}, err
	}
	return h.reader().Read(context.Background(), c)
}
