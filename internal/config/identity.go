package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Identity is the file of --identity: who may vouch for users, apart from their
// own passwords. What is not in it is off.
type Identity struct {
	OIDC []OIDC `yaml:"oidc"`
	Card *Card  `yaml:"card"`
}

// OIDC is one OpenID Connect provider.
type OIDC struct {
	Code         string            `yaml:"code"`          // in addresses and in the audit
	Names        map[string]string `yaml:"name"`          // on the login page, in fi, sv and en
	Issuer       string            `yaml:"issuer"`        // https, exactly as the provider writes it
	ClientID     string            `yaml:"client_id"`     // what this service is called there
	ClientSecret Secret            `yaml:"client_secret"` // file:PATH or env:NAME; "" for a public client
	Scopes       []string          `yaml:"scopes"`        // openid and profile by default
	Subject      string            `yaml:"subject_claim"` // sub by default
	Name         string            `yaml:"name_claim"`    // name by default
	UserInfo     bool              `yaml:"userinfo"`      // ask the userinfo endpoint, too
	Algorithms   []string          `yaml:"algorithms"`    // RS256, PS256 and ES256 by default
	Prompt       string            `yaml:"prompt"`        // login, select_account or consent; "" for the provider's own way
	MaxAge       time.Duration     `yaml:"max_age"`       // how long ago somebody may have logged in there
	Grants       []OIDCGrant       `yaml:"grants"`        // without any, users are linked one by one
}

// OIDCGrant gives a role, a unit, a register or several of them to whoever has a
// value of a claim.
type OIDCGrant struct {
	Claim string `yaml:"claim"`
	Value string `yaml:"value"`
	Role  string `yaml:"role"`
	Unit  string `yaml:"unit"`

	// Register is health or social. When no grant of a provider gives one,
	// everybody has both.
	Register string `yaml:"register"`
}

const (
	// maxIdentity bounds the file, in bytes.
	maxIdentity = 1 << 20
	// maxSecret bounds a secret, in bytes.
	maxSecret = 4 << 10
	// maxIssuer bounds an issuer, in bytes: identities are kept by it.
	maxIssuer = 255
)

// ReadIdentity reads the file of --identity, with all that it refers to, and
// returns every problem at once. lookup finds environment variables.
func ReadIdentity(path string, lookup func(string) (string, bool)) (Identity, error) {
	data, err := readBounded(path, maxIdentity)
	if err != nil {
		return Identity{}, fmt.Errorf("--identity: %w", err)
	}
	var i Identity
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&i); err != nil && !errors.Is(err, io.EOF) {
		return Identity{}, fmt.Errorf("--identity: %s: %w", path, err)
	}
	var problems []error
	for n := range i.OIDC {
		o := &i.OIDC[n]
		o.defaults()
		wrong := func(field, format string, args ...any) {
			problems = append(problems, fmt.Errorf("--identity: oidc[%d].%s "+format, append([]any{n, field}, args...)...))
		}
		o.check(wrong)
		o.ClientSecret, err = resolve(o.ClientSecret, filepath.Dir(path), lookup)
		if err != nil {
			wrong("client_secret", "%w", err)
		}
		if slices.ContainsFunc(i.OIDC[:n], func(before OIDC) bool { return before.Code == o.Code }) {
			wrong("code", "is there twice")
		}
		if slices.ContainsFunc(i.OIDC[:n], func(before OIDC) bool { return before.Issuer == o.Issuer && before.Subject != o.Subject }) {
			wrong("subject_claim", "must be the same for one issuer: identities are kept by both")
		}
	}
	if i.Card != nil {
		i.Card.rootedAt(filepath.Dir(path))
		if err := i.Card.Check(); err != nil {
			problems = append(problems, fmt.Errorf("--identity: %w", err))
		}
	}
	return i, errors.Join(problems...)
}

// ReadOutside reads the file of --identity, if there is one. A provider sends
// people back to the public address, so that must be known.
func (c *Serve) ReadOutside(lookup func(string) (string, bool)) error {
	if c.Identity == "" {
		return nil
	}
	var err error
	if c.Outside, err = ReadIdentity(c.Identity, lookup); err == nil && len(c.Outside.OIDC) > 0 && c.PublicURL == "" {
		err = errors.New("--identity with providers needs --public-url: that is where they send people back to")
	}
	return err
}

