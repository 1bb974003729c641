package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// cardDesk is a service where people log in with cards, and where the cards lie.
type cardDesk struct {
	*house
	pki          *cardtest.PKI
	rsa, ecc     *cardtest.Authority
	revoked      tls.Certificate // a card that is
	server       tls.Certificate // of what asks for cards
	serverFiles  [2]string
	public, port string        // addresses: of the service, and of what asks for cards
	holds        time.Duration // how long lists of revoked cards hold, 0 for a day
}

// newCardDesk makes the cards' authorities. way is the part of the configuration that
// says how a card arrives.
func newCardDesk(t testing.TB, database string, way func(d *cardDesk) string) *cardDesk {
	t.Helper()
	p := cardtest.New(t)
	d := &cardDesk{pki: p, rsa: p.Root("Kortit R", "rsa:2048"), ecc: p.Root("Kortit E", "secp384r1")}
	host := p.Root("Palvelimet", "prime256v1")
	key := p.Key("prime256v1")
	file := host.Issue(cardtest.Request{Key: key, Subject: "/CN=127.0.0.1", Extensions: "basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=IP:127.0.0.1\n"})
	d.server, d.serverFiles = p.Pair(file, key), [2]string{file, key}
	d.public = fmt.Sprintf("127.0.0.1:%d", cardtest.FreePort(t))
	d.port = fmt.Sprintf("127.0.0.1:%d", cardtest.FreePort(t))
	arrives := way(d)
	lists := []string{filepath.Join(t.TempDir(), "rsa.crl"), filepath.Join(t.TempDir(), "ecc.crl")}
	revokedKey := p.Key("prime256v1")
	revoked := d.rsa.Issue(cardtest.Request{Key: revokedKey})
	d.rsa.Revoke(revoked)
	d.revoked = p.Pair(revoked, revokedKey)
	for i, a := range []*cardtest.Authority{d.rsa, d.ecc} {
		write(t, lists[i], string(a.CRL(d.holds, "")))
	}
	config := filepath.Join(t.TempDir(), "identity.yaml")
	write(t, config, fmt.Sprintf(`card:
  name: sote
%s
  roots: [%s, %s]
  issuers: [%s, %s]
  policies: ["%s"]
  number: {attribute: "%s", pattern: "%s"}
  revocation: crl
  crl: {files: [%s, %s]}
`, arrives, d.rsa.File, d.ecc.File, d.rsa.File, d.ecc.File, cardtest.Class, cardtest.NumberOID, cardtest.Pattern, lists[0], lists[1]))
	must(t, "user", "link", "--database", database, "--username", "ammattilainen", "--issuer", "card:sote", "--subject", cardtest.Number)
	d.house = &house{database: database, instance: startAt(t, d.public, "serve", "--database", database, "--identity", config, "--public-url", "http://"+d.public)}
	return d
}

func write(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ownListener lets the service ask for cards itself.
func ownListener(d *cardDesk) string {
	return fmt.Sprintf("  address: https://%s/login/card\n  listen: %s\n  certificate: %s\n  key: %s", d.port, d.port, d.serverFiles[0], d.serverFiles[1])
}

// reader is a browser with a card in its reader, or with none.
func (d *cardDesk) reader(cards ...tls.Certificate) *http.Client {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	server, err := x509.ParseCertificate(d.server.Certificate[0])
	if err != nil {
		d.t.Fatal(err)
	}
	roots.AddCert(server)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		if len(cards) == 0 {
			return &tls.Certificate{}, nil
		}
		return &cards[0], nil // whatever the server would like to see
	}}}
	d.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport}
}

// card makes a card of an authority's.
func (d *cardDesk) card(a *cardtest.Authority, r cardtest.Request) tls.Certificate {
	d.t.Helper()
	if r.Kind == "" {
		r.Kind = "prime256v1"
	}
	r.Key = d.pki.Key(r.Kind)
	return d.pki.Pair(a.Issue(r), r.Key)
}

