package instrument

import (
	"crypto/sha256"
	"strings"
)

// A form code is six characters of Crockford's base 32: five that stand for the
// two batteries and one that shows a slip of the pen. It has no I, L, O or U,
// which are mistaken for other characters.
const (
	formAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	formLength   = 6 // characters, the check character included
)

// FormCode is the code printed on the paper form of two batteries, for example
// "4QK7ZD". It follows from their codes and versions alone, so that the forms in
// all languages have the same one, and it never changes: paper may lie in a
// drawer for years.
func FormCode(client, professional *Battery) string {
	sum := sha256.Sum256([]byte(client.Ref() + "\n" + professional.Ref()))
	code := make([]byte, 0, formLength)
	for _, b := range sum[:formLength-1] {
		code = append(code, formAlphabet[b%32])
	}
	return string(append(code, formAlphabet[checkDigit(code)]))
}

// checkDigit weighs the characters with powers of one element of the field with
// 32 elements. The powers differ, so the digit differs whenever one character is
// wrong or two have changed places.
func checkDigit(code []byte) int {
	sum := 0
	for _, c := range code {
		sum = twice(sum ^ strings.IndexByte(formAlphabet, c))
	}
	return sum
}

// twice multiplies by x in the field of 32 elements, modulo x⁵+x²+1.
func twice(n int) int {
	n <<= 1
	if n >= 32 {
		n ^= 0b100101
	}
	return n
}

// ReadFormCode reads a form code as somebody typed it: in any case, with spaces
// and dashes or without, O for 0 and I or L for 1. It is false for a slip: not
// six characters of the alphabet, or not the check character that belongs to
// them.
func ReadFormCode(typed string) (code string, ok bool) {
	if len(typed) > 10*formLength { // nothing that a person types
		return "", false
	}
	digits := make([]byte, 0, formLength)
	for _, r := range strings.ToUpper(typed) {
		switch {
		case strings.ContainsRune(" \t\u00a0-‐‑‒–—", r):
			continue
		case r == 'O':
			r = '0'
		case r == 'I', r == 'L':
			r = '1'
		}
		if !strings.ContainsRune(formAlphabet, r) || len(digits) == formLength {
			return "", false
		}
		digits = append(digits, byte(r))
	}
	if len(digits) != formLength || formAlphabet[checkDigit(digits[:formLength-1])] != digits[formLength-1] {
		return "", false
	}
	return string(digits), true
}

// Form returns the two batteries of a form code, as FormCode writes it, whichever
// versions they are. It is false for a form that this library does not know.
func (l *Library) Form(code string) (client, professional *Battery, ok bool) {
	for _, client := range l.versions {
		if client.Code != ClientBattery {
			continue
		}
		for _, professional := range l.versions {
			if professional.Side == Professional && FormCode(client, professional) == code {
				return client, professional, true
			}
		}
	}
	return nil, nil, false
}
