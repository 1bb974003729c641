package card

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/netip"
	"time"
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Reader reads cards: it judges their certificates.
type Reader struct {
	settings Settings
	rules    rules
	revoked  *revocation
	clock    Clock
	strange  *oncePerHour // who sends a proxy's header and isn't the proxy
}

// New makes a reader. An error is one of the settings and may be shown.
func New(s Settings, clock Clock) (*Reader, error) {
	r, err := newRules(s)
	if err != nil {
		return nil, err
	}
	revoked, err := newRevocation(s, r.authorities)
	if err != nil {
		return nil, err
	}
	return &Reader{settings: s, rules: r, revoked: revoked, clock: clock, strange: newOncePerHour()}, nil
}

// Code names the kind of card in identities and in the audit: "card:NAME".
func (r *Reader) Code() string { return "card:" + r.settings.Name }

// Address is where a browser is sent to show a card.
func (r *Reader) Address() string { return r.settings.Address }

// Proof is what a card has proven.
type Proof struct {
	Number string // the registration number
	Late   bool   // whether it was revoked is known from news that are late, within the grace
}

// String keeps the number out of error texts and logs.
func (Proof) String() string { return "[redacted]" }

// Read judges the certificate of a card whose key has been proven to be there. The
// error is a Reason.
func (r *Reader) Read(ctx context.Context, c *x509.Certificate) (Proof, error) {
	now := r.clock.Now()
	chains, number, err := r.rules.judge(c, now)
	if err != nil {
		return Proof{}, err
	}
	late := false
	for _, chain := range chains { // usually one
		if late, err = r.revoked.check(ctx, chain, now); err == nil {
			return Proof{Number: number, Late: late}, nil
		}
	}
	return Proof{}, err
}

// ReadRequest finds the certificate of a request and judges it. audible tells
// whether a refusal is worth a row in the audit: a header from somebody who isn't
// the proxy is, once an hour for each address.
func (r *Reader) ReadRequest(q *http.Request) (p Proof, audible bool, err error) {
	c, audible, err := r.certificate(q)
	if err != nil {
		return Proof{}, audible, err
	}
	p, err = r.Read(q.Context(), c)
	return p, true, err
}

func (r *Reader) certificate(q *http.Request) (c *x509.Certificate, audible bool, err error) {
	if len(r.settings.Proxies) == 0 {
		c, err = fromHandshake(q)
		return c, true, err
	}
	values := q.Header.Values(r.settings.Header)
	if from := peer(q); !r.isProxy(from) {
		if len(values) == 0 {
			return nil, false, NoCertificate
		}
		return nil, r.strange.first(from, r.clock.Now()), NotAProxy
	}
	c, err = ParseHeader(r.settings.Format, values)
	return c, true, err
}

func (r *Reader) isProxy(a netip.Addr) bool {
	for _, network := range r.settings.Proxies {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// Refresh brings the lists of revoked certificates up to date that were not looked
// for a while, and returns how many could not be. It is called again and again,
// some minutes apart.
func (r *Reader) Refresh(ctx context.Context) (failed int) {
	return r.revoked.lists.refreshAll(ctx, r.clock.Now())
}