func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s is too large", path)
	}
	return data, err
}

// resolve returns the secret that a text refers to. A secret that stands in the
// file itself is refused without being repeated: such files get copied around.
func resolve(reference Secret, dir string, lookup func(string) (string, bool)) (Secret, error) {
	if reference == "" {
		return "", nil
	}
	if name, ok := strings.CutPrefix(reference.Reveal(), "env:"); ok {
		value, there := lookup(name)
		if !there || value == "" {
			return "", fmt.Errorf("names the environment variable %s, which is not set", name)
		}
		return Secret(value), nil
	}
	path, ok := strings.CutPrefix(reference.Reveal(), "file:")
	if !ok {
		return "", errors.New("must be file:PATH or env:NAME")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	data, err := readBounded(path, maxSecret)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		return "", fmt.Errorf("names %s, which is empty", path)
	}
	return Secret(text), nil
}

func (o *OIDC) defaults() {
	if len(o.Scopes) == 0 {
		o.Scopes = []string{"openid", "profile"}
	}
	if len(o.Algorithms) == 0 {
		o.Algorithms = []string{"RS256", "PS256", "ES256"}
	}
	if o.Subject == "" {
		o.Subject = "sub"
	}
	if o.Name == "" {
		o.Name = "name"
	}
}

var (
	oidcCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// oidcAlgorithms are those that prove who signed: with a shared secret (HS…)
	// everybody who can check could also sign.
	oidcAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
	oidcRoles      = []string{"", "professional", "expert", "admin"}
	oidcRegisters  = []string{"", "health", "social"}
)

// maxOIDCCode bounds a provider's code, in characters.
const maxOIDCCode = 30

// check looks at one provider.
func (o *OIDC) check(wrong func(field, format string, args ...any)) {
	if !oidcCode.MatchString(o.Code) || len(o.Code) > maxOIDCCode {
		wrong("code", "must be a short name of a-z, 0-9 and dashes")
	}
	for _, tag := range []string{"fi", "sv", "en"} {
		if strings.TrimSpace(o.Names[tag]) == "" {
			wrong("name", "must be there in fi, sv and en")
			break
		}
	}
	if !trustworthy(o.Issuer) || len(o.Issuer) > maxIssuer {
		wrong("issuer", "must be an https address without a query; plain http only on this machine itself")
	}
	if o.ClientID == "" {
		wrong("client_id", "is missing")
	}
	if !slices.Contains(o.Scopes, "openid") {
		wrong("scopes", "must have openid among them")
	}
	for _, alg := range o.Algorithms {
		if !slices.Contains(oidcAlgorithms, alg) {
			wrong("algorithms", "may be %s", strings.Join(oidcAlgorithms, ", "))
			break
		}
	}
	if !slices.Contains([]string{"", "login", "select_account", "consent"}, o.Prompt) {
		wrong("prompt", "may be login, select_account or consent")
	}
	if o.MaxAge < 0 || o.MaxAge%time.Second != 0 {
		wrong("max_age", "must be whole seconds, for example 8h")
	}
	o.checkGrants(wrong)
}

func (o *OIDC) checkGrants(wrong func(field, format string, args ...any)) {
	roles := 0
	for n, g := range o.Grants {
		field := "grants[" + strconv.Itoa(n) + "]"
		switch {
		case g.Claim == "" || g.Value == "":
			wrong(field, "must have a claim and a value")
		case g.Role == "" && g.Unit == "" && g.Register == "":
			wrong(field, "must give a role, a unit or a register")
		case !slices.Contains(oidcRoles, g.Role):
			wrong(field, "may give the role professional, expert or admin")
		case !slices.Contains(oidcRegisters, g.Register):
			wrong(field, "may give the register health or social")
		}
		if g.Role != "" {
			roles++
		}
	}
	if len(o.Grants) > 0 && roles == 0 {
		wrong("grants", "give nobody a role, so that nobody could come in")
	}
}

// trustworthy tells whether an issuer can be talked to without others listening.
func trustworthy(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && here
}
