package card

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Settings are what a house says about the cards that it lets in.
type Settings struct {
	Name    string // of the kind of card
	Address string // where a browser is sent to show it

	Roots         []*x509.Certificate // what is trusted
	Intermediates []*x509.Certificate // between the roots and the issuers
	Issuers       []*x509.Certificate // whose cards are let in
	CheckIssuers  bool                // look authorities up in the lists, too
	Policies      []string            // OIDs: the classes that are let in
	Attribute     string              // OID of the subject's attribute that holds the registration number
	Pattern       string              // regular expression for all of the number
	RSABits       int                 // least size of an RSA key, in bits; 0 for 2048

	Revocation  Revocation
	Grace       time.Duration // how late news may be when no newer can be had
	CRLURLs     []string
	CRLFiles    []string
	CRLMaxBytes int64         // 0 for 32 MiB
	CRLRefresh  time.Duration // 0 for 1 h
	OCSPURLs    []string
	OCSPNonce   string        // "sent", "required" or "off"; "" for sent
	OCSPMaxAge  time.Duration // 0 for 24 h
	Fetch       []string      // beginnings of addresses that a certificate may name, each ending with /
	Cache       string        // a directory, "" for none

	Proxies []netip.Prefix // where the proxy calls from; none when there is a listener of our own
	Header  string         // in which it hands the certificate over
	Format  Format
}

// Revocation is which sources must vouch that a card was not revoked, and in
// which order they are asked.
type Revocation string

// The ways to know. In the last two the second is asked when the first can't tell.
const (
	ByCRL       Revocation = "crl"
	ByOCSP      Revocation = "ocsp"
	ByBoth      Revocation = "both"
	CRLThenOCSP Revocation = "crl-then-ocsp"
	OCSPThenCRL Revocation = "ocsp-then-crl"
)

// rules are settings in the form that certificates are judged by.
type rules struct {
	roots, between *x509.CertPool
	issuers        []*x509.Certificate
	authorities    []*x509.Certificate // all of them: any may sign a list
	policies       map[string]bool
	attribute      asn1.ObjectIdentifier
	pattern        *regexp.Regexp
	rsaBits        int
}

const leastRSABits = 2048

func newRules(s Settings) (rules, error) {
	r := rules{
		roots: x509.NewCertPool(), between: x509.NewCertPool(), issuers: s.Issuers,
		policies: map[string]bool{}, rsaBits: max(s.RSABits, leastRSABits),
	}
	if len(s.Roots) == 0 || len(s.Issuers) == 0 || len(s.Policies) == 0 {
		return rules{}, errors.New("card: roots, issuers and policies must be set")
	}
	for _, c := range s.Roots {
		r.roots.AddCert(c)
	}
	for _, c := range append(append([]*x509.Certificate{}, s.Intermediates...), s.Issuers...) {
		r.between.AddCert(c)
	}
	r.authorities = append(append(append(r.authorities, s.Roots...), s.Intermediates...), s.Issuers...)
	for _, c := range r.authorities {
		if !c.IsCA || !c.BasicConstraintsValid {
			return rules{}, errors.New("card: among roots, intermediates and issuers there is a certificate that is no authority's")
		}
		if r.weakKey(c) {
			return rules{}, errors.New("card: among roots, intermediates and issuers there is a key that is too weak")
		}
	}
	for _, oid := range s.Policies {
		r.policies[oid] = true
	}
	var err error
	if r.attribute, err = parseOID(s.Attribute); err != nil {
		return rules{}, err
	}
	if r.pattern, err = regexp.Compile(`\A(?:` + s.Pattern + `)\z`); err != nil || s.Pattern == "" {
		return rules{}, errors.New("card: the pattern of the registration number is no regular expression")
	}
	return r, nil
}

func parseOID(text string) (asn1.ObjectIdentifier, error) {
	var oid asn1.ObjectIdentifier
	for part := range strings.SplitSeq(text, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, errors.New("card: " + strconv.Quote(text) + " is no OID")
		}
		oid = append(oid, n)
	}
	return oid, nil
}

// maxAuthorities bounds how many certificates one file may hold.
const maxAuthorities = 100

// ReadAuthorities reads the certificates of authorities from a PEM file's content.
func ReadAuthorities(text []byte) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" || len(all) == maxAuthorities {
			return nil, errors.New("card: a file of authorities holds something else, or too much")
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("card: a file of authorities: %w", err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, errors.New("card: a file of authorities holds no certificate in PEM")
	}
	return all, nil
}
