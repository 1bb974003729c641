// Package identity owns how people and programs prove who they are: passwords,
// API tokens and other secrets. (OpenID Connect and smart cards will live here too.)
//
// It is an adapter: it knows cryptography and nothing of users. Who an actor is
// and what they may do is package access. It imports the ground alone.
package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// TokenPrefix begins every API token, so that one found in a wrong place is
// recognised for what it is.
const TokenPrefix = "oma_"

// Secrets makes and hashes passwords and tokens. The zero value is ready.
type Secrets struct{ price cost }

// NewSecret makes a secret of 256 random bits, fit for a cookie or an address,
// and its hash.
func (s Secrets) NewSecret() (plain string, hash []byte, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	plain = base64.RawURLEncoding.EncodeToString(raw)
	return plain, s.HashToken(plain), nil
}

// NewToken makes an API token, a secret with a prefix, and its hash.
func (s Secrets) NewToken() (plain string, hash []byte, err error) {
	plain, _, err = s.NewSecret()
	if err != nil {
		return "", nil, err
	}
	plain = TokenPrefix + plain
	return plain, s.HashToken(plain), nil
}

// HashToken is the SHA-256 of a secret or a token. A fast hash is enough for 256 random
// bits.
func (Secrets) HashToken(plain string) []byte {
	sum := sha256.Sum256([]byte(plain))
	return sum[:]
}

// alphabet leaves out letters and digits that are mistaken for one another.
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789"

// readable writes random bytes as groups of four letters, five bits a letter.
func readable(raw []byte) string {
	var out []byte
	bits, n := 0, uint(0)
	for _, b := range raw {
		bits, n = bits<<8|int(b), n+8
		for n >= 5 {
			n -= 5
			if len(out)%5 == 4 {
				out = append(out, '-')
			}
			out = append(out, alphabet[bits>>n&31])
		}
	}
	return string(out)
}