// read asks for a page and returns where that ended, and what is there.
func read(t testing.TB, c *http.Client, address string, headers ...string) (*http.Response, string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Accept-Language", "fi")
	for i := 0; i < len(headers); i += 2 {
		q.Header.Add(headers[i], headers[i+1])
	}
	a, err := c.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(text)
}

// refusals are what the audit says of cards that were not let in, oldest first.
func (d *cardDesk) refusals() []string {
	d.t.Helper()
	rows, err := open(d.t, d.database).Query("SELECT subject_id FROM audit_events WHERE action = 'identity.refused' ORDER BY id")
	if err != nil {
		d.t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			d.t.Fatal(err)
		}
		all = append(all, strings.TrimPrefix(one, "card:sote:"))
	}
	return all
}

// in tells whether a browser is logged in.
func (d *cardDesk) in(c *http.Client) bool {
	d.t.Helper()
	a, _ := read(d.t, c, "http://"+d.public+"/assessments")
	return a.Request.URL.Path == "/assessments" && a.StatusCode == http.StatusOK
}

// lets checks that a card opens the service.
func (d *cardDesk) lets(name string, c tls.Certificate) {
	d.t.Helper()
	b := d.reader(c)
	a, _ := read(d.t, b, "http://"+d.public+"/login/card?back=/assessments")
	if a.StatusCode != http.StatusOK || a.Request.URL.Path != "/assessments" || !d.in(b) {
		d.t.Errorf("%s: ends at %s with %d", name, a.Request.URL.Path, a.StatusCode)
	}
	if at, err := url.Parse("http://" + d.public); err != nil || slices.ContainsFunc(b.Jar.Cookies(at), func(c *http.Cookie) bool { return c.Name == "omasuunta-login" }) {
		d.t.Errorf("%s: the secret of the attempt is still there: %v", name, err)
	}
}

// refuses checks that a card does not, why, and what the reader is told.
func (d *cardDesk) refuses(name, why, told string, cards ...tls.Certificate) {
	d.t.Helper()
	before := len(d.refusals())
	b := d.reader(cards...)
	a, text := read(d.t, b, "http://"+d.public+"/login/card")
	if a.StatusCode < 400 || !strings.Contains(text, told) || !strings.Contains(text, why) {
		d.t.Errorf("%s: %d without %q:\n%s", name, a.StatusCode, told, text)
	}
	if again, text := read(d.t, b, a.Request.URL.String(), "Accept-Language", "sv"); again.StatusCode != a.StatusCode || !strings.Contains(text, why) {
		d.t.Errorf("%s: read again it is %d", name, again.StatusCode)
	}
	if got := d.refusals()[before:]; !slices.Equal(got, []string{why}) {
		d.t.Errorf("%s: the audit says %q, want %s", name, got, why)
	}
	if d.in(b) {
		d.t.Errorf("%s: logged in all the same", name)
	}
}

func (d *cardDesk) cards() {
	d.t.Helper()
	d.lets("an RSA card", d.card(d.rsa, cardtest.Request{Kind: "rsa:2048"}))
	d.lets("an ECC card", d.card(d.ecc, cardtest.Request{Kind: "secp384r1"}))
	d.refuses("no card", "no_certificate", "Selain ei lähettänyt korttisi varmennetta")
	d.refuses("a revoked card", "revoked", "Korttisi on suljettu", d.revoked)
	d.refuses("a vendor's card", "wrong_class", "Tällä kortilla ei pääse tähän palveluun", d.card(d.rsa, cardtest.Request{Extensions: d.rsa.Usual(cardtest.VendorClass)}))
	d.refuses("a certificate for signing", "wrong_use", "Valitsit varmenteen, jolla ei kirjauduta",
		d.card(d.rsa, cardtest.Request{Extensions: strings.Replace(d.rsa.Usual(cardtest.Class), "digitalSignature", "nonRepudiation", 1)}))
	d.refuses("a stranger's card", "untrusted_chain", "Korttia ei voitu hyväksyä", d.card(d.pki.Root("Kortit R", "rsa:2048"), cardtest.Request{}))
	d.refuses("somebody's who isn't known here", "unknown", "Korttisi on kunnossa", d.card(d.ecc, cardtest.Request{Subject: "/regNumber=00999999999/CN=Tuntematon"}))
	must(d.t, "user", "disable", "--database", d.database, "--username", "ammattilainen")
	d.refuses("a user's who is shut out", "disabled", "Korttisi on kunnossa", d.card(d.ecc, cardtest.Request{}))
	if log := d.log.String(); strings.Contains(log, cardtest.Number) || strings.Contains(log, "Esimerkki") {
		d.t.Error("the log tells whose card it was")
	}
	_, page := read(d.t, d.reader(), "http://"+d.public+"/login?back=/new")
	if !strings.Contains(page, `href="/login/card?back=%2Fnew"`) || !strings.Contains(page, "Kirjaudu toimikortilla") {
		d.t.Error("the login page does not offer the card")
	}
}

