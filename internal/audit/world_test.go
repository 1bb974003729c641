package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/audit"
)

var sealedAt = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// world is an audit as a database and a file of checkpoints hold it.
type world struct {
	rows    map[int64]*audit.Row
	batches []audit.Batch
	members []audit.Member
	lines   [][]byte // of checkpoints, one for every other batch and for the last
	public  ed25519.PublicKey
}

// newWorld is an audit of some batches with 1 to 9 rows each, with gaps between
// the ids.
func newWorld(r *rand.Rand, batches int) *world {
	w := &world{rows: map[int64]*audit.Row{}}
	id := int64(0)
	var head audit.Batch
	for range batches {
		var rows []audit.Row
		for range 1 + r.IntN(9) {
			id += 1 + r.Int64N(3)
			rows = append(rows, anyRow(r, id))
		}
		var members []audit.Member
		head, members = audit.SealRows(head, rows, sealedAt.Add(time.Duration(head.Number)*time.Second))
		w.batches, w.members = append(w.batches, head), append(w.members, members...)
		for _, row := range rows {
			w.rows[row.ID] = &row
		}
	}
	public, private, err := ed25519.GenerateKey(chacha(r))
	if err != nil {
		panic(err)
	}
	w.public = public
	w.sign(private)
	return w
}

// sign writes the checkpoints.
func (w *world) sign(key ed25519.PrivateKey) {
	w.lines = nil
	var last []byte
	for i, b := range w.batches {
		if i%2 == 0 && i != len(w.batches)-1 {
			continue
		}
		line, err := audit.NextLine(last, audit.Checkpoint{Batch: b.Number, Rows: b.Last, Chain: b.Chain, At: b.SealedAt}, key)
		if err != nil {
			panic(err)
		}
		w.lines, last = append(w.lines, line), line
	}
}

func anyRow(r *rand.Rand, id int64) audit.Row {
	return audit.Row{
		ID: id, At: sealedAt.Add(time.Duration(r.IntN(1e9))).Format(audit.TimeForm),
		Actor: fmt.Sprintf("7f8c1b9e-3d52-4c38-9a53-%012x", r.IntN(1e9)), Role: "professional", Action: string(audit.AssessmentRead),
		Subject: string(audit.Assessment), SubjectID: fmt.Sprintf("s-%d", r.IntN(1e9)), Unit: "vuosaari-ta", RequestID: fmt.Sprintf("r-%d", r.IntN(1e9)),
	}
}

func chacha(r *rand.Rand) io.Reader {
	var seed [32]byte
	for i := range seed {
		seed[i] = byte(r.Uint32())
	}
	return rand.NewChaCha8(seed)
}

func (w *world) clone() *world {
	c := &world{rows: map[int64]*audit.Row{}, batches: slices.Clone(w.batches), members: slices.Clone(w.members), public: w.public}
	for id, row := range w.rows {
		copied := *row
		c.rows[id] = &copied
	}
	for _, line := range w.lines {
		c.lines = append(c.lines, bytes.Clone(line))
	}
	return c
}

// records walks through it as the database does: batches by number, members by
// position, and rows without a seal at the end.
func (w *world) records() iter.Seq2[audit.Record, error] {
	members := slices.Clone(w.members)
	slices.SortStableFunc(members, func(a, b audit.Member) int { return int(a.Position - b.Position) })
	sealed := map[int64]bool{}
	batches := func(yield func(audit.Batch, error) bool) {
		for _, b := range w.batches {
			if !yield(b, nil) {
				return
			}
		}
	}
	pairs := func(yield func(audit.Record, error) bool) {
		for i := range members {
			sealed[members[i].RowID] = true
			if !yield(audit.Record{Member: &members[i], Row: w.rows[members[i].RowID]}, nil) {
				return
			}
		}
	}
	return func(yield func(audit.Record, error) bool) {
		for record, err := range audit.Interleave(batches, pairs) {
			if !yield(record, err) {
				return
			}
		}
		for id, row := range w.rows {
			if !sealed[id] && !yield(audit.Record{Row: row}, nil) {
				return
			}
		}
	}
}

