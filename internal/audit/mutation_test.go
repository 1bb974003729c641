package audit_test

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/audit"
)

// mutation is one way to tamper with an audit, and what must be said of it: row is
// the row that must be named, 0 where any finding will do.
type mutation struct {
	name   string
	tamper func(w *world, r *rand.Rand) (row int64)
}

var mutations = []mutation{
	{"a row's text is changed", func(w *world, r *rand.Rand) int64 {
		row := w.anyRow(r)
		change(r, anyText(row, r))
		return row.ID
	}},
	{"a letter moves from one text of a row to the next", func(w *world, r *rand.Rand) int64 {
		row := w.anyRow(r)
		texts := textsOf(row)
		i := r.IntN(len(texts) - 1)
		for *texts[i] == "" {
			i = r.IntN(len(texts) - 1)
		}
		n := len(*texts[i]) - 1
		*texts[i], *texts[i+1] = (*texts[i])[:n], (*texts[i])[n:]+*texts[i+1]
		return row.ID
	}},
	{"a row is deleted", func(w *world, r *rand.Rand) int64 {
		id := w.anyRow(r).ID
		delete(w.rows, id)
		return id
	}},
	{"a row gets another id", func(w *world, r *rand.Rand) int64 {
		row := w.anyRow(r)
		delete(w.rows, row.ID)
		id := row.ID
		row.ID += 100_000
		w.rows[row.ID] = row
		return id
	}},
	{"two rows change places", func(w *world, r *rand.Rand) int64 {
		a, b := w.twoRows(r)
		*a, *b = *b, *a
		a.ID, b.ID = b.ID, a.ID
		return min(a.ID, b.ID)
	}},
	{"a seal's hash is changed", func(w *world, r *rand.Rand) int64 {
		m := w.anyMember(r)
		flip(r, &m.Leaf)
		return m.RowID
	}},
	{"a seal's batch is changed", func(w *world, r *rand.Rand) int64 {
		m := w.anyMember(r)
		m.Batch = other(r, m.Batch)
		return m.RowID
	}},
	{"a seal's position is changed", func(w *world, r *rand.Rand) int64 {
		m := w.anyMember(r)
		m.Position = other(r, m.Position)
		return 0
	}},
	{"a seal is put on another row", func(w *world, r *rand.Rand) int64 {
		w.anyMember(r).RowID += 1 + r.Int64N(10)
		return 0
	}},
	{"a seal is deleted", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.members))
		w.members = slices.Delete(w.members, i, i+1)
		return 0
	}},
	{"two seals change rows", func(w *world, r *rand.Rand) int64 {
		a, b := w.anyMember(r), w.anyMember(r)
		for a.RowID == b.RowID {
			b = w.anyMember(r)
		}
		a.RowID, b.RowID = b.RowID, a.RowID
		return 0
	}},
	{"a row is inserted with a seal, the later ones make room", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.members))
		forged := w.forge(r)
		m := audit.Member{Position: w.members[i].Position, Batch: w.members[i].Batch, RowID: forged.ID, Leaf: forged.Leaf()}
		for j := i; j < len(w.members); j++ {
			w.members[j].Position++
		}
		w.members = slices.Insert(w.members, i, m)
		return 0
	}},
	{"a row is appended with a seal", func(w *world, r *rand.Rand) int64 {
		last := w.members[len(w.members)-1]
		forged := w.forge(r)
		w.members = append(w.members, audit.Member{Position: last.Position + 1, Batch: last.Batch, RowID: forged.ID, Leaf: forged.Leaf()})
		return forged.ID
	}},
	{"a row is replaced with its seal", func(w *world, r *rand.Rand) int64 {
		m := w.anyMember(r)
		change(r, anyText(w.rows[m.RowID], r))
		m.Leaf = w.rows[m.RowID].Leaf()
		return 0
	}},
	{"a batch's number is changed", func(w *world, r *rand.Rand) int64 {
		b := w.anyBatch(r)
		numbers := []*int64{&b.Number, &b.First, &b.Last, &b.Count}
		n := numbers[r.IntN(len(numbers))]
		*n = other(r, *n)
		return 0
	}},
	{"a batch's hash is changed", func(w *world, r *rand.Rand) int64 {
		b := w.anyBatch(r)
		flip(r, []*audit.Hash{&b.Root, &b.Prev, &b.Chain}[r.IntN(3)])
		return 0
	}},
	{"a batch's time is changed", func(w *world, r *rand.Rand) int64 {
		change(r, &w.anyBatch(r).SealedAt)
		return 0
	}},
	{"a batch's time is changed, and its hash", func(w *world, r *rand.Rand) int64 {
		b := w.anyBatch(r)
		change(r, &b.SealedAt)
		b.Chain = b.Link()
		return 0
	}},
	{"a batch is deleted", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.batches))
		w.batches = slices.Delete(w.batches, i, i+1)
		return 0
	}},
	{"a batch is deleted with its rows", func(w *world, r *rand.Rand) int64 {
		w.drop(w.anyBatch(r).Number)
		return 0
	}},
	{"a batch is deleted with its rows, and the later ones move up", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.batches))
		w.drop(w.batches[i].Number)
		w.rechain(i)
		return 0
	}},
	{"two batches change places", func(w *world, r *rand.Rand) int64 {
		i, j := r.IntN(len(w.batches)), r.IntN(len(w.batches))
		for i == j {
			j = r.IntN(len(w.batches))
		}
		w.batches[i], w.batches[j] = w.batches[j], w.batches[i]
		return 0
	}},
	{"a batch is there twice", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.batches))
		w.batches = slices.Insert(w.batches, i, w.batches[i])
		return 0
	}},
	{"a row is changed and all is sealed anew", func(w *world, r *rand.Rand) int64 {
		change(r, anyText(w.anyRow(r), r))
		w.rechain(0)
		return 0
	}},
	{"a row is changed and all from its batch on is sealed anew", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.batches))
		change(r, anyText(w.rows[w.members[w.batches[i].First-1].RowID], r))
		w.rechain(i)
		return 0
	}},
	{"the end is cut off", func(w *world, r *rand.Rand) int64 {
		for keep := r.IntN(len(w.batches)); len(w.batches) > keep; {
			w.drop(w.batches[len(w.batches)-1].Number)
		}
		return 0
	}},
	{"the end's seals are cut off, its rows stay", func(w *world, r *rand.Rand) int64 {
		rows := w.rows
		w.rows = map[int64]*audit.Row{}
		for id, row := range rows {
			w.rows[id] = row
		}
		for keep := r.IntN(len(w.batches)); len(w.batches) > keep; {
			w.drop(w.batches[len(w.batches)-1].Number)
		}
		w.rows = rows
		return 0
	}},
	{"a checkpoint is changed", func(w *world, r *rand.Rand) int64 {
		line := w.lines[r.IntN(len(w.lines))]
		i := r.IntN(len(line))
		line[i] ^= byte(1 + r.IntN(255))
		return 0
	}},
	{"a checkpoint is deleted", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.lines) - 1) // but for the last, see TestACutLogIsTold
		w.lines = slices.Delete(w.lines, i, i+1)
		return 0
	}},
	{"two checkpoints change places", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.lines) - 1)
		w.lines[i], w.lines[i+1] = w.lines[i+1], w.lines[i]
		return 0
	}},
	{"a checkpoint is there twice", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.lines))
		w.lines = slices.Insert(w.lines, i, w.lines[i])
		return 0
	}},
	{"a checkpoint is signed by somebody else", func(w *world, r *rand.Rand) int64 {
		i := r.IntN(len(w.lines))
		var before []byte
		if i > 0 {
			before = w.lines[i-1]
		}
		now, _ := audit.LastCheckpoint(w.lines[i])
		_, stranger, _ := ed25519.GenerateKey(chacha(r))
		w.lines[i], _ = audit.NextLine(before, now, stranger)
		return 0
	}},
	{"all is sealed anew and signed by somebody else", func(w *world, r *rand.Rand) int64 {
		change(r, anyText(w.anyRow(r), r))
		w.rechain(0)
		_, stranger, _ := ed25519.GenerateKey(chacha(r))
		w.sign(stranger)
		return 0
	}},
}

