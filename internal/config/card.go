package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Card is the section `card:` of the file of --identity: logging in with a smart
// card. Exactly one of Listen and Proxy says how the card's certificate arrives.
// Names of files are those beside the file of --identity, if they are not absolute.
type Card struct {
	Name    string `yaml:"name"`    // of the kind of card, for "card:NAME" in identities and the audit
	Address string `yaml:"address"` // where a browser shows the card: https, our listener's or the proxy's

	Listen      string    `yaml:"listen"`      // HOST:PORT of a listener of our own
	Certificate string    `yaml:"certificate"` // file: the listener's certificate and what leads to its root
	Key         string    `yaml:"key"`         // file: its private key
	TLSMax      string    `yaml:"tls_max"`     // "1.2" for cards whose software knows no 1.3
	Proxy       CardProxy `yaml:"proxy"`

	Roots         []string   `yaml:"roots"`         // files: what is trusted, PEM
	Intermediates []string   `yaml:"intermediates"` // files: between the roots and the issuers
	Issuers       []string   `yaml:"issuers"`       // files: the authorities whose cards are let in
	CheckIssuers  bool       `yaml:"check_issuers"` // look authorities up in the lists of revoked certificates, too
	Policies      []string   `yaml:"policies"`      // OIDs of certificate policies: the classes of cards that are let in
	Number        CardNumber `yaml:"number"`
	RSABits       int        `yaml:"rsa_bits"` // least size of an RSA key, 2048 by default and at least

	Revocation string        `yaml:"revocation"` // crl, ocsp, both, crl-then-ocsp or ocsp-then-crl
	Grace      time.Duration `yaml:"grace"`      // how long news about revocation may be late when no newer can be had; 0 by default
	CRL        CardCRL       `yaml:"crl"`
	OCSP       CardOCSP      `yaml:"ocsp"`
	Fetch      []string      `yaml:"fetch"` // beginnings of addresses that a certificate may name
	Cache      string        `yaml:"cache"` // a directory that outlives a restart, "" for none
}

// CardProxy is a proxy that asks for the certificate and hands it over.
type CardProxy struct {
	From   []string `yaml:"from"`   // addresses or networks that the proxy itself calls from
	Header string   `yaml:"header"` // in which it does
	Format string   `yaml:"format"` // nginx ($ssl_client_escaped_cert) or rfc9440 (Client-Cert)
}

// CardNumber is where the registration number stands in the certificate's subject.
type CardNumber struct {
	Attribute string `yaml:"attribute"` // OID
	Pattern   string `yaml:"pattern"`   // regular expression for all of it
}

// CardCRL is where lists of revoked certificates come from.
type CardCRL struct {
	URLs     []string      `yaml:"urls"`
	Files    []string      `yaml:"files"`
	MaxBytes int64         `yaml:"max_bytes"` // 32 MiB by default
	Refresh  time.Duration `yaml:"refresh"`   // how often newer ones are looked for, 1 h by default
}

// CardOCSP is how single certificates are asked about.
type CardOCSP struct {
	URLs   []string      `yaml:"urls"`
	Nonce  string        `yaml:"nonce"`   // sent (default), required or off
	MaxAge time.Duration `yaml:"max_age"` // of an answer, 24 h by default
}

