package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"math"
	"time"
)

// MaxBatch is how many rows one batch seals at most. It bounds how long a
// transaction of the sealer takes and how much of the audit is in memory when
// it is verified.
const MaxBatch = 4096

// Batch is one link of the chain: some rows that were sealed together. The zero
// Batch is what the first one follows.
type Batch struct {
	Number   int64  `json:"number"` // from 1, without gaps
	First    int64  `json:"first"`  // position of its first row, from 1, without gaps over all batches
	Last     int64  `json:"last"`   // position of its last row: as many are sealed up to here
	Count    int64  `json:"count"`  // 1 to MaxBatch
	Root     Hash   `json:"root"`
	Prev     Hash   `json:"prev"` // Chain of the batch before, zeros in the first one
	Chain    Hash   `json:"chain"`
	SealedAt string `json:"sealed_at"` // in TimeForm
}

// Link is the hash that Chain must be: over everything else in the batch, and by
// Prev over all batches before it.
func (b *Batch) Link() Hash {
	bytes := make([]byte, 0, 192)
	bytes = append(bytes, batchPrefix, formatVersion)
	for _, n := range [...]int64{b.Number, b.First, b.Last, b.Count} {
		bytes = binary.BigEndian.AppendUint64(bytes, uint64(n))
	}
	bytes = append(bytes, b.Root[:]...)
	bytes = append(bytes, b.Prev[:]...)
	bytes = appendText(bytes, b.SealedAt)
	return sha256.Sum256(bytes)
}

// Member is a row's place in the chain. The leaf is kept, so that it can be told
// which row of a batch was changed.
type Member struct {
	Position int64 `json:"position"`
	Batch    int64 `json:"batch"`
	RowID    int64 `json:"row_id"`
	Leaf     Hash  `json:"leaf"`
}

// SealRows makes the batch that follows head, of 1 to MaxBatch rows in the order
// in which they come.
func SealRows(head Batch, rows []Row, at time.Time) (Batch, []Member) {
	next := Batch{
		Number: head.Number + 1, First: head.Last + 1, Last: head.Last + int64(len(rows)), Count: int64(len(rows)),
		Prev: head.Chain, SealedAt: at.UTC().Format(TimeForm),
	}
	members, leaves := make([]Member, len(rows)), make([]Hash, len(rows))
	for i := range rows {
		leaves[i] = rows[i].Leaf()
		members[i] = Member{Position: next.First + int64(i), Batch: next.Number, RowID: rows[i].ID, Leaf: leaves[i]}
	}
	next.Root = Root(leaves)
	next.Chain = next.Link()
	return next, members
}

// Record is one thing of the audit as it is walked through: a batch, then its
// members, each with its row, then the next batch; after the last one the rows
// that are not sealed yet.
type Record struct {
	Batch  *Batch  `json:"batch,omitempty"`
	Member *Member `json:"sealed,omitempty"`
	Row    *Row    `json:"row,omitempty"` // of the member, nil if it is gone; without a member, one that is not sealed
}

// Interleave puts members, in the order of their positions, behind the batches
// that these belong to, in the order of their numbers. What has no batch is told
// all the same, for it is to be found.
func Interleave(batches iter.Seq2[Batch, error], members iter.Seq2[Record, error]) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		next, stop := iter.Pull2(batches)
		defer stop()
		batch, err, more := next()
		// give tells the batches that begin at or before a position.
		give := func(position int64) bool {
			for ; more && (err != nil || batch.First <= position); batch, err, more = next() {
				b := batch
				if !yield(Record{Batch: &b}, err) || err != nil {
					return false
				}
			}
			return true
		}
		for record, failed := range members {
			if failed != nil {
				yield(Record{}, failed)
				return
			}
			if !give(record.Member.Position) || !yield(record, nil) {
				return
			}
		}
		give(math.MaxInt64)
	}
}
