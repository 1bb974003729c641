package instrument

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/lang"
)

func parsed(t *testing.T, name string) *Battery {
	t.Helper()
	b, mistakes := Check(name, testdata(t, name))
	if len(mistakes) > 0 {
		t.Fatal(mistakes)
	}
	return b
}

func TestDigestIgnoresLayout(t *testing.T) {
	if a, b := Digest(parsed(t, "valid.yaml")), Digest(parsed(t, "valid-relaid.yaml")); a != b {
		t.Errorf("the same content has the digests %s and %s", a, b)
	}
}

// Databases hold digests made by released programs: this one must never change.
func TestDigestIsStable(t *testing.T) {
	const released = "732db2160ef44529747a482131fca6b801ba905d3023cc40536bda577e5953a0"
	if got := Digest(parsed(t, "valid.yaml")); got != released {
		t.Errorf("digest %s, want %s", got, released)
	}
}

func TestDigestSeesEveryChange(t *testing.T) {
	seen := map[string]string{Digest(parsed(t, "valid.yaml")): "nothing"}
	for name, change := range map[string]func(*Battery){
		"code":          func(b *Battery) { b.Code += "x" },
		"version":       func(b *Battery) { b.Version++ },
		"side":          func(b *Battery) { b.Side = Client },
		"cutoff":        func(b *Battery) { b.Cutoff++ },
		"name":          func(b *Battery) { b.Name.En += "x" },
		"description":   func(b *Battery) { b.Description.Sv += "x" },
		"scale":         func(b *Battery) { b.Scale.Max++ },
		"anchor":        func(b *Battery) { b.Scale.Anchors[5] = lang.Text{Fi: "x"} },
		"anchor's key":  func(b *Battery) { b.Scale.Anchors[6] = b.Scale.Anchors[5]; delete(b.Scale.Anchors, 5) },
		"item's code":   func(b *Battery) { b.Items[0].Code += "x" },
		"topic":         func(b *Battery) { b.Items[0].Topic.Fi += "x" },
		"text":          func(b *Battery) { b.Items[0].Text.En += "x" },
		"plain text":    func(b *Battery) { b.Items[0].Text.SvPlain += "x" },
		"help":          func(b *Battery) { b.Items[0].Help.FiPlain += "x" },
		"reverse":       func(b *Battery) { b.Items[0].Reverse = true },
		"weight":        func(b *Battery) { b.Items[0].Weight++ },
		"terms":         func(b *Battery) { b.Items[0].Terms = nil },
		"order":         func(b *Battery) { b.Items[0], b.Items[1] = b.Items[1], b.Items[0] },
		"fewer items":   func(b *Battery) { b.Items = b.Items[:1] },
		"moved letters": func(b *Battery) { b.Name.Fi, b.Name.Sv = b.Name.Fi+b.Name.Sv[:1], b.Name.Sv[1:] },
	} {
		b := parsed(t, "valid.yaml")
		change(b)
		digest := Digest(b)
		if other, same := seen[digest]; same {
			t.Errorf("changing the %s gives the digest of %s", name, other)
		}
		seen[digest] = name
	}
}
