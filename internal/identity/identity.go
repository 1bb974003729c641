// Package identity owns how people and programs prove who they are: passwords
// and API tokens. (OpenID Connect and smart cards will live here too.)
//
// It is an adapter: it knows cryptography and nothing of users. Who an actor is
// and what they may do is package access.
package identity

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Argon2id parameters: 19 MiB, two passes, one lane (OWASP's password storage
// recommendation).
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32 // bytes
	saltBytes    = 16
)

// TokenPrefix begins every API token, so that one found in a wrong place is
// recognised for what it is.
const TokenPrefix = "oma_"

// Secrets makes and hashes passwords and tokens. The zero value is ready.
type Secrets struct{}

// NewPassword makes a one-time password of 80 random bits and its argon2id
// hash in the PHC string format.
func (Secrets) NewPassword() (plain, hash string, err error) {
	raw := make([]byte, 10+saltBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", "", err
	}
	plain = readable(raw[:10])
	return plain, HashPassword(plain, raw[10:]), nil
}

// HashPassword is the argon2id hash of a password in the PHC string format.
func HashPassword(plain string, salt []byte) string {
	key := argon2.IDKey([]byte(plain), salt, argonTime, argonMemory, argonThreads, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// NewToken makes an API token of 256 random bits and its hash.
func (s Secrets) NewToken() (plain string, hash []byte, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	plain = TokenPrefix + base64.RawURLEncoding.EncodeToString(raw)
	return plain, s.HashToken(plain), nil
}

// HashToken is the SHA-256 of a token. A fast hash is enough for 256 random
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
