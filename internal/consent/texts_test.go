package consent

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/lang"
)

func builtin(t *testing.T) []Text {
	t.Helper()
	texts, err := BuiltinTexts()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// A consent record names the text by version and digest. If this test fails,
// the words of a version changed: write a new version instead.
func TestPublishedTextsNeverChange(t *testing.T) {
	t.Parallel()
	published := map[int]map[lang.Tag]string{
		1: {
			lang.Finnish: "e6e3d5e1e0d6ee8a15049c4e141b5e5ae7b3f24bc33b92bf5cbe188e789ddd21",
			lang.Swedish: "7bfe8d45e9a931d44f9a2e39e7990a0d59251c085e6979973fc87d3bc3f38f70",
			lang.English: "f7802af9bc72239ad928939ac96f0f01e6c518b4481a7dd6e83fb97d7a808e81",
		},
	}
	for _, text := range builtin(t) {
		for _, tag := range lang.All {
			if got, want := text.SHA256(tag), published[text.Version][tag]; got != want {
				t.Errorf("version %d in %s has the digest %s, published was %q", text.Version, tag, got, want)
			}
		}
	}
}

func TestRenderedIsWhatTheClientRead(t *testing.T) {
	t.Parallel()
	for _, text := range builtin(t) {
		for _, tag := range lang.All {
			rendered := text.Rendered(tag)
			for _, section := range text.Brochure {
				for _, part := range []string{section.Heading.In(tag), section.Text.In(tag), section.Text.Plain(tag)} {
					if !strings.Contains(rendered, part) {
						t.Errorf("%s: %q is not in the canonical text", tag, part)
					}
				}
			}
			for _, purpose := range Purposes {
				words, ok := text.Purpose(purpose)
				if !ok || !strings.Contains(rendered, words.Label.In(tag)) || !strings.Contains(rendered, words.Text.Plain(tag)) {
					t.Errorf("%s: the purpose %s is not in the canonical text", tag, purpose)
				}
			}
			if strings.Contains(rendered, "\r") || !norm.NFC.IsNormalString(rendered) || !strings.HasSuffix(rendered, ".\n") {
				t.Errorf("%s: the canonical text is not in its canonical form", tag)
			}
			sum := sha256.Sum256([]byte(rendered))
			if text.SHA256(tag) != hex.EncodeToString(sum[:]) {
				t.Errorf("%s: the digest is not of the canonical text", tag)
			}
		}
	}
}

func TestTextIsShortAndSaysWhatItMust(t *testing.T) {
	t.Parallel()
	current := builtin(t)[len(builtin(t))-1]
	must := map[lang.Tag][]string{
		lang.Finnish: {"vapaaehtoista", "ei seuraa sinulle mitään", "perua", "ei ole diagnoosi", "Kuka näkee", "minuuttia"},
		lang.Swedish: {"frivilligt", "inga följder för dig", "återkalla", "ingen diagnos", "Vem som ser", "minuter"},
		lang.English: {"voluntary", "no consequence for you", "withdraw", "not a diagnosis", "Who sees", "minutes"},
	}
	for tag, phrases := range must {
		text := current.Ordinary(tag)
		for _, phrase := range phrases {
			if !strings.Contains(text, phrase) {
				t.Errorf("%s: %q is not said", tag, phrase)
			}
		}
		if words := len(strings.Fields(text)); words > 400 {
			t.Errorf("%s: %d words are too many for a tired reader", tag, words)
		}
	}
	for _, tag := range []lang.Tag{lang.Finnish, lang.Swedish} {
		for line := range strings.Lines(current.Plain(tag)) {
			for sentence := range strings.SplitSeq(line, ". ") {
				if words := len(strings.Fields(sentence)); words > 18 {
					t.Errorf("%s: a plain sentence has %d words: %q", tag, words, sentence)
				}
			}
		}
	}
}

func TestEditorsDoNotChangeTheDigest(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("texts/assessment.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := builtin(t)[0]
	for name, variant := range map[string]string{
		"CRLF": strings.ReplaceAll(string(data), "\n", "\r\n"),
		"NFD":  norm.NFD.String(string(data)),
	} {
		got, err := ParseText([]byte(variant))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.SHA256(lang.Finnish) != want.SHA256(lang.Finnish) {
			t.Errorf("%s changes the digest", name)
		}
	}
}

func TestMistakesStopTheLoad(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("texts/assessment.v1.yaml")
	if err != nil {
		t.Fatal(err)
	}
	good := string(data)
	for _, test := range []struct{ name, old, new, want string }{
		{"a language is missing", "  sv: Vill du göra en Omasuunta-bedömning?\n", "", "/title/sv: required"},
		{"a field is misspelt", "sentence:", "sentense:", "field sentense not found"},
		{"a purpose is unknown", "purpose: statistics", "purpose: marketing", "/purposes: not_in_list"},
		{"the version is missing", "version: 1\n", "", "/version: must be 1 or more"},
		{"plain language is missing in Swedish", "      sv_plain: Bedömningen får göras med mina svar.\n", "", "/purposes/0/text/sv_plain: required"},
		{"two documents", "version: 1", "version: 1\n---\nversion: 2", ""},
	} {
		broken := strings.Replace(good, test.old, test.new, 1)
		if broken == good {
			t.Fatalf("%s: nothing was broken", test.name)
		}
		if _, err := ParseText([]byte(broken)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v, want %q", test.name, err, test.want)
		}
	}
	file := &fstest.MapFile{Data: data}
	if _, err := load(fstest.MapFS{"texts/a.yaml": file, "texts/b.yaml": file}, "texts"); err == nil {
		t.Error("the same version twice was accepted")
	}
	if _, err := load(fstest.MapFS{}, "texts"); err == nil {
		t.Error("no text at all was accepted")
	}
}
