package card

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Format is the form in which a proxy hands a certificate over.
type Format string

// The forms.
const (
	Nginx   Format = "nginx"   // PEM, escaped as in an address: $ssl_client_escaped_cert
	RFC9440 Format = "rfc9440" // DER in base64 between colons: Client-Cert
)

// ParseHeader reads the certificate from the values of a proxy's header. It must
// be there once and hold one certificate and nothing else; what is not exactly of
// the form is BadHeader, and what is no certificate Malformed.
func ParseHeader(f Format, values []string) (*x509.Certificate, error) {
	switch {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return nil, NoCertificate
	case len(values) > 1 || len(values[0]) > 3*maxCertificate:
		return nil, BadHeader
	}
	raw, ok := []byte(nil), false
	switch f {
	case Nginx:
		raw, ok = fromEscapedPEM(values[0])
	case RFC9440:
		raw, ok = fromByteSequence(values[0])
	}
	if !ok {
		return nil, BadHeader
	}
	return parse(raw)
}

const (
	pemBegin = "-----BEGIN CERTIFICATE-----\n"
	pemEnd   = "-----END CERTIFICATE-----"
)

// fromEscapedPEM reads what nginx writes: one block, without headers, with
// nothing before or behind it.
func fromEscapedPEM(value string) ([]byte, bool) {
	if strings.ContainsFunc(value, notPrintable) {
		return nil, false
	}
	text, err := url.PathUnescape(value) // keeps +, which QueryUnescape makes a space of
	if err != nil {
		return nil, false
	}
	body, begins := strings.CutPrefix(text, pemBegin)
	body, ends := strings.CutSuffix(strings.TrimSuffix(body, "\n"), pemEnd)
	if !begins || !ends {
		return nil, false
	}
	return decode(strings.ReplaceAll(body, "\n", ""))
}

// decode is base64 to the letter: the decoder itself passes over line ends.
func decode(text string) ([]byte, bool) {
	if strings.ContainsFunc(text, notPrintable) {
		return nil, false
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	return raw, err == nil && len(raw) > 0
}

// fromByteSequence reads a byte sequence of RFC 8941, section 3.3.5, without
// parameters.
func fromByteSequence(value string) ([]byte, bool) {
	if len(value) < 3 || value[0] != ':' || value[len(value)-1] != ':' {
		return nil, false
	}
	return decode(value[1 : len(value)-1])
}

// peer is the address that a request came from directly. What a header says about
// it is never asked.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}
