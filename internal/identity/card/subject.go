package card

import (
	"encoding/asn1"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// maxNumber bounds a registration number, in bytes.
const maxNumber = 64

// number reads the registration number from a subject as it stands in the
// certificate (RFC 5280, section 4.1.2.4). The attribute must be there once, alone
// in its part of the name, as printable ASCII in a PrintableString or UTF8String
// that fits the pattern; anything else is BadSubject. The bytes are read here and
// not by package x509, which would let other strings and a second one through.
func (r *rules) number(subject []byte) (string, error) {
	parts := cryptobyte.String(subject)
	var name cryptobyte.String
	if !parts.ReadASN1(&name, der.SEQUENCE) || !parts.Empty() {
		return "", BadSubject
	}
	found, number := 0, ""
	for !name.Empty() {
		var set cryptobyte.String
		if !name.ReadASN1(&set, der.SET) || set.Empty() {
			return "", BadSubject
		}
		for alone := true; !set.Empty(); alone = false {
			var attribute, value cryptobyte.String
			var oid asn1.ObjectIdentifier
			var tag der.Tag
			if !set.ReadASN1(&attribute, der.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) ||
				!attribute.ReadAnyASN1(&value, &tag) || !attribute.Empty() {
				return "", BadSubject
			}
			if !oid.Equal(r.attribute) {
				continue
			}
			if found++; !alone || !set.Empty() || tag != der.PrintableString && tag != der.UTF8String {
				return "", BadSubject
			}
			number = string(value)
		}
	}
	if found != 1 || number == "" || len(number) > maxNumber || strings.ContainsFunc(number, notPrintable) || !r.pattern.MatchString(number) {
		return "", BadSubject
	}
	return number, nil
}

func notPrintable(c rune) bool { return c < '!' || c > '~' }
