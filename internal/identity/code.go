package identity

import (
	"context"
	"crypto/rand"
	"strings"
	"unicode"
)

// The parts of a code, in characters. The first three find the invitation, the
// other five, 25 bits, are secret.
const (
	codeSelector = 3
	codeLength   = 8
)

// NewCode makes a code as it is shown, for example "abcd-efgh", its selector
// and the argon2id hash of the rest. It has no letters or digits that are
// mistaken for one another.
// It is Unavailable when the context ends before the turn to hash comes.
func (s Secrets) NewCode(ctx context.Context) (code, selector, hash string, err error) {
	raw := make([]byte, codeLength*5/8) // five bits a character
	if _, err := rand.Read(raw); err != nil {
		return "", "", "", err
	}
	code = readable(raw)
	selector, secret, _ := s.SplitCode(code)
	hash, err = s.HashPassword(ctx, secret)
	return code, selector, hash, err
}

// SplitCode takes a code apart as somebody typed it: in any case, with spaces
// and dashes of any kind or without. It is false for what has not the length
// of a code.
func (Secrets) SplitCode(typed string) (selector, secret string, ok bool) {
	if len(typed) > 10*codeLength { // nothing that a person types
		return "", "", false
	}
	code := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, typed))
	if len(code) != codeLength {
		return "", "", false
	}
	return string(code[:codeSelector]), string(code[codeSelector:]), true
}
