package envelope

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
)

// KeyBytes is the length of every key.
const KeyBytes = 32

// Errors. None of them tells anything about a key or about what is sealed.
var (
	// ErrKEK is a text or a number of bytes that is no key-encryption key.
	ErrKEK = errors.New("envelope: this is not a key: 32 random bytes in base64 are wanted")
	// ErrUnknownKEK is a key that was wrapped by a key-encryption key which is not
	// in the ring.
	ErrUnknownKEK = errors.New("envelope: the key-encryption key is not known")
	// ErrBox is a box that was changed, is in another place than it was made for, or
	// was made with another key.
	ErrBox = errors.New("envelope: the box cannot be opened")
)

// KEK is a key-encryption key: it wraps data keys and seals nothing else. The zero
// KEK is none.
type KEK struct {
	id   string
	aead cipher.AEAD
}

// NewKEK makes a key-encryption key of 32 random bytes.
func NewKEK(secret []byte) (KEK, error) {
	if len(secret) != KeyBytes {
		return KEK{}, ErrKEK
	}
	return KEK{id: hex.EncodeToString(derive(secret, "omasuunta kek id")[:8]), aead: gcm(derive(secret, "omasuunta kek wrap"))}, nil
}

// ParseKEK reads a key as [Generate] prints it. White space around it is ignored.
func ParseKEK(text string) (KEK, error) {
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return KEK{}, ErrKEK
	}
	return NewKEK(secret)
}

// Generate returns a new key-encryption key as text: 44 characters of base64.
func Generate() string { return base64.StdEncoding.EncodeToString(random(KeyBytes)) }

// NewSecret returns a new key-encryption key and the 32 bytes that it is made of, to
// be kept.
func NewSecret() ([]byte, KEK, error) {
	secret := random(KeyBytes)
	k, err := NewKEK(secret)
	return secret, k, err
}

// ID names the key in public: 16 hexadecimal digits that lead to nothing, derived
// from the key one way. The zero KEK has none.
func (k KEK) ID() string { return k.id }

// Ring holds the key-encryption key that wraps, and others that only unwrap.
type Ring struct {
	active KEK
	all    map[string]KEK
}

// NewRing makes a ring. The others may repeat the active one.
func NewRing(active KEK, others ...KEK) *Ring {
	r := &Ring{active: active, all: map[string]KEK{}}
	for _, k := range append(others, active) {
		r.all[k.id] = k
	}
	return r
}

// Active is the id of the key that wraps.
func (r *Ring) Active() string { return r.active.id }

// Has tells whether the ring can unwrap what a key wrapped.
func (r *Ring) Has(id string) bool { _, there := r.all[id]; return there }

// IDs are those of all keys in the ring, in order.
func (r *Ring) IDs() []string {
	var ids []string
	for id := range r.all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Wrap wraps a data key for its place, and returns with which key it did.
func (r *Ring) Wrap(k DataKey, at Place) (kek string, wrapped []byte) {
	return r.active.id, seal(r.active.aead, k.secret, at)
}

// Unwrap opens what Wrap made. It fails with [ErrUnknownKEK] or [ErrBox].
func (r *Ring) Unwrap(kek string, wrapped []byte, at Place) (DataKey, error) {
	k, there := r.all[kek]
	if !there {
		return DataKey{}, ErrUnknownKEK
	}
	secret, err := open(k.aead, wrapped, at)
	if err != nil || len(secret) != KeyBytes {
		return DataKey{}, ErrBox
	}
	return dataKey(secret), nil
}

// derive makes a key for one purpose out of another.
func derive(secret []byte, purpose string) []byte {
	key, err := hkdf.Expand(sha256.New, secret, purpose, KeyBytes)
	if err != nil {
		panic("envelope: " + err.Error()) // impossible: the length is below HKDF's limit
	}
	return key
}

// random never fails: see crypto/rand.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
