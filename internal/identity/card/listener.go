package card

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/time/rate"
)

// Limits of our own listener. The PIN is typed while the handshake waits.
const (
	handshakeTimeout = 3 * time.Minute
	drainTimeout     = 10 * time.Second
	maxConnections   = 256
	maxHeaderBytes   = 16 << 10
)

const (
	// Path is the one page of our own listener.
	Path = "/login/card"
	// Inside is the page of the service that stands behind it, and that a proxy
	// hands certificates to.
	Inside = "/login/card/certificate"
)

// Listener is our own: it asks every browser for a card.
type Listener struct {
	Certificate tls.Certificate // of the server
	TLSMax      uint16          // 0 for the newest, or tls.VersionTLS12
	Reader      *Reader
	Handler     http.Handler                  // of the whole service
	Broken      func(context.Context, Reason) // hears of handshakes that broke off after a certificate was shown
}

// Serve answers until ctx ends, and lets what is at work finish.
func (l *Listener) Serve(ctx context.Context, in net.Listener) error {
	s := &http.Server{
		Handler:     l.only(),
		ReadTimeout: handshakeTimeout, ReadHeaderTimeout: handshakeTimeout, WriteTimeout: handshakeTimeout, // the least of them bounds the handshake
		MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: log.New(brokenHandshakes{
			context.WithoutCancel(ctx), l.Broken, l.Reader.clock, rate.NewLimiter(rate.Every(brokenEvery), brokenBurst),
		}, "", 0),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	s.SetKeepAlivesEnabled(false) // every login shows the card anew
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(tls.NewListener(netutil.LimitListener(in, maxConnections), l.tls())) }()
	select {
	case err := <-ended:
		return errors.Join(errors.New("card: the listener ended"), err)
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := s.Shutdown(patience); err != nil {
		return errors.Join(errors.New("card: logins did not end in time"), s.Close())
	}
	return nil
}

// tls asks for a certificate but judges none: a handshake that fails tells a
// person nothing, and the audit nothing either. That whoever shows it has its key
// is checked by the handshake all the same.
func (l *Listener) tls() *tls.Config {
	acceptable := x509.NewCertPool() // so that a browser offers the right ones
	for _, c := range l.Reader.rules.issuers {
		acceptable.AddCert(c)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{l.Certificate},
		MinVersion:   tls.VersionTLS12, MaxVersion: l.TLSMax,
		ClientAuth: tls.RequestClientCert, ClientCAs: acceptable,
		SessionTicketsDisabled: true, // a resumed session would prove the card of another day
		NextProtos:             []string{"http/1.1"},
	}
}

type handshakeKey struct{}

// only lets the one page through to the service, as a request that nothing but the
// card speaks for: a cookie of the same host, which knows no ports, stays outside.
func (l *Listener) only() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != Path || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		inside := r.Clone(context.WithValue(r.Context(), handshakeKey{}, true))
		inside.URL.Path, inside.URL.RawPath = Inside, ""
		inside.RequestURI = inside.URL.RequestURI()
		for _, h := range []string{"Cookie", "Authorization", "X-Forwarded-For", l.Reader.settings.Header} {
			inside.Header.Del(h)
		}
		l.Handler.ServeHTTP(w, inside)
	})
}

// fromHandshake is the certificate that was shown to our own listener: the first,
// which is the one whose key was proven. What else a browser sends is not looked at.
func fromHandshake(r *http.Request) (*x509.Certificate, error) {
	if r.Context().Value(handshakeKey{}) == nil || r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil, NoCertificate
	}
	return parse(r.TLS.PeerCertificates[0].Raw)
}

// Handshakes that break off are worth this many rows in the audit at once, and one
// more every so often: anybody can make them, without a card.
const (
	brokenBurst = 20
	brokenEvery = 30 * time.Second
)

// brokenHandshakes reads from the server's log, the only place that tells of them,
// which handshakes broke off because of the certificate. The rest of the log, which
// names addresses, goes nowhere.
type brokenHandshakes struct {
	ctx   context.Context
	tell  func(context.Context, Reason)
	clock Clock
	most  *rate.Limiter
}

func (b brokenHandshakes) Write(line []byte) (int, error) {
	if why := whyBroken(string(line)); why != "" && b.tell != nil && b.most.AllowN(b.clock.Now(), 1) {
		b.tell(b.ctx, why)
	}
	return len(line), nil
}

// whyBroken knows the words of package tls, which tests hold on to.
func whyBroken(line string) Reason {
	said := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(line, p) })
	}
	switch {
	case !said("TLS handshake error"):
		return ""
	case said("failed to parse client certificate", "certificate containing RSA key larger"):
		return Malformed
	case said("invalid signature by the client certificate", "client certificate used with invalid", "client certificate contains an unsupported public key"):
		return NotProven
	}
	return ""
}
