package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// cost is what one argon2id hash takes.
type cost struct {
	memory uint32 // KiB
	time   uint32 // passes
	lanes  uint8
}

// today is the cost of new hashes: 19 MiB, two passes, one lane (OWASP's
// password storage recommendation). A hash carries its own cost, so that this
// may rise later.
var today = cost{memory: 19 * 1024, time: 2, lanes: 1}

const (
	keyBytes  = 32
	saltBytes = 16
	maxMemory = 256 * 1024 // KiB; a hash that asks for more is not one of ours
	maxTime   = 16
)

// turns lets two hashes be made at once in the whole process, whatever is asked
// of it: each takes memory, and a core for some 60 ms.
var turns = make(chan struct{}, 2)

// key derives a password's key when its turn comes. It is Unavailable when the
// context ends first. A letter counts the same however a device composes it.
func key(ctx context.Context, plain string, salt []byte, c cost) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Unavailable, ctx.Err())
	}
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err())
	}
	return argon2.IDKey([]byte(norm.NFC.String(plain)), salt, c.time, c.memory, c.lanes, keyBytes), nil
}

// Weak are secrets whose passwords cost next to nothing to hash, and to guess: for
// tests of whatever only uses them. See TestOnlyTestsHashWeakly.
func Weak() Secrets { return Secrets{price: cost{memory: 8, time: 1, lanes: 1}} }

// cost is what a hash costs that is made now.
func (s Secrets) cost() cost {
	if s.price == (cost{}) {
		return today
	}
	return s.price
}

// NewPassword makes a one-time password of 80 random bits and its hash.
func (s Secrets) NewPassword(ctx context.Context) (plain, hash string, err error) {
	raw := make([]byte, 10)
	if _, err := rand.Read(raw); err != nil {
		return "", "", err
	}
	plain = readable(raw)
	hash, err = s.HashPassword(ctx, plain)
	return plain, hash, err
}

// HashPassword is the argon2id hash of a password in the PHC string format. It
// is Unavailable when the context ends before its turn comes.
func (s Secrets) HashPassword(ctx context.Context, plain string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	c := s.cost()
	sum, err := key(ctx, plain, salt, c)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.lanes,
		b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// VerifyPassword tells whether a hash is that of a password. No hash, or one
// that cannot be read, takes as long as any other and fits no password. It is
// Unavailable when the context ends before its turn comes.
func (s Secrets) VerifyPassword(ctx context.Context, plain, hash string) (bool, error) {
	salt, want, c, readable := parse(hash)
	if !readable {
		salt, c = make([]byte, saltBytes), s.cost()
	}
	got, err := key(ctx, plain, salt, c)
	if err != nil {
		return false, err
	}
	return readable && subtle.ConstantTimeCompare(got, want) == 1, nil
}

// parse reads a hash in the PHC string format.
func parse(hash string) (salt, sum []byte, c cost, ok bool) {
	parts := strings.Split(hash, "$") // "", argon2id, version, cost, salt, key
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return nil, nil, cost{}, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.lanes); n != 3 || err != nil {
		return nil, nil, cost{}, false
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return nil, nil, cost{}, false
	}
	sum, err = base64.RawStdEncoding.DecodeString(parts[5])
	ok = err == nil && len(salt) > 0 && len(sum) == keyBytes &&
		c.memory <= maxMemory && c.time >= 1 && c.time <= maxTime && c.lanes >= 1
	return salt, sum, c, ok
}
