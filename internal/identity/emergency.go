package identity

import (
	"crypto/rand"
	"strings"
	"unicode"
)

// An emergency code is 28 characters in groups of four: 27 that stand for 135
// random bits, and one that shows a slip of whoever types it in a hurry.
const (
	emergencyBytes  = 17
	emergencyLength = 28
)

// NewEmergencyCode makes a code as it is printed, and its hash. A fast hash is
// enough for so many random bits.
func (s Secrets) NewEmergencyCode() (plain string, hash []byte, err error) {
	raw := make([]byte, emergencyBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	bare := strings.ReplaceAll(readable(raw), "-", "")
	bare += string(alphabet[check(bare)])
	var groups []string
	for at := 0; at < len(bare); at += 4 {
		groups = append(groups, bare[at:at+4])
	}
	return strings.Join(groups, "-"), s.HashToken(bare), nil
}

// HashEmergencyCode is the hash of a code as somebody typed it: in any case, with
// spaces and dashes of any kind or without. It is false for a slip, which is no
// guess: any single wrong character, and any two in each other's place.
func (s Secrets) HashEmergencyCode(typed string) (hash []byte, ok bool) {
	if len(typed) > 10*emergencyLength { // nothing that a person types
		return nil, false
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, typed)
	if len(bare) != emergencyLength || strings.ContainsFunc(bare, func(r rune) bool { return !strings.ContainsRune(alphabet, r) }) {
		return nil, false
	}
	body, last := bare[:emergencyLength-1], bare[emergencyLength-1]
	return s.HashToken(bare), alphabet[check(body)] == last
}

// check weighs characters with the powers of x in the field of 32 elements,
// modulo x⁵+x²+1. There are 31 of them, more than characters, so that no two
// weights are the same.
func check(bare string) int {
	sum := 0
	for _, c := range []byte(bare) {
		sum = (sum ^ strings.IndexByte(alphabet, c)) << 1
		if sum >= 32 {
			sum ^= 0b100101
		}
	}
	return sum
}