var (
	cardName   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)
	cardOID    = regexp.MustCompile(`^[0-2](\.(0|[1-9][0-9]{0,17})){1,30}$`)
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,60}$`)
)

// cardPath is the page of a listener of our own.
const cardPath = "/login/card"

// maxGrace bounds the grace: after a week it is no outage any more.
const maxGrace = 7 * 24 * time.Hour

// rootedAt makes the names of files that are not absolute those beside the file
// that they stand in.
func (c *Card) rootedAt(dir string) {
	for _, name := range []*string{&c.Certificate, &c.Key, &c.Cache} {
		*name = beside(dir, *name)
	}
	for _, names := range [][]string{c.Roots, c.Intermediates, c.Issuers, c.CRL.Files} {
		for i := range names {
			names[i] = beside(dir, names[i])
		}
	}
}

func beside(dir, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// Check returns every problem at once.
func (c *Card) Check() error {
	var problems []error
	wrong := func(field, format string, args ...any) {
		problems = append(problems, fmt.Errorf("card.%s "+format, append([]any{field}, args...)...))
	}
	one := func(field, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		wrong(field, "must be one of %s", strings.Trim(strings.Join(allowed, ", "), ", "))
	}
	some := func(field string, values []string) {
		if len(values) == 0 {
			wrong(field, "must name at least one")
		}
	}
	if !cardName.MatchString(c.Name) {
		wrong("name", "must be a short name in small letters, for example sote")
	}
	address, err := url.Parse(c.Address)
	if err != nil || address.Scheme != "https" || address.Hostname() == "" || address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		wrong("address", "must be an https address without a query")
	}
	c.checkWay(wrong, one)
	some("roots", c.Roots)
	some("issuers", c.Issuers)
	some("policies", c.Policies)
	for i, oid := range c.Policies {
		if !cardOID.MatchString(oid) || oid == anyPolicy {
			wrong("policies["+strconv.Itoa(i)+"]", "must be the OID of one policy, in numbers with dots")
		}
	}
	if !cardOID.MatchString(c.Number.Attribute) {
		wrong("number.attribute", "must be an OID, in numbers with dots")
	}
	if _, err := regexp.Compile(c.Number.Pattern); err != nil || c.Number.Pattern == "" {
		wrong("number.pattern", "must be a regular expression")
	}
	if c.RSABits != 0 && c.RSABits < 2048 {
		wrong("rsa_bits", "must be at least 2048")
	}
	c.checkRevocation(wrong, one)
	return errors.Join(problems...)
}

// anyPolicy would let every class of cards in (RFC 5280, section 4.2.1.4).
const anyPolicy = "2.5.29.32.0"

// checkWay looks at how the certificate arrives.
func (c *Card) checkWay(wrong func(field, format string, args ...any), one func(field, value string, allowed ...string)) {
	proxied := len(c.Proxy.From) > 0 || c.Proxy.Header != "" || c.Proxy.Format != ""
	switch {
	case (c.Listen != "") == proxied:
		wrong("listen", "and card.proxy: exactly one of them must be there")
	case proxied:
		if _, err := c.ProxyNetworks(); err != nil || len(c.Proxy.From) == 0 {
			wrong("proxy.from", "must name the proxy's own addresses or networks")
		}
		if !headerName.MatchString(c.Proxy.Header) {
			wrong("proxy.header", "must be the name of a header")
		}
		one("proxy.format", c.Proxy.Format, "nginx", "rfc9440")
	default:
		if _, port, err := net.SplitHostPort(c.Listen); err != nil || port == "" {
			wrong("listen", "must be HOST:PORT")
		}
		if u, err := url.Parse(c.Address); err == nil && u.Path != cardPath {
			wrong("address", "must end with %s, the one page of card.listen", cardPath)
		}
		if c.Certificate == "" || c.Key == "" {
			wrong("certificate", "and card.key must name files")
		}
	}
	one("tls_max", c.TLSMax, "", "1.2", "1.3")
}

func (c *Card) checkRevocation(wrong func(field, format string, args ...any), one func(field, value string, allowed ...string)) {
	one("revocation", c.Revocation, "crl", "ocsp", "both", "crl-then-ocsp", "ocsp-then-crl")
	one("ocsp.nonce", c.OCSP.Nonce, "", "sent", "required", "off")
	for field, d := range map[string]time.Duration{"grace": c.Grace, "crl.refresh": c.CRL.Refresh, "ocsp.max_age": c.OCSP.MaxAge} {
		if d < 0 || d > maxGrace {
			wrong(field, "must be between 0 and 168h")
		}
	}
	if c.CRL.MaxBytes < 0 || c.CRL.MaxBytes > 1<<30 {
		wrong("crl.max_bytes", "must be between 0 and 1 GiB")
	}
	for field, urls := range map[string][]string{"crl.urls": c.CRL.URLs, "ocsp.urls": c.OCSP.URLs, "fetch": c.Fetch} {
		for i, text := range urls {
			u, err := url.Parse(text)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
				wrong(field+"["+strconv.Itoa(i)+"]", "must be an http or https address")
			} else if field == "fetch" && !strings.HasSuffix(u.Path, "/") {
				wrong(field+"["+strconv.Itoa(i)+"]", "must end with / so that it ends with a whole name")
			}
		}
	}
	if strings.Contains(c.Revocation, "crl") || c.Revocation == "both" || c.CheckIssuers {
		if len(c.CRL.URLs)+len(c.CRL.Files)+len(c.Fetch) == 0 {
			wrong("crl", "needs urls or files, or card.fetch for the addresses in certificates")
		}
	}
	if (strings.Contains(c.Revocation, "ocsp") || c.Revocation == "both") && len(c.OCSP.URLs)+len(c.Fetch) == 0 {
		wrong("ocsp", "needs urls, or card.fetch for the addresses in certificates")
	}
}

// ProxyNetworks are where the proxy calls from; a single address is a network of
// one.
func (c *Card) ProxyNetworks() ([]netip.Prefix, error) {
	return Serve{Proxies: c.Proxy.From}.TrustedProxies()
}
