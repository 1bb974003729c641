package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/config"
)

const goodCard = `card:
  name: sote
  address: https://kortti.example.org:8443/login/card
  listen: 0.0.0.0:8443
  certificate: kortti.pem
  key: kortti.key
  tls_max: "1.2"
  roots: [juuri-rsa.pem, juuri-ecc.pem]
  issuers: [kortit-rsa.pem, kortit-ecc.pem]
  policies: ["2.999.1.1"]
  number: {attribute: "2.5.4.5", pattern: "[0-9]{11}"}
  revocation: ocsp-then-crl
  grace: 24h
  crl: {refresh: 30m}
  ocsp: {nonce: sent, max_age: 12h}
  fetch: ["http://lists.example.org/"]
  cache: /var/lib/omasuunta/cards
`

func readCard(t *testing.T, text string) (*config.Card, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "identity.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	i, err := config.ReadIdentity(file, func(string) (string, bool) { return "", false })
	return i.Card, err
}

func TestCardIsRead(t *testing.T) {
	c, err := readCard(t, goodCard)
	if err != nil {
		t.Fatal(err)
	}
	if c.Grace != 24*time.Hour || c.CRL.Refresh != 30*time.Minute || len(c.Roots) != 2 || c.Number.Pattern != "[0-9]{11}" {
		t.Errorf("read %+v", c)
	}
	if dir := filepath.Dir(c.Roots[0]); !filepath.IsAbs(dir) || c.Key != filepath.Join(dir, "kortti.key") || c.Cache != "/var/lib/omasuunta/cards" {
		t.Errorf("files are %q, %q and %q", c.Roots[0], c.Key, c.Cache)
	}
	proxied := strings.NewReplacer("  listen: 0.0.0.0:8443\n  certificate: kortti.pem\n  key: kortti.key\n",
		"  proxy: {from: [10.0.0.5, \"2001:db8::/64\"], header: X-SSL-Client-Cert, format: nginx}\n").Replace(goodCard)
	if c, err = readCard(t, proxied); err != nil {
		t.Fatal(err)
	}
	if networks, err := c.ProxyNetworks(); err != nil || len(networks) != 2 {
		t.Errorf("%v %v", networks, err)
	}
	if c, err := readCard(t, "oidc: []\n"); err != nil || c != nil {
		t.Errorf("without a section there is a card: %v %v", c, err)
	}
}

// Every mistake is found, each by the name of its field.
func TestCardMistakesAreFound(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"no name":                   {"name: sote", "name: Sote Kortti", "card.name"},
		"plain http":                {"https://kortti", "http://kortti", "card.address"},
		"an address with a query":   {"/login/card\n", "/login/card?a=b\n", "card.address"},
		"another page":              {"/login/card\n", "/\n", "card.address"},
		"no way in":                 {"  listen: 0.0.0.0:8443\n", "", "card.listen"},
		"two ways in":               {"  tls_max", "  proxy: {from: [10.0.0.5], header: Client-Cert, format: rfc9440}\n  tls_max", "card.listen"},
		"no port":                   {"0.0.0.0:8443", "0.0.0.0", "card.listen"},
		"no key":                    {"  key: kortti.key\n", "", "card.certificate"},
		"a TLS of old":              {`"1.2"`, `"1.1"`, "card.tls_max"},
		"no roots":                  {"[juuri-rsa.pem, juuri-ecc.pem]", "[]", "card.roots"},
		"no issuers":                {"[kortit-rsa.pem, kortit-ecc.pem]", "[]", "card.issuers"},
		"no classes":                {`["2.999.1.1"]`, "[]", "card.policies"},
		"any class":                 {"2.999.1.1", "2.5.29.32.0", "card.policies[0]"},
		"a class that is no OID":    {"2.999.1.1", "professional", "card.policies[0]"},
		"a number in no attribute":  {"2.5.4.5", "serialNumber", "card.number.attribute"},
		"a broken pattern":          {"[0-9]{11}", "[0-9", "card.number.pattern"},
		"no pattern":                {`, pattern: "[0-9]{11}"`, "", "card.number.pattern"},
		"a small key":               {"  number:", "  rsa_bits: 1024\n  number:", "card.rsa_bits"},
		"no revocation":             {"  revocation: ocsp-then-crl\n", "", "card.revocation"},
		"revocation not looked at":  {"ocsp-then-crl", "none", "card.revocation"},
		"grace without end":         {"24h", "1000h", "card.grace"},
		"a grace before time":       {"24h", "-1h", "card.grace"},
		"a nonce of another kind":   {"nonce: sent", "nonce: maybe", "card.ocsp.nonce"},
		"nowhere to ask":            {`  fetch: ["http://lists.example.org/"]`, "", "card.crl"},
		"lists of half a name":      {"http://lists.example.org/", "http://lists.example", "card.fetch[0]"},
		"lists over another scheme": {"http://lists.example.org/", "ldap://lists.example.org/", "card.fetch[0]"},
		"an unknown field":          {"  grace:", "  gracious: true\n  grace:", "gracious"},
	} {
		text := strings.Replace(goodCard, c.old, c.new, 1)
		if text == goodCard {
			t.Fatalf("%s: nothing is wrong", name)
		}
		if _, err := readCard(t, text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s named", name, err, c.want)
		}
	}
	_, err := readCard(t, "card: {listen: x, certificate: a, key: b, proxy: {from: [nobody], format: other, header: \"a b\"}}\n")
	for _, want := range []string{"name", "address", "listen", "roots", "issuers", "policies", "number.attribute", "number.pattern", "revocation"} {
		if err == nil || !strings.Contains(err.Error(), "card."+want) {
			t.Errorf("%s is not among %v", want, err)
		}
	}
	_, err = readCard(t, "card: {proxy: {from: [nobody], format: other, header: \"a b\"}}\n")
	for _, want := range []string{"proxy.from", "proxy.header", "proxy.format"} {
		if err == nil || !strings.Contains(err.Error(), "card."+want) {
			t.Errorf("%s is not among %v", want, err)
		}
	}
}
