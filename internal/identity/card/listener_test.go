package card_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
)

// A handshake that breaks off because of the card is told of, with its reason, and
// what is left of it lets nobody in.
func TestBrokenHandshakesAreToldOf(t *testing.T) {
	h := newHouse(t)
	h.lists()
	serverKey := h.Key("prime256v1")
	server := h.Pair(h.eccIssuer.Issue(cardtest.Request{Key: serverKey, Extensions: "extendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n"}), serverKey)
	told := make(chan card.Reason, 100)
	l := &card.Listener{
		Certificate: server, Reader: h.reader(), Broken: func(_ context.Context, why card.Reason) { told <- why },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.URL.Path+r.Header.Get("Cookie"))
		}),
	}
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Serve(ctx, in) }()
	show := func(c tls.Certificate, version uint16) (string, error) {
		client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true, MaxVersion: version, // the server's certificate is not what this is about
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil },
		}}, Timeout: 20 * time.Second}
		q, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+in.Addr().String()+card.Path+"?state=x", nil)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Cookie", "omasuunta=session")
		answer, err := client.Do(q)
		if err != nil {
			return "", err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return string(text), err
	}
	key := h.Key("prime256v1")
	good := h.Pair(h.issuer.Issue(cardtest.Request{Key: key}), key)
	if text, err := show(good, 0); err != nil || text != card.Inside {
		t.Errorf("a good card gets %q %v; a session's cookie must stay outside", text, err)
	}
	otherKey := h.Key("prime256v1")
	other := h.Pair(h.issuer.Issue(cardtest.Request{Key: otherKey}), otherKey)
	large := h.Key("rsa:2048")
	for name, c := range map[string]struct {
		shown tls.Certificate
		want  card.Reason
	}{
		"somebody else's card":  {tls.Certificate{Certificate: other.Certificate, PrivateKey: good.PrivateKey}, card.NotProven},
		"rubbish":               {tls.Certificate{Certificate: [][]byte{[]byte("rubbish")}, PrivateKey: good.PrivateKey}, card.Malformed},
		"a card cut off":        {tls.Certificate{Certificate: [][]byte{good.Certificate[0][:200]}, PrivateKey: good.PrivateKey}, card.Malformed},
		"a broken one behind":   {tls.Certificate{Certificate: [][]byte{good.Certificate[0], []byte("rubbish")}, PrivateKey: good.PrivateKey}, card.Malformed},
		"a signature of no key": {tls.Certificate{Certificate: h.Pair(h.issuer.Issue(cardtest.Request{Key: large}), large).Certificate, PrivateKey: forger{h.signer(large)}}, card.NotProven},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			if text, err := show(c.shown, version); err == nil {
				t.Errorf("%s over %x gets %q", name, version, text)
			}
			select {
			case why := <-told:
				if why != c.want {
					t.Errorf("%s over %x: %s, want %s", name, version, why, c.want)
				}
			case <-time.After(20 * time.Second):
				t.Errorf("%s over %x: nobody is told", name, version)
			}
		}
	}
	for range 60 {
		_, _ = show(tls.Certificate{Certificate: [][]byte{[]byte("rubbish")}, PrivateKey: good.PrivateKey}, 0)
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := len(told); n > 20 {
		t.Errorf("60 broken handshakes are told of %d times", n)
	}
}

// forger signs something else than what it is asked to.
type forger struct{ crypto.Signer }

func (f forger) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	wrong := make([]byte, len(digest))
	return f.Signer.Sign(rand.Reader, wrong, opts)
}

func (h *house) signer(file string) crypto.Signer {
	h.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		h.Fatal(err)
	}
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		h.Fatal(err)
	}
	return key.(crypto.Signer)
}
