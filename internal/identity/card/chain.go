package card

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// signatures are the algorithms that we believe, of certificates as of lists and
// answers: package x509 itself would let SHA-1 pass on the last two.
var signatures = []x509.SignatureAlgorithm{
	x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
	x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512,
}

// weakKey tells whether a key is too small, of another kind, or signed weakly.
func (r *rules) weakKey(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if key.N.BitLen() < r.rsaBits || key.E < 65537 {
			return true
		}
	case *ecdsa.PublicKey:
		if key.Curve != elliptic.P256() && key.Curve != elliptic.P384() && key.Curve != elliptic.P521() {
			return true
		}
	default:
		return true
	}
	// A root vouches for itself by being in the configuration.
	selfSigned := slices.Equal(c.RawIssuer, c.RawSubject) && c.IsCA
	return !selfSigned && !slices.Contains(signatures, c.SignatureAlgorithm)
}

// judge looks at everything in a certificate that does not change with time but
// for its validity, and returns the chains from it to a root and the registration
// number.
func (r *rules) judge(c *x509.Certificate, at time.Time) (chains [][]*x509.Certificate, number string, err error) {
	switch {
	case r.weakKey(c):
		return nil, "", WeakKey
	case at.Before(c.NotBefore):
		return nil, "", NotYetValid
	case at.After(c.NotAfter):
		return nil, "", Expired
	}
	if chains, err = r.chains(c, at); err != nil {
		return nil, "", err
	}
	if !forLogin(c) {
		return nil, "", WrongUse
	}
	if !r.classAllowed(c) {
		return nil, "", WrongClass
	}
	number, err = r.number(c.RawSubject)
	return chains, number, err
}

// chains returns the ways from a certificate to a root that begin with an issuer
// whose cards are let in.
func (r *rules) chains(c *x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	if len(c.UnhandledCriticalExtensions) > 0 {
		return nil, Malformed // says something that must be understood, and we don't
	}
	// First for any use, so that a stranger's certificate is called untrusted and
	// not one of a wrong use.
	if _, err := r.verified(c, at, x509.ExtKeyUsageAny); err != nil {
		return nil, err
	}
	return r.verified(c, at, x509.ExtKeyUsageClientAuth)
}

func (r *rules) verified(c *x509.Certificate, at time.Time, use x509.ExtKeyUsage) ([][]*x509.Certificate, error) {
	chains, err := c.Verify(x509.VerifyOptions{
		Roots: r.roots, Intermediates: r.between, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{use},
	})
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return nil, WrongUse
	case err != nil:
		return nil, UntrustedChain
	}
	chains = slices.DeleteFunc(chains, func(chain []*x509.Certificate) bool {
		return len(chain) < 2 || !slices.ContainsFunc(r.issuers, chain[1].Equal)
	})
	if len(chains) == 0 {
		return nil, WrongIssuer
	}
	return chains, nil
}

// forLogin tells whether a certificate was made for a client to prove itself: not
// for signing documents, which a card holds a second certificate for, not for a
// server, and no authority's.
func forLogin(c *x509.Certificate) bool {
	return !c.IsCA &&
		c.KeyUsage&x509.KeyUsageDigitalSignature != 0 &&
		c.KeyUsage&(x509.KeyUsageContentCommitment|x509.KeyUsageCertSign|x509.KeyUsageCRLSign) == 0 &&
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
}

// classAllowed tells whether a certificate belongs to one of the classes. An
// authority issues vendors' cards beside professionals'.
func (r *rules) classAllowed(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.Policies, func(oid x509.OID) bool { return r.policies[oid.String()] })
}

// parse reads a certificate that nothing follows.
func parse(raw []byte) (*x509.Certificate, error) {
	if len(raw) > maxCertificate {
		return nil, Malformed
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, Malformed
	}
	return c, nil
}

// maxCertificate bounds a certificate, in bytes: those on cards take 2 KiB.
const maxCertificate = 10 << 10