// tamperings is how often somebody tampers, unless OMASUUNTA_TEST_TAMPERINGS says
// another number.
func tamperings(t *testing.T, usually int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv("OMASUUNTA_TEST_TAMPERINGS"), strconv.Itoa(usually)))
	if err != nil || n < 1 {
		t.Fatal("OMASUUNTA_TEST_TAMPERINGS must be a number")
	}
	return n
}

// Each way to tamper with an audit must be found, and where one row alone was
// touched, that row must be named.
func TestEveryTamperingIsFound(t *testing.T) {
	n := tamperings(t, 10_000)
	original := newWorld(rand.New(rand.NewPCG(5, 5)), 6)
	if _, err := original.verify(); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		one := mutations[i%len(mutations)]
		r := rand.New(rand.NewPCG(uint64(i), 1))
		w := original.clone()
		row := one.tamper(w, r)
		_, err := w.verify()
		var found *audit.Finding
		switch {
		case !errors.As(err, &found):
			t.Errorf("%d: %s: found %v", i, one.name, err)
		case row != 0 && found.Row != row:
			t.Errorf("%d: %s, row %d: found %v", i, one.name, row, found)
		case strings.Contains(found.Error(), "%!"):
			t.Errorf("%d: %q", i, found)
		}
		if t.Failed() {
			return
		}
	}
}

