package typeset

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// poppler runs a tool of Poppler on a file and returns what it says.
func poppler(t testing.TB, file []byte, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		if os.Getenv("OMASUUNTA_REQUIRE_POPPLER") == "1" {
			t.Fatalf("%s is required and not there: %v", tool, err)
		}
		t.Skipf("SKIPPED: %s (package poppler-utils) is not there", tool)
	}
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	command := append(slices.Clone(args), path)
	if tool == "pdftotext" {
		command = append(command, "-")
	}
	var problems bytes.Buffer
	run := exec.Command(tool, command...)
	run.Stderr = &problems
	out, err := run.Output()
	if err != nil || problems.Len() > 0 {
		t.Fatalf("%s: %v: %s", tool, err, problems.String())
	}
	return string(out)
}

func printed(t testing.TB, d Document) []byte {
	t.Helper()
	p, err := d.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return p.Bytes
}

func TestStructure(t *testing.T) {
	structure := poppler(t, printed(t, sample()), "pdfinfo", "-struct-text")
	// Where on the page a figure is, is for the page image to tell.
	kept := slices.DeleteFunc(strings.SplitAfter(structure, "\n"), func(line string) bool {
		return strings.Contains(line, "/BBox") || strings.Contains(line, "Object ")
	})
	golden := filepath.Join("testdata", "sample.structure.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(kept, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(kept, ""); got != string(want) {
		t.Errorf("the structure is\n%s", got)
	}
}

// TestEveryWordCanBeExtracted asks a program that knows nothing of ours. Words
// that it puts together from two lines are compared without hyphens.
func TestEveryWordCanBeExtracted(t *testing.T) {
	poppler(t, printed(t, sample()), "pdftotext")
	rapid.Check(t, func(r *rapid.T) {
		if r.Context().Err() != nil {
			return
		}
		var blocks []Block
		var want []string
		for range rapid.IntRange(1, 12).Draw(r, "blocks") {
			text := rapid.StringMatching(`([a-zäö]{1,11} ){1,50}(terveydenhuoltojärjestelmässä |yhteistyöasiakkuudesta ){0,3}`).Draw(r, "text")
			want = append(want, strings.Fields(text)...)
			blocks = append(blocks, rapid.SampledFrom([]Block{
				Text(text), Panel{Blocks: []Block{Text(text)}}, List{Items: [][]Block{{Text(text)}}}, Keep{Blocks: []Block{Text(text)}},
			}).Draw(r, "block"))
		}
		text := poppler(t, printed(t, Document{Title: "T", Language: "fi", Blocks: blocks}), "pdftotext", "-raw")
		got := strings.Fields(strings.NewReplacer("•", " ", softHyphen+"\n\f", "", softHyphen+"\n", "", "\f", " ").Replace(text))
		if !slices.Equal(got, want) {
			r.Fatalf("extracted\n%q\nwant\n%q", got, want)
		}
	})
}

func TestHeadingsSkipNoLevel(t *testing.T) {
	d := Document{Title: "T", Language: "fi", Blocks: []Block{
		Heading{Level: 2, Text: "Ensin"}, Text("a"), Heading{Level: 4, Text: "Sitten"}, Text("b"), Heading{Level: 3, Text: "Kolmas"}, Text("c"), Heading{Level: 1, Text: "Uusi"}, Text("d"),
	}}
	structure := poppler(t, printed(t, d), "pdfinfo", "-struct")
	at := 0
	for _, role := range []string{"H1", "H2", "H3", "H1"} {
		found := strings.Index(structure[at:], "  "+role+" (block)")
		if found < 0 {
			t.Fatalf("no %s where it should be:\n%s", role, structure)
		}
		at += found + 1
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	if first, again := printed(t, sample()), printed(t, sample()); !bytes.Equal(first, again) {
		t.Error("the bytes differ")
	}
}

func TestDocumentsMayBePrintedAtOnce(t *testing.T) {
	want := printed(t, sample())
	same := make(chan error)
	for range 8 {
		go func() {
			p, err := sample().PDF()
			if err == nil && !bytes.Equal(p.Bytes, want) {
				err = fmt.Errorf("the bytes differ")
			}
			same <- err
		}()
	}
	for range 8 {
		if err := <-same; err != nil {
			t.Error(err)
		}
	}
}

func TestAThousandDocumentsLeaveNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a thousand documents take some seconds")
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	d := sample()
	printed(t, d)
	before := heap()
	for i := range 1000 {
		d.Blocks[1] = Text(fmt.Sprintf("Asiakirja %d kertoo eri sanoin: sana%d.", i, i*7919))
		printed(t, d)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
}

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{
		"", " ", "\n", "Hei\tsinä", "\u00ad", "a\u00adb", "日本語のテキスト", "👩‍👩‍👧‍👦 ja 🇫🇮", "שלום עולם", "مرحبا", "e\u0301\u0301\u0301", "\xff\xfe",
		"\u202eoikealta", "\u200b\u200b", "yhteistyöasiakkuusyhteistyöasiakkuusyhteistyöasiakkuus", "a\u00a0b\u202fc", "\x00\x01", "–9",
	} {
		f.Add(seed, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		inner := []Block{Text(text), Heading{Level: int(kind % 6), Text: text}, Text("loppu")}
		d := Document{Title: "T" + text, Language: "fi", Foot: text, Size: float64(kind), PageOf: func(int, int) string { return text }, Blocks: []Block{
			Heading{Level: 1, Text: text},
			Paragraph{Voice: Voice(kind % 3), Spans: []Span{{Text: text}, {Text: text, Bold: true, Language: "sv"}, {Text: text, Link: "https://omasuunta.example/"}}},
			List{Marker: Marker(kind % 4), Items: [][]Block{inner, {}, {Rule{}}}},
			Table{Caption: text, Head: []string{text, "b"}, Rows: [][]Cell{{{Text: text}, {Text: text, Right: true}}}, RowHead: true},
			Columns{Columns: [][]Block{inner, inner}}, Panel{Tint: "#d8efe6", Blocks: inner}, Keep{Blocks: inner}, Blanks{Label: text, Lines: int(kind)},
		}}
		if _, err := d.PDF(); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkPDF(b *testing.B) {
	d := sample()
	printed(b, d)
	b.ReportAllocs()
	for b.Loop() {
		printed(b, d)
	}
}
