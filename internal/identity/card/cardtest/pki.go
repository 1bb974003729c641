package cardtest

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Required, set to 1, makes a machine without OpenSSL fail and not skip.
const Required = "OMASUUNTA_REQUIRE_OPENSSL"

// What the made-up authorities use. None of it belongs to anybody: 2.999 is the
// arc for examples.
const (
	Class       = "2.999.1.1"   // policy of professionals' cards
	VendorClass = "2.999.1.9"   // policy of other cards of the same authority
	NumberOID   = "2.999.2.1"   // attribute of the registration number
	Number      = "00123456789" // nobody's
	Pattern     = "[0-9]{11}"
)

// PKI is a directory of authorities.
type PKI struct {
	testing.TB
	dir string
	n   int
}

// New is an empty one. Without OpenSSL the test is skipped, aloud.
func New(t testing.TB) *PKI {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv(Required) == "1" {
			t.Fatal("openssl is missing")
		}
		t.Skip("SKIPPED: openssl is missing; set " + Required + "=1 to fail instead")
	}
	return &PKI{TB: t, dir: t.TempDir()}
}

// Run runs OpenSSL and returns what it writes.
func (p *PKI) Run(args ...string) []byte {
	p.Helper()
	cmd := exec.Command("openssl", args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		p.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, complaint.String())
	}
	return out
}

// Dir is where files may be put.
func (p *PKI) Dir() string { return p.dir }

// file is a new file's name.
func (p *PKI) file(ending string) string {
	p.n++
	return filepath.Join(p.dir, fmt.Sprintf("%03d%s", p.n, ending))
}

func (p *PKI) write(ending, text string) string {
	p.Helper()
	name := p.file(ending)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		p.Fatal(err)
	}
	return name
}

// Key makes a private key and returns its file: "rsa:BITS", a curve's name, or the
// name of another algorithm.
func (p *PKI) Key(kind string) string {
	p.Helper()
	name := p.file(".key")
	switch bits, rsa := strings.CutPrefix(kind, "rsa:"); {
	case rsa:
		p.Run("genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:"+bits, "-out", name)
	case kind == "ed25519":
		p.Run("genpkey", "-algorithm", "ed25519", "-out", name)
	default:
		p.Run("ecparam", "-name", kind, "-genkey", "-noout", "-out", name)
	}
	return name
}

// Authority issues certificates.
type Authority struct {
	pki     *PKI
	Name    string
	Key     string // file
	File    string // of its certificate, in PEM
	Cert    *x509.Certificate
	dir     string
	config  string
	CRLURL  string // that its certificates name, "" for none
	OCSPURL string
}

const authorityExtensions = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"

// Root makes an authority that vouches for itself.
func (p *PKI) Root(name, kind string) *Authority {
	p.Helper()
	a := p.authority(name, p.Key(kind))
	a.File = p.file(".pem")
	config := p.write(".cnf", "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=x\n[dn]\nCN="+name+"\n[x]\n"+authorityExtensions)
	p.Run("req", "-x509", "-new", "-key", a.Key, "-config", config, "-days", "3650", "-out", a.File)
	a.finish()
	return a
}

// Holder is whoever has a certificate and its key, playing authority.
func (p *PKI) Holder(name, file, key string) *Authority {
	p.Helper()
	a := p.authority(name, key)
	a.File = file
	a.finish()
	return a
}

func (p *PKI) authority(name, key string) *Authority {
	p.Helper()
	a := &Authority{pki: p, Name: name, Key: key, dir: p.file(".ca")}
	for _, err := range []error{
		os.MkdirAll(filepath.Join(a.dir, "new"), 0o700), os.WriteFile(filepath.Join(a.dir, "index.txt"), nil, 0o600),
		os.WriteFile(filepath.Join(a.dir, "serial"), []byte("1001\n"), 0o600), os.WriteFile(filepath.Join(a.dir, "crlnumber"), []byte("01\n"), 0o600),
	} {
		if err != nil {
			p.Fatal(err)
		}
	}
	return a
}

// finish writes what `openssl ca` wants to know, once there is a certificate.
func (a *Authority) finish() {
	a.pki.Helper()
	a.Cert = a.pki.Read(a.File)
	a.config = a.pki.write(".cnf", strings.ReplaceAll(`[ca]
default_ca=this
[this]
database=DIR/index.txt
new_certs_dir=DIR/new
serial=DIR/serial
crlnumber=DIR/crlnumber
certificate=`+a.File+`
private_key=`+a.Key+`
default_md=sha256
default_days=365
default_crl_days=1
unique_subject=no
preserve=yes
policy=any
[any]
commonName=optional
`, "DIR", a.dir))
}

