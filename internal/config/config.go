// Package config owns what the program is told from outside: flags and the
// OMASUUNTA_… variables, read once, in cmd, and checked as a whole.
//
// Settings that all instances share are not here but in the database.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// EnvPrefix begins every environment variable; the rest is the flag's name in
// capitals with underscores: --public-url is OMASUUNTA_PUBLIC_URL.
const EnvPrefix = "OMASUUNTA_"

// Secret is a text that must not be seen, such as a database URL with its
// password.
type Secret string

// String implements fmt.Stringer.
func (Secret) String() string { return "[redacted]" }

// GoString keeps %#v from showing it.
func (Secret) GoString() string { return "[redacted]" }

// MarshalText keeps encoders from showing it.
func (Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// DefaultDatabase is the embedded database in the working directory.
const DefaultDatabase = "sqlite:data/omasuunta.db"

// DefaultAddr listens on this machine only.
const DefaultAddr = "127.0.0.1:8080"

// DefaultCallsPerSecond is more than anybody's work, or a program's for everybody,
// could need.
const DefaultCallsPerSecond = 1000

// maxCallsPerSecond bounds it.
const maxCallsPerSecond = 1_000_000

// Serve is what `serve` and `demo` need to know.
type Serve struct {
	Addr      string   // host:port; port 0 is any free one
	Database  Secret   // sqlite:PATH or postgres://…
	PublicURL string   // what users type, "" when it is the address itself
	ReadyFile string   // written when ready, "" for none
	Migrate   bool     // bring a PostgreSQL schema up to date at start
	Proxies   []string // addresses or networks whose X-Forwarded-For is believed
	// InsecurePlainHTTP serves other machines without https.
	InsecurePlainHTTP bool
	CallsPerSecond    int // of one token, or of one user on pages

	Archive  string   // the directory that documents are archived in, "" for none yet
	Identity string   // the file that says who else may vouch for users, "" for nobody
	Outside  Identity // what is in it, after ReadOutside

	Retention bool // delete what is due, once a day

	AuditCheckpoints string // the file that checkpoints of the audit are written to, "" for none
	AuditKey         string // the file with the key that signs them
}

// Check returns every problem at once.
func (c Serve) Check() error {
	var problems []error
	wrong := func(flag, format string, args ...any) {
		problems = append(problems, fmt.Errorf("--%s "+format, append([]any{flag}, args...)...))
	}
	if _, port, err := net.SplitHostPort(c.Addr); err != nil || port == "" {
		wrong("addr", "must be HOST:PORT, for example %s", DefaultAddr)
	}
	if err := CheckDatabase(c.Database); err != nil {
		problems = append(problems, err)
	}
	if err := CheckPublicURL(c.PublicURL); err != nil {
		problems = append(problems, err)
	}
	if _, err := c.TrustedProxies(); err != nil {
		problems = append(problems, err)
	}
	if c.CallsPerSecond < 1 || c.CallsPerSecond > maxCallsPerSecond {
		wrong("calls-per-second", "must be a whole number from 1 to %d", maxCallsPerSecond)
	}
	if (c.AuditCheckpoints == "") != (c.AuditKey == "") {
		problems = append(problems, errors.New("--audit-checkpoints and --audit-key go together: checkpoints are signed"))
	}
	return errors.Join(problems...)
}

// HTTPS tells whether people come over https.
func (c Serve) HTTPS() bool { return strings.HasPrefix(c.PublicURL, "https:") }

// TrustedProxies are the proxies as networks; a single address is a network of
// one.
func (c Serve) TrustedProxies() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range c.Proxies {
		network, err := netip.ParsePrefix(text)
		if address, single := netip.ParseAddr(text); err != nil && single == nil {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		if err != nil {
			return nil, errors.New("--trusted-proxy must be an address or a network, for example 10.0.0.0/8")
		}
		networks = append(networks, network)
	}
	return networks, nil
}

// CheckPublicURL refuses what is no address of a site; "" is fine.
func CheckPublicURL(text string) error {
	u, err := url.Parse(text)
	if text == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.User == nil {
		return nil
	}
	return errors.New("--public-url must be an http or https address, for example https://omasuunta.example.org")
}

// CheckDatabase refuses what is no database URL, without repeating it.
func CheckDatabase(s Secret) error {
	text := s.Reveal()
	for _, prefix := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if strings.HasPrefix(text, prefix) && len(text) > len(prefix) {
			return nil
		}
	}
	return errors.New("--database must be sqlite:PATH or postgres://USER@HOST/NAME")
}