func TestCardsAtAListenerOfOurOwn(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, database string) {
		d := newCardDesk(t, database, ownListener)
		d.cards()
		for path, want := range map[string]int{"/": 404, "/login": 404, "/login/card/": 404, "/login/card/certificate": 404, "/static/0/style.css": 404, "/healthz": 404, "/api/v1/consents": 404} {
			if a, _ := read(t, d.reader(), "https://"+d.port+path); a.StatusCode != want {
				t.Errorf("the listener for cards answers %s with %d", path, a.StatusCode)
			}
		}
		// A header is no card, and neither is one that is shown to the service itself.
		before := len(d.refusals())
		der := d.card(d.rsa, cardtest.Request{}).Certificate[0]
		text := ":" + base64.StdEncoding.EncodeToString(der) + ":"
		for _, address := range []string{"https://" + d.port + "/login/card", "http://" + d.public + "/login/card/certificate"} {
			_, page := read(t, d.reader(), address+"?state="+strings.Repeat("x", 43), "Client-Cert", text, "X-Ssl-Client-Cert", text)
			if strings.Contains(page, "Ulos") {
				t.Error("somebody got in with a header")
			}
		}
		if got := d.refusals()[before:]; !slices.Equal(got, []string{"no_certificate", "state", "no_certificate", "state"}) {
			t.Errorf("the audit says %q", got)
		}
	})
}

// A proxy that is known by its address asks for cards, and hands them over in the
// form of nginx or in that of RFC 9440.
func TestCardsBehindAProxy(t *testing.T) {
	t.Parallel()
	for format, header := range map[string]string{"nginx": "X-SSL-Client-Cert", "rfc9440": "Client-Cert"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			d := newCardDesk(t, testkit.SQLiteFrom(t, "house", build), func(d *cardDesk) string {
				return fmt.Sprintf("  address: https://%s/login/card/certificate\n  proxy: {from: [127.0.0.1], header: %s, format: %s}", d.port, header, format)
			})
			d.proxy(format, header)
			d.cards()
		})
	}
}

func TestHeadersFromSomebodyElseAreNoCards(t *testing.T) {
	t.Parallel()
	d := newCardDesk(t, testkit.SQLiteFrom(t, "house", build), func(d *cardDesk) string {
		return fmt.Sprintf("  address: https://%s/login/card/certificate\n  proxy: {from: [192.0.2.1], header: Client-Cert, format: rfc9440}", d.port)
	})
	d.proxy("rfc9440", "Client-Cert")
	b := d.reader(d.card(d.rsa, cardtest.Request{}))
	for range 3 {
		a, text := read(t, b, "http://"+d.public+"/login/card", "X-Forwarded-For", "192.0.2.1", "Forwarded", "for=192.0.2.1")
		if a.StatusCode != http.StatusForbidden || !strings.Contains(text, "not_a_proxy") || d.in(b) {
			t.Errorf("%d %s", a.StatusCode, text)
		}
	}
	if got := d.refusals(); !slices.Equal(got, []string{"not_a_proxy"}) {
		t.Errorf("the audit says %q, want it once", got)
	}
}

