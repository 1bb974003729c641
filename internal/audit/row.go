package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// TimeForm is how times stand in the chain: UTC, to the microsecond, of a fixed
// width.
const TimeForm = "2006-01-02T15:04:05.000000Z"

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// String is the hash as 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It takes only what
// MarshalText writes.
func (h *Hash) UnmarshalText(text []byte) error {
	var read Hash
	if n, err := hex.Decode(read[:], text[:min(len(text), 2*len(read))]); err != nil || n != len(read) || read.String() != string(text) {
		return fmt.Errorf("audit: a hash is %d small hexadecimal digits", 2*len(read))
	}
	*h = read
	return nil
}

// Row is one row of the audit as it is stored. All but the id is text: what is
// sealed is what stands there, and not what somebody reads in it.
type Row struct {
	ID        int64  `json:"id"`
	At        string `json:"at"` // in TimeForm
	Actor     string `json:"actor_id"`
	Role      string `json:"role"`
	Action    string `json:"action"`
	Subject   string `json:"subject"`
	SubjectID string `json:"subject_id"`
	Unit      string `json:"unit"`
	RequestID string `json:"request_id"`
}

// The first byte of what is hashed says what it is, so that nothing passes for
// something else; the first two are those of RFC 6962, section 2.1.
const (
	leafPrefix       = 0x00
	nodePrefix       = 0x01
	batchPrefix      = 0x02
	checkpointPrefix = 0x03
)

// formatVersion follows it. Whoever changes what is hashed, or in what order,
// takes the next number and keeps the old way for rows that were sealed by it.
const formatVersion = 1

// Leaf is the hash of a row: of its id and its texts, each with its length
// before it, so that no two rows have the same bytes.
func (r *Row) Leaf() Hash {
	bytes := make([]byte, 0, 256)
	bytes = append(bytes, leafPrefix, formatVersion)
	bytes = binary.BigEndian.AppendUint64(bytes, uint64(r.ID))
	for _, text := range [...]string{r.At, r.Actor, r.Role, r.Action, r.Subject, r.SubjectID, r.Unit, r.RequestID} {
		bytes = appendText(bytes, text)
	}
	return sha256.Sum256(bytes)
}

// appendText appends a text with its length in bytes.
func appendText(bytes []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32(bytes, uint32(len(text))), text...)
}

// Root is the hash at the top of the Merkle tree over leaves, of which there is
// at least one, by RFC 6962, section 2.1: the left side of every node holds the
// largest power of two that leaves something for the right one. A last leaf
// without a neighbour goes up as it is and is not doubled, because then two
// lists of leaves would have one root.
func Root(leaves []Hash) Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	left := 1
	for 2*left < len(leaves) {
		left *= 2
	}
	l, r := Root(leaves[:left]), Root(leaves[left:])
	var node [1 + 2*sha256.Size]byte
	node[0] = nodePrefix
	copy(node[1:], l[:])
	copy(node[1+sha256.Size:], r[:])
	return sha256.Sum256(node[:])
}
