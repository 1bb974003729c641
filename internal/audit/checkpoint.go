package audit

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"iter"
)

// Checkpoint says that the chain was of this length and had this hash at a time.
// It is kept outside the database and signed with a key that is not beside it:
// whoever rewrites the chain, or cuts its end off, can't rewrite the checkpoint.
// The checkpoints of one file are a chain of their own.
type Checkpoint struct {
	Number int64  `json:"n"` // in its file, from 1, without gaps
	Batch  int64  `json:"batch"`
	Rows   int64  `json:"rows"` // sealed up to and with this batch
	Chain  Hash   `json:"chain"`
	At     string `json:"at"`   // when it was signed, in TimeForm
	Prev   Hash   `json:"prev"` // SHA-256 of the line before, zeros in the first one
	Key    string `json:"key"`  // KeyID of the key that signed it
	Sig    []byte `json:"sig"`
}

// KeyID is a short name of a public key: 16 hexadecimal digits of its SHA-256.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// signed is what the signature is over.
func (c *Checkpoint) signed() []byte {
	bytes := append(make([]byte, 0, 256), checkpointPrefix, formatVersion)
	bytes = appendText(bytes, "omasuunta audit checkpoint")
	for _, n := range [...]int64{c.Number, c.Batch, c.Rows} {
		bytes = binary.BigEndian.AppendUint64(bytes, uint64(n))
	}
	bytes = append(bytes, c.Chain[:]...)
	bytes = append(bytes, c.Prev[:]...)
	bytes = appendText(bytes, c.At)
	return appendText(bytes, c.Key)
}

// NextLine is the line, without its end, that follows last in a file of
// checkpoints; last is "" for the first one. What says which batch, rows, chain
// and time; the rest is filled in here. The error is for a last line that is no
// checkpoint.
func NextLine(last []byte, what Checkpoint, key ed25519.PrivateKey) ([]byte, error) {
	what.Number, what.Prev = 1, Hash{}
	if len(last) > 0 {
		before, err := readCheckpoint(last)
		if err != nil {
			return nil, err
		}
		what.Number, what.Prev = before.Number+1, sha256.Sum256(last)
	}
	what.Key = KeyID(key.Public().(ed25519.PublicKey))
	what.Sig = ed25519.Sign(key, what.signed())
	return json.Marshal(what)
}

// LastCheckpoint reads the last line of a file of checkpoints. It checks its
// signature when a key is given.
func LastCheckpoint(line []byte, keys ...ed25519.PublicKey) (Checkpoint, error) {
	c, err := readCheckpoint(line)
	if err == nil && !c.signedBy(keys) {
		err = &Finding{Flaw: CheckpointFlaw, Note: "its signature is not by the key that was given"}
	}
	return c, err
}

// readCheckpoint takes a line only as it was written, to the byte.
func readCheckpoint(line []byte) (c Checkpoint, err error) {
	if json.Unmarshal(line, &c) != nil {
		return c, &Finding{Flaw: CheckpointFlaw, Note: "it cannot be read"}
	}
	if again, err := json.Marshal(c); err != nil || !bytes.Equal(again, line) {
		return c, &Finding{Flaw: CheckpointFlaw, Note: "it was written by something else"}
	}
	return c, nil
}

// signedBy tells whether one of the keys signed it; without keys it is not
// asked.
func (c *Checkpoint) signedBy(keys []ed25519.PublicKey) bool {
	for _, key := range keys {
		if KeyID(key) == c.Key && ed25519.Verify(key, c.signed(), c.Sig) {
			return true
		}
	}
	return len(keys) == 0
}

// ReadCheckpoints reads the lines of one file of checkpoints, without their ends.
// Each must follow the one before and be signed by one of the keys; without keys
// signatures are not looked at. What does not fit is a *Finding, which ends it.
func ReadCheckpoints(lines iter.Seq2[[]byte, error], keys ...ed25519.PublicKey) iter.Seq2[Checkpoint, error] {
	return func(yield func(Checkpoint, error) bool) {
		var before Checkpoint
		var prev Hash
		n := 0
		for line, err := range lines {
			n++
			var c Checkpoint
			if err == nil {
				c, err = readCheckpoint(line)
			}
			note := ""
			switch {
			case err != nil:
			case !c.signedBy(keys):
				note = "its signature is not by a key that was given"
			case c.Number != before.Number+1 || c.Prev != prev:
				note = "it does not follow the line before"
			case c.Batch <= before.Batch || c.Rows <= before.Rows:
				note = "it goes back"
			}
			if note != "" {
				err = &Finding{Flaw: CheckpointFlaw, Note: note}
			}
			if f, ok := err.(*Finding); ok {
				f.Line = n
			}
			if !yield(c, err) || err != nil {
				return
			}
			before, prev = c, sha256.Sum256(line)
		}
	}
}