// proxy is one that asks for cards but judges none.
func (d *cardDesk) proxy(format, header string) {
	d.t.Helper()
	to, err := url.Parse("http://" + d.public)
	if err != nil {
		d.t.Fatal(err)
	}
	p := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Header.Del(header)
		if peers := r.In.TLS.PeerCertificates; len(peers) > 0 {
			text := ":" + base64.StdEncoding.EncodeToString(peers[0].Raw) + ":"
			if format == "nginx" {
				text = strings.ReplaceAll(url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: peers[0].Raw}))), "+", "%20")
			}
			r.Out.Header.Set(header, text)
		}
	}})
	if p.Listener, err = net.Listen("tcp", d.port); err != nil {
		d.t.Fatal(err)
	}
	p.TLS = &tls.Config{Certificates: []tls.Certificate{d.server}, ClientAuth: tls.RequestClientCert}
	p.StartTLS()
	d.t.Cleanup(p.Close)
}

// A ticket is good once, in its own browser, with its own state.
func TestTicketsAreGoodOnce(t *testing.T) {
	t.Parallel()
	d := newCardDesk(t, testkit.SQLiteFrom(t, "house", build), ownListener)
	mine := d.card(d.rsa, cardtest.Request{})
	var returns []string
	caught := func() *http.Client {
		b := d.reader(mine)
		b.CheckRedirect = func(q *http.Request, _ []*http.Request) error {
			if strings.HasSuffix(q.URL.Path, "/return") {
				returns = append(returns, q.URL.String())
				return http.ErrUseLastResponse
			}
			return nil
		}
		read(t, b, "http://"+d.public+"/login/card")
		b.CheckRedirect = nil
		return b
	}
	one, two := caught(), caught()
	if len(returns) != 2 {
		t.Fatalf("%d tickets", len(returns))
	}
	try := func(name string, b *http.Client, address string, in bool) {
		t.Helper()
		read(t, b, address)
		if d.in(b) != in {
			t.Errorf("%s: logged in %v", name, !in)
		}
	}
	query := func(address, name string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get(name)
	}
	back := "http://" + d.public + "/login/card/return?"
	// A stranger has caught the address: it does nothing for them, and ends the attempt.
	try("in another browser", d.reader(mine), returns[0], false)
	try("after that", one, returns[0], false)
	try("with another's ticket", two, back+url.Values{"state": {query(returns[1], "state")}, "ticket": {query(returns[0], "ticket")}}.Encode(), false)
	three := caught()
	try("in its own browser", three, returns[2], true)
	if got := d.refusals(); !slices.Equal(got, []string{"state_browser", "state", "ticket"}) {
		t.Errorf("the audit says %q", got)
	}
	again := d.reader(mine)
	again.Jar = three.Jar
	read(t, again, returns[2])
	if got := d.refusals(); got[len(got)-1] != "state" {
		t.Errorf("a ticket used twice: the audit says %q", got)
	}
	if n := scalar(t, open(t, d.database), "SELECT count(*) FROM card_tickets WHERE sealed IS NOT NULL"); n != "1" { // the stranger ended its attempt
		t.Errorf("%s tickets are left", n)
	}
}

// When the lists are late and a grace is set, people get in, and each time the
// audit says so; a card that was revoked does not.
func TestLateListsAreInTheAudit(t *testing.T) {
	t.Parallel()
	d := newCardDesk(t, testkit.SQLiteFrom(t, "house", build), func(d *cardDesk) string {
		d.holds = time.Second
		return ownListener(d) + "\n  grace: 1h"
	})
	late := func() string {
		return scalar(t, open(t, d.database), "SELECT count(*) FROM audit_events WHERE action = 'identity.late' AND subject_id = 'card:sote'")
	}
	mine := d.card(d.ecc, cardtest.Request{})
	until(t, "the list is late", func() bool {
		d.lets("a card", mine)
		return late() != "0"
	})
	d.refuses("a revoked card", "revoked", "Korttisi on suljettu", d.revoked)
}