// Any byte of the sealed part of an export, and any line of it.
func TestEveryChangeOfAnExportIsFound(t *testing.T) {
	n := tamperings(t, 800)
	w := newWorld(rand.New(rand.NewPCG(6, 6)), 6)
	lines := w.export(t)
	if _, err := audit.Verify(audit.ReadExport(from(lines)), w.checkpoints()); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		r := rand.New(rand.NewPCG(uint64(i), 2))
		mutated := make([][]byte, len(lines))
		for j := range lines {
			mutated[j] = bytes.Clone(lines[j])
		}
		at := 1 + r.IntN(len(lines)-2) // all but the beginning and the end
		what := fmt.Sprintf("line %d: ", at+1)
		switch i % 4 {
		case 0, 1:
			at2 := r.IntN(len(mutated[at]))
			mutated[at][at2] ^= byte(1 + r.IntN(255))
			what += string(mutated[at])
		case 2:
			mutated = slices.Delete(mutated, at, at+1)
			what += "deleted"
		case 3:
			mutated = slices.Insert(mutated, at, mutated[at])
			what += "doubled"
		}
		var found *audit.Finding
		if _, err := audit.Verify(audit.ReadExport(from(mutated)), w.checkpoints()); !errors.As(err, &found) {
			t.Fatalf("%d: %s: found %v", i, what, err)
		}
	}
	for cut := range lines { // the end is missing
		var found *audit.Finding
		if _, err := audit.Verify(audit.ReadExport(from(lines[:cut]))); !errors.As(err, &found) {
			t.Errorf("cut after line %d: found %v", cut, err)
		}
	}
}

// What is cut off at the end of the checkpoints themselves can't be found; how far
// they reach is told.
func TestACutLogIsTold(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(7, 7)), 12)
	whole, err := w.verify()
	if err != nil {
		t.Fatal(err)
	}
	w.lines = w.lines[:len(w.lines)-1]
	cut, err := w.verify()
	if err != nil || cut.Covered >= whole.Covered || cut.Checkpoints != whole.Checkpoints-1 {
		t.Errorf("%+v, %v; whole it was %+v", cut, err, whole)
	}
}
