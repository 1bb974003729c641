package card

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"regexp"
	"strings"
	"testing"
)

// sample is a certificate to begin with.
func sample(f *testing.F) []byte {
	f.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{SerialNumber: "00123456789", CommonName: "x"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		f.Fatal(err)
	}
	return der
}

// FuzzParseHeader: whatever comes, there is one certificate that can be written
// back to what came, or a reason.
func FuzzParseHeader(f *testing.F) {
	der := sample(f)
	base := base64.StdEncoding.EncodeToString(der)
	f.Add(":"+base+":", true)
	f.Add("-----BEGIN%20CERTIFICATE-----%0A"+strings.ReplaceAll(base, "+", "%2B")+"%0A-----END%20CERTIFICATE-----%0A", false)
	f.Add("", false)
	f.Add("::", true)
	f.Fuzz(func(t *testing.T, value string, byteSequence bool) {
		format := Nginx
		if byteSequence {
			format = RFC9440
		}
		c, err := ParseHeader(format, []string{value})
		switch {
		case err != nil && c != nil:
			t.Error("a certificate and an error")
		case err == nil && byteSequence && value != ":"+base64.StdEncoding.EncodeToString(c.Raw)+":":
			t.Error("two headers are the same certificate")
		case err == nil && len(c.Raw) > maxCertificate:
			t.Error("too large")
		}
		if twice, err := ParseHeader(format, []string{value, value}); err == nil || twice != nil {
			t.Error("two are taken")
		}
	})
}

// FuzzSubject: a number that is read is one that fits, and package asn1 finds it in
// the subject once.
func FuzzSubject(f *testing.F) {
	serial := asn1.ObjectIdentifier{2, 5, 4, 5}
	r := rules{attribute: serial, pattern: regexp.MustCompile(`\A[0-9]{11}\z`)}
	for _, name := range []pkix.Name{{SerialNumber: "00123456789", CommonName: "Eeva"}, {SerialNumber: "0"}, {CommonName: "00123456789"}} {
		raw, err := asn1.Marshal(name.ToRDNSequence())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, subject []byte) {
		number, err := r.number(subject)
		if err != nil {
			if number != "" {
				t.Error("a number and an error")
			}
			return
		}
		if !r.pattern.MatchString(number) || len(number) > maxNumber {
			t.Errorf("%q does not fit", number)
		}
		var name pkix.RDNSequence
		if rest, err := asn1.Unmarshal(subject, &name); err != nil || len(rest) > 0 {
			return // stricter about other attributes than we are
		}
		found := 0
		for _, part := range name {
			for _, a := range part {
				if a.Type.Equal(serial) {
					if found++; a.Value != number {
						t.Errorf("read %q, there is %v", number, a.Value)
					}
				}
			}
		}
		if found != 1 {
			t.Errorf("it is there %d times", found)
		}
	})
}
