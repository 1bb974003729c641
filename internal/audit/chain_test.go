package audit_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/audit"
)

// The test vectors of the Certificate Transparency project for RFC 6962.
func TestTheRootIsThatOfRFC6962(t *testing.T) {
	var leaves []audit.Hash
	for i, one := range []struct{ data, root string }{
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	} {
		data, err := hex.DecodeString(one.data)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, sha256.Sum256(append([]byte{0}, data...)))
		if got := audit.Root(leaves); got.String() != one.root {
			t.Errorf("root of %d leaves is %s, want %s", i+1, got, one.root)
		}
	}
}

// In a tree that doubles a last leaf without a neighbour these are alike.
func TestADoubledLastLeafHasAnotherRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := make([]audit.Hash, rapid.IntRange(1, 40).Draw(t, "leaves"))
		for i := range leaves {
			leaves[i][0] = byte(i)
		}
		root := audit.Root(leaves)
		for n := 1; n <= len(leaves); n++ {
			if audit.Root(append(leaves[:len(leaves):len(leaves)], leaves[len(leaves)-n:]...)) == root {
				t.Fatalf("%d leaves and the last %d of them again have one root", len(leaves), n)
			}
		}
	})
}

// Two rows have one leaf only if they are the same row.
func TestALeafIsOfOneRow(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aå\x00\"")), 0, 3, -1)
	rows := rapid.Custom(func(t *rapid.T) audit.Row {
		return audit.Row{ID: rapid.Int64Range(0, 2).Draw(t, "id"), At: text.Draw(t, "at"), Actor: text.Draw(t, "actor"), Role: text.Draw(t, "role"),
			Action: text.Draw(t, "action"), Subject: text.Draw(t, "subject"), SubjectID: text.Draw(t, "id"), Unit: text.Draw(t, "unit"), RequestID: text.Draw(t, "request")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := rows.Draw(t, "a"), rows.Draw(t, "b")
		if (a.Leaf() == b.Leaf()) != (a == b) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

// The format is for ever: what was sealed by this program is verified by later
// ones. Should this test fail, formatVersion must rise and the old way stay.
func TestTheFormatStaysAsItIs(t *testing.T) {
	row := audit.Row{ID: 7, At: "2023-05-05T09:30:15.123456Z", Actor: "7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b", Role: "professional",
		Action: "assessment.read", Subject: "assessment", SubjectID: "s", Unit: "vuosaari-ta", RequestID: "r"}
	batch, members := audit.SealRows(audit.Batch{}, []audit.Row{row, row, row}, sealedAt)
	if got, want := members[0].Leaf.String(), "dd21e3c7e60438275fcf152aefda2b22540f2ab77deeb6d65668efdfd701e476"; got != want {
		t.Errorf("leaf %s, want %s", got, want)
	}
	if got, want := batch.Chain.String(), "c149110607cef7a3cee48a57e463fa30d2050b53803a6a239300226b42dfbd48"; got != want {
		t.Errorf("chain %s, want %s", got, want)
	}
}

// seals is an audit in memory, to run a sealer on.
type seals struct {
	batches []audit.Batch
	waiting []audit.Row
}

func (s *seals) Seal(_ context.Context, at time.Time) (bool, error) {
	if len(s.waiting) == 0 {
		return false, nil
	}
	head, _ := s.Head(context.Background())
	batch, _ := audit.SealRows(head, s.waiting[:1], at)
	s.batches, s.waiting = append(s.batches, batch), s.waiting[1:]
	return true, nil
}

func (s *seals) Head(ctx context.Context) (audit.Batch, error) {
	return s.Batch(ctx, int64(len(s.batches)))
}

func (s *seals) Batch(_ context.Context, number int64) (audit.Batch, error) {
	if number < 1 || number > int64(len(s.batches)) {
		return audit.Batch{}, nil
	}
	return s.batches[number-1], nil
}

// log is checkpoints in memory.
type log struct {
	lines [][]byte
	key   ed25519.PrivateKey
}

func (l *log) Append(next func(audit.Checkpoint) (audit.Checkpoint, error)) (err error) {
	var line []byte
	var last audit.Checkpoint
	if len(l.lines) > 0 {
		line = l.lines[len(l.lines)-1]
		if last, err = audit.LastCheckpoint(line); err != nil {
			return err
		}
	}
	what, err := next(last)
	if err != nil || what.Batch == 0 {
		return err
	}
	line, err = audit.NextLine(line, what, l.key)
	l.lines = append(l.lines, line)
	return err
}

type fixed struct{}

func (fixed) Now() time.Time { return sealedAt }

func TestACheckpointIsOfTheLastBatchAndWrittenOnce(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	held, written := &seals{}, &log{key: private}
	quiet := slog.New(slog.DiscardHandler)
	one, other := audit.NewSealer(held, written, fixed{}, quiet), audit.NewSealer(held, written, fixed{}, quiet)
	for range 3 {
		held.waiting = make([]audit.Row, 4)
		for _, s := range []*audit.Sealer{one, other, one} {
			if err := errors.Join(s.Seal(t.Context()), s.Mark(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
	}
	var batches []int64
	for c, err := range audit.ReadCheckpoints(from(written.lines), public) {
		if err != nil {
			t.Fatal(err)
		}
		batches = append(batches, c.Batch)
	}
	if len(batches) != 3 || batches[0] != 4 || batches[2] != 12 {
		t.Errorf("checkpoints of the batches %v, want 4, 8, 12", batches)
	}

	// What was signed is not contradicted.
	held.batches[11].Chain[0]++
	held.waiting = make([]audit.Row, 1)
	if err := errors.Join(one.Seal(t.Context()), one.Mark(t.Context())); !errors.Is(err, audit.ErrForked) {
		t.Errorf("another history: %v", err)
	}
	held.batches = held.batches[:5]
	if err := other.Mark(t.Context()); !errors.Is(err, audit.ErrForked) {
		t.Errorf("a cut history: %v", err)
	}
	if len(written.lines) != 3 || len(held.waiting) != 0 {
		t.Errorf("%d checkpoints; %d rows wait for a seal", len(written.lines), len(held.waiting))
	}
}

// Without a public key the signatures are not looked at, but the rest is.
func TestCheckpointsWithoutAKey(t *testing.T) {
	w := newWorld(rand.New(rand.NewPCG(1, 2)), 4)
	bad := strings.Replace(string(w.lines[0]), `"sig":"`, `"sig":"AAAA`, 1)
	w.lines[0] = []byte(bad)
	for _, err := range audit.ReadCheckpoints(from(w.lines[:1])) {
		if err != nil {
			t.Errorf("refused without a key: %v", err)
		}
	}
	for _, err := range audit.ReadCheckpoints(from(w.lines[:1]), w.public) {
		if err == nil {
			t.Error("a forged signature passes")
		}
	}
}

func TestWhatIsNotSealedYetIsTold(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := newWorld(r, 3)
	for i, at := range []string{"2026-03-02T10:00:00.000000Z", "2026-03-02T09:59:00.000000Z"} {
		w.rows[int64(900+i)] = &audit.Row{ID: int64(900 + i), At: at}
	}
	report, err := w.verify()
	if err != nil || report.Unsealed != 2 || report.OldestUnsealed != "2026-03-02T09:59:00.000000Z" {
		t.Errorf("%+v, %v", report, err)
	}
}
