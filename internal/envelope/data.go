package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// version begins every box, so that another way of sealing can be told apart.
const version = 1

// Place is where a box belongs: it opens nowhere else.
type Place struct {
	Table  string
	Row    string // what the row is known by
	Column string // of the box
}

// data is the place as additional data of a box: the parts with their lengths, so
// that no two places are alike.
func (p Place) data() []byte {
	out := make([]byte, 0, 1+3*4+len(p.Table)+len(p.Row)+len(p.Column))
	out = append(out, version)
	for _, part := range []string{p.Table, p.Row, p.Column} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(part))), part...)
	}
	return out
}

// DataKey seals what is written. The zero DataKey is none.
//
// A nonce is 96 random bits, so that one key is good for 2³² boxes (NIST SP
// 800-38D, 8.3).
type DataKey struct {
	secret []byte
	aead   cipher.AEAD
}

// NewDataKey makes a random key.
func NewDataKey() DataKey { return dataKey(random(KeyBytes)) }

func dataKey(secret []byte) DataKey { return DataKey{secret, gcm(secret)} }

// Valid tells whether this is a key.
func (k DataKey) Valid() bool { return k.aead != nil }

// Seal makes a box for one place: a version byte, the nonce, and the sealed text
// with its tag, 29 bytes more than the text.
func (k DataKey) Seal(text []byte, at Place) []byte { return seal(k.aead, text, at) }

// Open opens a box. It fails with [ErrBox].
func (k DataKey) Open(box []byte, at Place) ([]byte, error) { return open(k.aead, box, at) }

// Mark tells one data key from another: 8 bytes that lead to nothing, derived from
// the key one way.
func (k DataKey) Mark() []byte { return derive(k.secret, "omasuunta data key mark")[:8] }

// IndexKey makes blind indexes. The zero IndexKey is none.
type IndexKey struct{ secret []byte }

// Index is the key for blind indexes that is made of a data key, which seals
// nothing itself.
func (k DataKey) Index() IndexKey { return IndexKey{derive(k.secret, "omasuunta blind index")} }

// Of is the blind index of a text: 32 bytes, the same for the same text and purpose,
// that only somebody with the key can make. Nothing has the index nil.
func (k IndexKey) Of(purpose, text string) []byte {
	if text == "" {
		return nil
	}
	mac := hmac.New(sha256.New, k.secret)
	mac.Write([]byte(purpose))
	mac.Write([]byte{0})
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// gcm is AES-256 in GCM that chooses a random nonce and puts it before the rest.
func gcm(secret []byte) cipher.AEAD {
	block, err := aes.NewCipher(secret)
	if err != nil {
		panic("envelope: " + err.Error()) // impossible: keys are 32 bytes
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("envelope: " + err.Error()) // impossible: AES fits GCM
	}
	return aead
}

func seal(aead cipher.AEAD, text []byte, at Place) []byte {
	box := make([]byte, 1, 1+len(text)+aead.Overhead())
	box[0] = version
	return aead.Seal(box, nil, text, at.data())
}

func open(aead cipher.AEAD, box []byte, at Place) ([]byte, error) {
	if aead == nil || len(box) == 0 || box[0] != version {
		return nil, ErrBox
	}
	text, err := aead.Open(nil, nil, box[1:], at.data())
	if err != nil {
		return nil, ErrBox
	}
	return text, nil
}
