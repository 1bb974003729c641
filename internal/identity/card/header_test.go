package card_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/identity/card/cardtest"
)

func rfc9440(der []byte) string { return ":" + base64.StdEncoding.EncodeToString(der) + ":" }

// nginx writes a certificate as $ssl_client_escaped_cert.
func nginx(der []byte) string { return escape(inPEM("CERTIFICATE", der)) }

func inPEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

const (
	proxyAt  = "10.0.0.5:40000"
	headerIs = "X-Ssl-Client-Cert"
)

// spoof is one request that must not be let in.
type spoof struct {
	name   string
	format card.Format
	from   string // address and port, the proxy's by default
	header http.Header
	want   []card.Reason // one of them
}

// spoofs are headers that somebody could send, or get a proxy to send.
func spoofs(der, other []byte, hostile map[card.Reason][]byte) []spoof {
	var all []spoof
	add := func(format card.Format, name string, want []card.Reason, values ...string) {
		all = append(all, spoof{name: string(format) + ": " + name, format: format, header: http.Header{headerIs: values}, want: want})
	}
	only := func(r ...card.Reason) []card.Reason { return r }
	bad := only(card.BadHeader)
	text, escaped, base := inPEM("CERTIFICATE", der), nginx(der), base64.StdEncoding.EncodeToString(der)
	body := strings.TrimSuffix(strings.TrimPrefix(text, "-----BEGIN CERTIFICATE-----\n"), "-----END CERTIFICATE-----\n")

	// From somebody who isn't the proxy, whatever they say about themselves.
	for i, from := range []string{
		"10.0.0.4:40000", "10.0.0.6:40000", "10.0.0.50:40000", "127.0.0.1:40000", "[::1]:40000", "192.0.2.1:40000", "[2001:db8::5]:40000",
		"[::ffff:10.0.0.6]:40000", "[::10.0.0.5]:40000", "10.0.0.5", "", "@", "proxy:80", "0.0.0.0:1", "10.0.0.5.example:80", "[fe80::1%eth0]:1", "255.255.255.255:1",
	} {
		for j, said := range []http.Header{
			{}, {"X-Forwarded-For": {"10.0.0.5"}}, {"X-Real-Ip": {"10.0.0.5"}}, {"Forwarded": {"for=10.0.0.5"}},
			{"X-Forwarded-For": {"10.0.0.5, 10.0.0.5"}, "Via": {"1.1 proxy"}, "Host": {"10.0.0.5"}},
		} {
			said = said.Clone()
			said[headerIs] = []string{escaped}
			all = append(all, spoof{fmt.Sprintf("from %q, the %d. way (%d)", from, j, i), card.Nginx, from, said, only(card.NotAProxy)})
		}
	}
	// Under another name.
	for _, name := range []string{"X_ssl_client_cert", "X-Ssl-Client_cert", "X-Ssl-Client-Cert2", "Ssl-Client-Cert", "X-Client-Cert", "X-Ssl-Client-Cert-", "Client-Cert", "X-Arr-Clientcert"} {
		all = append(all, spoof{"as " + name, card.Nginx, "", http.Header{name: {escaped}}, only(card.NoCertificate)})
	}
	// More than once.
	for name, values := range map[string][]string{
		"twice": {escaped, escaped}, "and another card's": {escaped, nginx(other)}, "and nothing": {escaped, ""}, "after nothing": {"", escaped},
		"and rubbish": {escaped, "x"}, "three times": {escaped, escaped, escaped}, "nothing twice": {"", ""},
		"with a comma": {escaped + "," + escaped}, "with a comma and a space": {escaped + ", " + nginx(other)},
	} {
		add(card.Nginx, name, bad, values...)
	}
	for name, values := range map[string][]string{
		"twice": {rfc9440(der), rfc9440(der)}, "and another card's": {rfc9440(der), rfc9440(other)}, "a list": {rfc9440(der) + ", " + rfc9440(other)},
		"a list of one": {rfc9440(der) + ","}, "with a parameter": {rfc9440(der) + ";a=1"}, "run together": {rfc9440(der) + rfc9440(other)},
	} {
		add(card.RFC9440, name, bad, values...)
	}
	// Not quite in the form.
	for name, value := range map[string]string{
		"not escaped": text, "escaped twice": escape(escaped), "with CRLF": escape(strings.ReplaceAll(text, "\n", "\r\n")), "in RFC 9440's form": rfc9440(der),
		"base64 only": base, "without its begin": escape(body + "-----END CERTIFICATE-----\n"), "without its end": escape("-----BEGIN CERTIFICATE-----\n" + body),
		"two in one": escape(text + text), "another behind it": escape(text + inPEM("CERTIFICATE", other)), "another before it": escape(inPEM("CERTIFICATE", other) + text),
		"a key behind it": escape(text + inPEM("PRIVATE KEY", other)), "as a key": escape(inPEM("PRIVATE KEY", der)), "as a request": escape(inPEM("CERTIFICATE REQUEST", der)),
		"as a list": escape(inPEM("X509 CRL", der)), "as trusted": escape(inPEM("TRUSTED CERTIFICATE", der)), "as X509": escape(inPEM("X509 CERTIFICATE", der)),
		"words before it": escape("subject=Eeva\n" + text), "words behind it": escape(text + "subject=Eeva\n"), "a space before it": "%20" + escaped, "a line end before it": "%0A" + escaped,
		"a space behind it": escaped + "%20", "two line ends behind it": escaped + "%0A", "a NUL behind it": escaped + "%00", "a NUL in it": strings.Replace(escaped, "%0A", "%00", 2),
		"with a header in it": escape(strings.Replace(text, "\n", "\nProc-Type: 4,ENCRYPTED\n\n", 1)), "small letters": escape(strings.ToLower(text)),
		"broken escapes": strings.Replace(escaped, "%0A", "%0", 1), "escapes of nothing": strings.Replace(escaped, "%0A", "%GG", 1), "a lonely percent sign": escaped + "%",
		"plus for space": strings.ReplaceAll(escaped, "%20", "+"), "tabs as old nginx": escape(strings.ReplaceAll(text, "\n", "\n\t")), "a tab": "\t" + escaped,
		"in quotes": `"` + escaped + `"`, "with spaces in base64": escape(strings.Replace(text, body[10:11], " "+body[10:11], 1)), "one dash less": escaped[1:],
		"other dashes": strings.ReplaceAll(escaped, "-----", "——"), "nothing between": escape("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
		"url-safe base64": escape("-----BEGIN CERTIFICATE-----\n" + base64.URLEncoding.EncodeToString(append([]byte{0xff, 0xff, 0xff}, der...)) + "\n-----END CERTIFICATE-----\n"),
		"(null)":          "(null)", "null": "null", "a dash": "-", "none": "NONE", "a name": "CN=Eeva Esimerkki", "too long": strings.Repeat("A", 40<<10),
	} {
		add(card.Nginx, name, bad, value)
	}
	for name, value := range map[string]string{
		"without colons": base, "without the first": base + ":", "without the last": ":" + base, "colons only": "::", "one colon": ":", "a colon more": ":" + rfc9440(der),
		"in quotes": `"` + base + `"`, "a space inside": ": " + base + ":", "a space behind": rfc9440(der) + " ", "in nginx' form": escaped,
		"url-safe": ":" + base64.URLEncoding.EncodeToString(append([]byte{0xff, 0xff, 0xff}, der...)) + ":", "without padding": ":" + base64.RawStdEncoding.EncodeToString(append(bytes.Clone(der), make([]byte, 1+(3-(len(der)+1)%3)%3+1)...)[:len(der)-len(der)%3+1]) + ":",
		"padding too much": ":" + base + "=:", "padding in the middle": ":" + base[:8] + "=" + base[8:] + ":", "bits left over": ":" + base64.StdEncoding.EncodeToString(der[:len(der)-len(der)%3])[:8] + "QR==:",
		"in hexadecimal": fmt.Sprintf(":%x:", der[:101]), "a line end": ":" + base[:20] + "\n" + base[20:] + ":", "PEM inside": ":" + text + ":", "too long": ":" + strings.Repeat("AAAA", 12<<10) + ":",
	} {
		add(card.RFC9440, name, bad, value)
	}
	// In the form, but no certificate, or not all of one.
	malformed := only(card.Malformed)
	for name, raw := range map[string][]byte{
		"nothing but zeros": make([]byte, 300), "words": []byte("not a certificate"), "a byte": {0x30}, "an empty sequence": {0x30, 0}, "two run together": append(bytes.Clone(der), other...),
		"a byte behind it": append(bytes.Clone(der), 0), "a byte before it": append([]byte{0}, der...), "endless length": append([]byte{0x30, 0x80}, der[4:]...), "only its inside": der[4:],
	} {
		add(card.Nginx, name, malformed, nginx(raw))
		add(card.RFC9440, name, malformed, rfc9440(raw))
	}
	for cut := 1; cut < len(escaped); cut += 1 + len(escaped)/25 {
		add(card.Nginx, fmt.Sprintf("cut off after %d", cut), bad, escaped[:cut])
	}
	for cut := 1; cut < len(der); cut += 1 + len(der)/20 {
		add(card.RFC9440, fmt.Sprintf("cut off after %d bytes", cut), malformed, rfc9440(der[:cut]))
	}
	// One bit is another. What is broken depends on where.
	judged := []card.Reason{card.Malformed, card.UntrustedChain, card.WeakKey, card.Expired, card.NotYetValid, card.BadHeader}
	for at := 0; at < len(der); at += 1 + len(der)/60 {
		changed := bytes.Clone(der)
		changed[at] ^= 1 << (at % 8)
		add(card.Nginx, fmt.Sprintf("with byte %d changed", at), judged, nginx(changed))
	}
	for why, raw := range hostile {
		add(card.Nginx, "a proxy that let "+string(why)+" through", only(why), nginx(raw))
		add(card.RFC9440, "a proxy that let "+string(why)+" through", only(why), rfc9440(raw))
	}
	add(card.Nginx, "empty", only(card.NoCertificate), "")
	return all
}

func TestSpoofedHeadersAreRefused(t *testing.T) {
	h := newHouse(t)
	h.settings.Proxies, h.settings.Header = []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}, headerIs
	good, other, revoked := h.issuer.Issue(cardtest.Request{}), h.DER(h.issuer.Issue(cardtest.Request{})), h.issuer.Issue(cardtest.Request{})
	h.issuer.Revoke(revoked)
	h.lists()
	readers := map[card.Format]*card.Reader{}
	for _, f := range []card.Format{card.Nginx, card.RFC9440} {
		h.settings.Format = f
		readers[f] = h.reader()
	}
	ask := func(s spoof) (card.Proof, error) {
		q := httptest.NewRequest(http.MethodGet, card.Inside, nil)
		q.RemoteAddr, q.Header = s.from, s.header
		p, _, err := readers[s.format].ReadRequest(q)
		return p, err
	}
	for f, value := range map[card.Format]string{card.Nginx: nginx(h.DER(good)), card.RFC9440: rfc9440(h.DER(good))} {
		for _, from := range []string{proxyAt, "[::ffff:10.0.0.5]:1"} {
			p, err := ask(spoof{format: f, from: from, header: http.Header{headerIs: {value}}})
			if err != nil || p.Number != cardtest.Number {
				t.Errorf("%s from the proxy %s itself: %v", f, from, err)
			}
		}
	}
	all := spoofs(h.DER(good), other, map[card.Reason][]byte{
		card.Revoked: h.DER(revoked), card.WrongClass: h.DER(h.issuer.Issue(cardtest.Request{Extensions: h.issuer.Usual(cardtest.VendorClass)})),
		card.UntrustedChain: h.DER(h.Root("Kortit R", "rsa:2048").Issue(cardtest.Request{})),
		card.BadSubject:     h.DER(h.issuer.Issue(cardtest.Request{Subject: "/CN=Eeva"})),
	})
	for _, s := range all {
		if s.from == "" && !strings.HasPrefix(s.name, `from ""`) {
			s.from = proxyAt
		}
		p, err := ask(s)
		var why card.Reason
		if !errors.As(err, &why) || !slices.Contains(s.want, why) || p != (card.Proof{}) {
			t.Errorf("%s: %v, want %v", s.name, err, s.want)
		}
	}
	if len(all) < 200 {
		t.Errorf("only %d spoofed headers", len(all))
	}
	t.Logf("%d spoofed headers", len(all))
}

