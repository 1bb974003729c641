package card

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"
)

// skew is how far an authority's clock may be ahead of ours.
const skew = 5 * time.Minute

// list is a list of revoked certificates (CRL, RFC 5280, section 5) whose
// signature was checked.
type list struct {
	issuer     *x509.Certificate
	number     *big.Int // nil when it has none
	thisUpdate time.Time
	nextUpdate time.Time
	revoked    map[string]struct{} // by serial number, as its bytes
	scope      scope
}

var (
	oidDelta      = asn1.ObjectIdentifier{2, 5, 29, 27}
	oidScope      = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidFreshest   = asn1.ObjectIdentifier{2, 5, 29, 46}
	oidReasonCode = asn1.ObjectIdentifier{2, 5, 29, 21}
	oidInvalidity = asn1.ObjectIdentifier{2, 5, 29, 24}
)

// scope is which certificates a list is about (IssuingDistributionPoint, RFC 5280,
// section 5.2.5). The zero scope is all of the issuer's.
type scope struct {
	addresses          []string // those of certificates that name one of them, nil for any
	users, authorities bool     // only these
}

// readList reads a list and checks that one of the authorities signed it. A list
// of changes alone, of another issuer's certificates or of some reasons is refused:
// taken for a whole one it would hide a revocation.
func readList(raw []byte, authorities []*x509.Certificate) (*list, error) {
	parsed, err := x509.ParseRevocationList(raw)
	if err != nil {
		return nil, errors.New("card: not a list of revoked certificates")
	}
	if !slices.Contains(signatures, parsed.SignatureAlgorithm) {
		return nil, errors.New("card: a list is signed weakly")
	}
	at := slices.IndexFunc(authorities, func(c *x509.Certificate) bool {
		return bytes.Equal(c.RawSubject, parsed.RawIssuer) && parsed.CheckSignatureFrom(c) == nil
	})
	if at < 0 {
		return nil, errors.New("card: no authority of ours signed a list")
	}
	if parsed.NextUpdate.IsZero() || !parsed.NextUpdate.After(parsed.ThisUpdate) {
		return nil, errors.New("card: a list does not say when the next one comes")
	}
	l := &list{
		issuer: authorities[at], number: parsed.Number, thisUpdate: parsed.ThisUpdate, nextUpdate: parsed.NextUpdate,
		revoked: make(map[string]struct{}, len(parsed.RevokedCertificateEntries)),
	}
	for _, e := range parsed.Extensions {
		switch {
		case e.Id.Equal(oidDelta):
			return nil, errors.New("card: a list holds changes only")
		case e.Id.Equal(oidScope):
			if l.scope, err = readScope(e.Value); err != nil {
				return nil, err
			}
		case e.Critical && !e.Id.Equal(oidFreshest):
			return nil, errors.New("card: a list says something that we don't understand")
		}
	}
	for _, entry := range parsed.RevokedCertificateEntries {
		for _, e := range entry.Extensions {
			if e.Critical && !e.Id.Equal(oidReasonCode) && !e.Id.Equal(oidInvalidity) {
				return nil, errors.New("card: an entry of a list says something that we don't understand")
			}
		}
		l.revoked[string(entry.SerialNumber.Bytes())] = struct{}{}
	}
	return l, nil
}

func readScope(value []byte) (scope, error) {
	var raw struct {
		Point struct {
			FullName     []asn1.RawValue `asn1:"optional,tag:0"`
			RelativeName asn1.RawValue   `asn1:"optional,tag:1"`
		} `asn1:"optional,tag:0"`
		Users       bool           `asn1:"optional,tag:1"`
		Authorities bool           `asn1:"optional,tag:2"`
		Reasons     asn1.BitString `asn1:"optional,tag:3"`
		Indirect    bool           `asn1:"optional,tag:4"`
		Attributes  bool           `asn1:"optional,tag:5"`
	}
	rest, err := asn1.Unmarshal(value, &raw)
	if err != nil || len(rest) > 0 || raw.Indirect || raw.Attributes || raw.Reasons.BitLength > 0 || len(raw.Point.RelativeName.FullBytes) > 0 ||
		raw.Users && raw.Authorities {
		return scope{}, errors.New("card: a list is about something else than whole certificates of its own issuer")
	}
	s := scope{users: raw.Users, authorities: raw.Authorities}
	for _, name := range raw.Point.FullName {
		if name.Class == asn1.ClassContextSpecific && name.Tag == 6 {
			s.addresses = append(s.addresses, string(name.Bytes))
		}
	}
	if len(raw.Point.FullName) > 0 && len(s.addresses) == 0 {
		return scope{}, errors.New("card: a list names where it is in another way than by address")
	}
	return s, nil
}

// about tells whether a list is one that a certificate would be in.
func (l *list) about(c, issuer *x509.Certificate) bool {
	if !same(l.issuer, issuer) || l.scope.users && c.IsCA || l.scope.authorities && !c.IsCA {
		return false
	}
	return l.scope.addresses == nil || slices.ContainsFunc(c.CRLDistributionPoints, func(a string) bool { return slices.Contains(l.scope.addresses, a) })
}

// same tells whether two certificates are of one authority, which may have
// several: its own, and those that others gave it.
func same(a, b *x509.Certificate) bool {
	return bytes.Equal(a.RawSubject, b.RawSubject) && bytes.Equal(a.RawSubjectPublicKeyInfo, b.RawSubjectPublicKeyInfo)
}

func (l *list) has(c *x509.Certificate) bool {
	_, there := l.revoked[string(c.SerialNumber.Bytes())]
	return there
}

// current tells whether a list holds at a time, or held until a grace before it.
func (l *list) current(at time.Time, grace time.Duration) bool {
	return !l.thisUpdate.After(at.Add(skew)) && at.Before(l.nextUpdate.Add(grace))
}

// replaces tells whether a list may come in place of another from the same place.
// An older one would hide what was revoked since.
func (l *list) replaces(before *list) bool {
	if before == nil || !same(before.issuer, l.issuer) {
		return true
	}
	if l.number != nil && before.number != nil && l.number.Cmp(before.number) < 0 {
		return false
	}
	return !l.thisUpdate.Before(before.thisUpdate)
}