func (w *world) checkpoints() iter.Seq2[audit.Checkpoint, error] {
	return audit.ReadCheckpoints(from(w.lines), w.public)
}

func (w *world) verify() (audit.Report, error) { return audit.Verify(w.records(), w.checkpoints()) }

// export is the lines of an export.
func (w *world) export(t testing.TB) (lines [][]byte) {
	t.Helper()
	for line, err := range audit.ExportLines(w.records(), sealedAt.Format(audit.TimeForm)) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, bytes.Clone(line))
	}
	return lines
}

func from(lines [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, line := range lines {
			if !yield(line, nil) {
				return
			}
		}
	}
}

// rechain seals the batches anew from one of them on, as whoever owns the database
// can.
func (w *world) rechain(from int) {
	var head audit.Batch
	members := []audit.Member{}
	for i, b := range w.batches {
		var rows []audit.Row
		for _, m := range w.members {
			if m.Batch == b.Number {
				rows = append(rows, *w.rows[m.RowID])
				if i < from {
					members = append(members, m)
				}
			}
		}
		if i >= from {
			at, err := time.Parse(audit.TimeForm, b.SealedAt)
			if err != nil {
				panic(err)
			}
			var added []audit.Member
			w.batches[i], added = audit.SealRows(head, rows, at)
			members = append(members, added...)
		}
		head = w.batches[i]
	}
	w.members = members
}

// drop deletes a batch with its seals and rows.
func (w *world) drop(number int64) {
	w.batches = slices.DeleteFunc(w.batches, func(b audit.Batch) bool { return b.Number == number })
	w.members = slices.DeleteFunc(w.members, func(m audit.Member) bool {
		if m.Batch == number {
			delete(w.rows, m.RowID)
		}
		return m.Batch == number
	})
}

// forge adds a row that nobody wrote.
func (w *world) forge(r *rand.Rand) *audit.Row {
	row := anyRow(r, 500_000+r.Int64N(1000))
	w.rows[row.ID] = &row
	return &row
}

func (w *world) anyMember(r *rand.Rand) *audit.Member { return &w.members[r.IntN(len(w.members))] }
func (w *world) anyBatch(r *rand.Rand) *audit.Batch   { return &w.batches[r.IntN(len(w.batches))] }
func (w *world) anyRow(r *rand.Rand) *audit.Row       { return w.rows[w.anyMember(r).RowID] }

func (w *world) twoRows(r *rand.Rand) (a, b *audit.Row) {
	a, b = w.anyRow(r), w.anyRow(r)
	for a.ID == b.ID {
		b = w.anyRow(r)
	}
	return a, b
}

func textsOf(row *audit.Row) []*string {
	return []*string{&row.At, &row.Actor, &row.Role, &row.Action, &row.Subject, &row.SubjectID, &row.Unit, &row.RequestID}
}

func anyText(row *audit.Row, r *rand.Rand) *string {
	texts := textsOf(row)
	return texts[r.IntN(len(texts))]
}

// change makes another text of one.
func change(r *rand.Rand, text *string) {
	old := []byte(*text)
	switch i := r.IntN(len(old)); r.IntN(4) {
	case 0:
		old[i] ^= byte(1 + r.IntN(127))
	case 1:
		old = slices.Delete(old, i, i+1)
	case 2:
		old = slices.Insert(old, i, byte('a'+r.IntN(26)))
	case 3:
		old = nil
	}
	*text = string(old)
}

func flip(r *rand.Rand, h *audit.Hash) { h[r.IntN(len(h))] ^= 1 << r.IntN(8) }

// other is another number.
func other(r *rand.Rand, n int64) int64 {
	for {
		if m := n + r.Int64N(21) - 10; m != n {
			return m
		}
	}
}