// A stranger's header is worth one row in the audit an hour, and not more than a
// thousand strangers' are.
func TestStrangersDoNotFillTheAudit(t *testing.T) {
	h := newHouse(t)
	h.settings.Proxies, h.settings.Header, h.settings.Format = []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}, headerIs, card.Nginx
	h.lists()
	r := h.reader()
	ask := func(from, value string) bool {
		q := httptest.NewRequest(http.MethodGet, card.Inside, nil)
		q.RemoteAddr = from
		if value != "" {
			q.Header.Set(headerIs, value)
		}
		_, audible, err := r.ReadRequest(q)
		if err == nil {
			t.Errorf("%s got in", from)
		}
		return audible
	}
	if ask("192.0.2.1:1", "") {
		t.Error("somebody who sent nothing is told of")
	}
	for i, want := range []bool{true, false, false} {
		if ask(fmt.Sprintf("192.0.2.1:%d", i+1), "x") != want {
			t.Errorf("the %d. time: told of %v", i+1, !want)
		}
	}
	if !ask("[2001:db8:1:2::1]:1", "x") || ask("[2001:db8:1:2:3::9]:1", "x") {
		t.Error("an IPv6 network is not counted as one")
	}
	h.clock.Advance(61 * 60e9)
	if !ask("192.0.2.1:1", "x") {
		t.Error("an hour later nobody is told")
	}
	told := 0
	for i := range 3000 {
		if ask(fmt.Sprintf("10.1.%d.%d:1", i/250, i%250), "x") {
			told++
		}
	}
	if told == 0 || told > 1000 {
		t.Errorf("%d of 3000 strangers are told of", told)
	}
}
