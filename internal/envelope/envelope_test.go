package envelope_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/envelope"
)

func kek(t testing.TB) envelope.KEK {
	t.Helper()
	k, err := envelope.ParseKEK(" " + envelope.Generate() + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var here = envelope.Place{Table: "consents", Row: "0b6f6c0e", Column: "sealed"}

func TestABoxOpensInItsPlaceWithItsKeyAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := envelope.NewDataKey()
		text := rapid.SliceOf(rapid.Byte()).Draw(t, "text")
		box := key.Seal(text, here)
		if got, err := key.Open(box, here); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("it does not open: %v", err)
		}
		if len(box) != len(text)+29 || len(text) > 3 && bytes.Contains(box, text) {
			t.Fatalf("a box of %d bytes for %d", len(box), len(text))
		}
		if bytes.Equal(box, key.Seal(text, here)) {
			t.Fatal("two boxes of the same text are alike")
		}
		changed := bytes.Clone(box)
		changed[rapid.IntRange(0, len(box)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "by"))
		short := box[:rapid.IntRange(0, len(box)-1).Draw(t, "length")]
		for what, try := range map[string]func() ([]byte, error){
			"another key":    func() ([]byte, error) { return envelope.NewDataKey().Open(box, here) },
			"no key":         func() ([]byte, error) { return envelope.DataKey{}.Open(box, here) },
			"a changed byte": func() ([]byte, error) { return key.Open(changed, here) },
			"a shorter box":  func() ([]byte, error) { return key.Open(short, here) },
			"another row": func() ([]byte, error) {
				return key.Open(box, envelope.Place{Table: here.Table, Row: "0b6f6c0f", Column: here.Column})
			},
			"another table": func() ([]byte, error) {
				return key.Open(box, envelope.Place{Table: "users", Row: here.Row, Column: here.Column})
			},
			"another column": func() ([]byte, error) {
				return key.Open(box, envelope.Place{Table: here.Table, Row: here.Row, Column: "body"})
			},
			"shifted parts": func() ([]byte, error) {
				return key.Open(box, envelope.Place{Table: "consents0", Row: "b6f6c0e", Column: here.Column})
			},
		} {
			if got, err := try(); !errors.Is(err, envelope.ErrBox) || got != nil {
				t.Fatalf("%s: %v, %d bytes", what, err, len(got))
			}
		}
	})
}

func TestARingUnwrapsWhatItsKeysHaveWrapped(t *testing.T) {
	old, next, stranger := kek(t), kek(t), kek(t)
	before, both, after := envelope.NewRing(old), envelope.NewRing(next, old), envelope.NewRing(next)
	key := envelope.NewDataKey()
	box := key.Seal([]byte("x"), here)
	id, wrapped := before.Wrap(key, here)
	if id != old.ID() || both.Active() != next.ID() || !both.Has(id) || after.Has(id) {
		t.Errorf("ids %s, %s", id, both.Active())
	}
	got, err := both.Unwrap(id, wrapped, here)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := got.Open(box, here); err != nil || string(text) != "x" {
		t.Errorf("%q, %v", text, err)
	}
	if !bytes.Equal(got.Mark(), key.Mark()) || bytes.Equal(got.Mark(), envelope.NewDataKey().Mark()) || len(got.Mark()) != 8 {
		t.Error("a mark does not tell keys apart")
	}
	if _, err := after.Unwrap(id, wrapped, here); !errors.Is(err, envelope.ErrUnknownKEK) {
		t.Errorf("without the old key: %v", err)
	}
	if _, err := envelope.NewRing(stranger).Unwrap(stranger.ID(), wrapped, here); !errors.Is(err, envelope.ErrBox) {
		t.Errorf("with another key under the name: %v", err)
	}
	if _, err := both.Unwrap(id, wrapped, envelope.Place{Table: here.Table, Row: "another", Column: here.Column}); !errors.Is(err, envelope.ErrBox) {
		t.Errorf("in another row: %v", err)
	}
	id, wrapped = both.Wrap(got, here)
	if _, err := after.Unwrap(id, wrapped, here); err != nil {
		t.Errorf("wrapped anew: %v", err)
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	for _, text := range []string{"", "x", strings.Repeat("A", 42), base64.StdEncoding.EncodeToString(make([]byte, 31)), base64.StdEncoding.EncodeToString(make([]byte, 33)), "sala-" + envelope.Generate()} {
		if k, err := envelope.ParseKEK(text); !errors.Is(err, envelope.ErrKEK) || k.ID() != "" {
			t.Errorf("a text of %d characters: %v", len(text), err)
		}
	}
}

// The same key has the same name everywhere, and another key another one. The
// names are in databases: they never change.
func TestIDs(t *testing.T) {
	k, err := envelope.NewKEK([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil || k.ID() != "bbb0c87af78653b1" {
		t.Errorf("%s, %v", k.ID(), err)
	}
	if one, other := kek(t), kek(t); one.ID() == other.ID() {
		t.Error("two keys with one name")
	}
}

func TestABlindIndexFindsTheSameText(t *testing.T) {
	key := envelope.NewDataKey()
	index := key.Index()
	if a, b := index.Of("client", "viite-17"), index.Of("client", "viite-17"); !bytes.Equal(a, b) || len(a) != 32 {
		t.Error("the same text has two indexes")
	}
	seen := map[string]bool{}
	for _, one := range [][]byte{index.Of("client", "viite-17"), index.Of("client", "viite-18"), index.Of("token", "viite-17"), envelope.NewDataKey().Index().Of("client", "viite-17")} {
		seen[string(one)] = true
	}
	if len(seen) != 4 {
		t.Error("texts, purposes or keys share an index")
	}
	if index.Of("client", "") != nil {
		t.Error("nothing has an index")
	}
}

func TestKeysPrintAsNothing(t *testing.T) {
	secret := bytes.Repeat([]byte("S"), envelope.KeyBytes)
	k, err := envelope.NewKEK(secret)
	if err != nil {
		t.Fatal(err)
	}
	ring := envelope.NewRing(k)
	data := envelope.NewDataKey()
	for _, v := range []any{k, &k, ring, *ring, data, &data, data.Index(), []envelope.DataKey{data}, struct{ K envelope.KEK }{k}, map[string]envelope.DataKey{"a": data}} {
		var text, lines bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("", "key", v)
		slog.New(slog.NewJSONHandler(&lines, nil)).Info("", "key", v)
		encoded, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, printed := range []string{fmt.Sprintf("%v %+v %#v %s %x %q %d", v, v, v, v, v, v, v), text.String(), lines.String(), string(encoded)} {
			if !strings.Contains(printed, "[redacted]") || strings.Contains(printed, "SSSS") || strings.Contains(printed, "83 83") || strings.Contains(printed, "5353") ||
				strings.Contains(printed, k.ID()) && !strings.Contains(printed, "map[") {
				t.Errorf("%T prints as %s", v, printed)
			}
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	key, text := envelope.NewDataKey(), bytes.Repeat([]byte("x"), 500)
	for b.Loop() {
		if _, err := key.Open(key.Seal(text, here), here); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	ring := envelope.NewRing(kek(b))
	id, wrapped := ring.Wrap(envelope.NewDataKey(), here)
	for b.Loop() {
		if _, err := ring.Unwrap(id, wrapped, here); err != nil {
			b.Fatal(err)
		}
	}
}