// Below makes an authority under this one. extensions come in place of the usual
// ones, "" for these.
func (a *Authority) Below(name, kind, extensions string) *Authority {
	p := a.pki
	p.Helper()
	below := p.authority(name, p.Key(kind))
	if extensions == "" {
		extensions = authorityExtensions + "authorityKeyIdentifier=keyid\n"
	}
	below.File = a.Issue(Request{Key: below.Key, Subject: "/CN=" + name, Extensions: extensions})
	below.finish()
	return below
}

// Request is what a certificate is asked for with. The zero one is that of a
// professional's card.
type Request struct {
	Key        string // file, "" for a new one
	Kind       string // of the new key, "prime256v1" by default
	Subject    string // in OpenSSL's form, with regNumber for the registration number
	StringMask string // of OpenSSL, for the encoding of strings
	Extensions string
	More       string // extensions beside the usual ones
	From, To   time.Time
	Digest     string
}

// Usual are the extensions of a card.
func (a *Authority) Usual(class string) string {
	text := "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,emailProtection\n" +
		"subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\ncertificatePolicies=" + class + "\n"
	if a.CRLURL != "" {
		text += "crlDistributionPoints=URI:" + a.CRLURL + "\n"
	}
	if a.OCSPURL != "" {
		text += "authorityInfoAccess=OCSP;URI:" + a.OCSPURL + "\n"
	}
	return text
}

// Issue makes a certificate and returns its file.
func (a *Authority) Issue(r Request) string {
	p := a.pki
	p.Helper()
	if r.Kind == "" {
		r.Kind = "prime256v1"
	}
	if r.Key == "" {
		r.Key = p.Key(r.Kind)
	}
	if r.Subject == "" {
		r.Subject = "/C=FI/SN=Esimerkki/GN=Eeva/regNumber=" + Number + "/CN=Esimerkki Eeva"
	}
	if r.Extensions == "" {
		r.Extensions = a.Usual(Class)
	}
	if r.StringMask == "" {
		r.StringMask = "utf8only"
	}
	if r.Digest == "" {
		r.Digest = "sha256"
	}
	layout := "20060102150405Z"
	now := time.Now().UTC()
	if r.From.IsZero() {
		r.From = now.Add(-time.Hour)
	}
	if r.To.IsZero() {
		r.To = now.Add(365 * 24 * time.Hour)
	}
	request, out := p.file(".csr"), p.file(".pem")
	names := p.write(".cnf", "oid_section=oids\n[oids]\nregNumber="+NumberOID+"\n[req]\nstring_mask="+r.StringMask+"\ndistinguished_name=dn\n[dn]\n")
	p.Run("req", "-new", "-config", names, "-key", r.Key, "-subj", r.Subject, "-utf8", "-out", request)
	extensions := p.write(".ext", r.Extensions+r.More)
	p.Run("ca", "-batch", "-config", a.config, "-in", request, "-out", out, "-notext", "-md", r.Digest, "-preserveDN", "-extfile", extensions,
		"-startdate", r.From.UTC().Format(layout), "-enddate", r.To.UTC().Format(layout))
	return out
}

// Revoke takes a certificate back.
func (a *Authority) Revoke(file string) {
	a.pki.Helper()
	a.pki.Run("ca", "-config", a.config, "-revoke", file)
}

func (a *Authority) index() string { return filepath.Join(a.dir, "index.txt") }

// CRL makes a list of what was revoked, in DER, that holds for so long.
// more are further arguments of `openssl ca`, extensions those of the list.
func (a *Authority) CRL(holds time.Duration, extensions string, more ...string) []byte {
	p := a.pki
	p.Helper()
	out := p.file(".crl")
	args := []string{"ca", "-gencrl", "-config", a.config, "-out", out}
	if extensions != "" {
		config, err := os.ReadFile(a.config)
		if err != nil {
			p.Fatal(err)
		}
		args[3] = p.write(".cnf", string(config)+"\n[crlext]\n"+extensions+"\n")
		args = append(args, "-crlexts", "crlext")
	}
	if holds > 0 {
		args = append(args, "-crlsec", fmt.Sprint(int(holds.Seconds())))
	}
	p.Run(append(args, more...)...)
	text, err := os.ReadFile(out)
	if err != nil {
		p.Fatal(err)
	}
	block, _ := pem.Decode(text)
	return block.Bytes
}

// Read reads a certificate from a file in PEM.
func (p *PKI) Read(file string) *x509.Certificate {
	p.Helper()
	c, err := x509.ParseCertificate(p.DER(file))
	if err != nil {
		p.Fatal(err)
	}
	return c
}

// DER is a certificate's bytes, whatever they say.
func (p *PKI) DER(file string) []byte {
	p.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		p.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		p.Fatalf("%s is not in PEM", file)
	}
	return block.Bytes
}

// Pair is a certificate with its key, as a browser with the card has them.
func (p *PKI) Pair(certificate, key string) tls.Certificate {
	p.Helper()
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		p.Fatal(err)
	}
	return pair
}
