package pdf_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

func TestSameCallsMakeTheSameFile(t *testing.T) {
	_, first := sample(t)
	for range 5 {
		if _, again := sample(t); !bytes.Equal(first, again) {
			t.Fatal("another file")
		}
	}
}

func TestFilesAreIdentifiedByTheirContent(t *testing.T) {
	id := regexp.MustCompile(`/ID \[<([0-9A-F]{32})> <([0-9A-F]{32})>\]`)
	seen := map[string]bool{}
	for _, text := range []string{"ab", "ba"} { // equally long
		_, data := paragraph(t, text)
		m := id.FindStringSubmatch(string(read(t, data).trailer))
		if m == nil || m[1] != m[2] || seen[m[1]] {
			t.Errorf("%q: identifier %v", text, m)
			continue
		}
		seen[m[1]] = true
	}
}

func TestMisuseIsAnError(t *testing.T) {
	black := pdf.Paint{Fill: "#000000"}
	inside := func(e pdf.Element, draw func(*pdf.Writer)) func(*pdf.Writer) {
		return func(w *pdf.Writer) {
			w.Begin(e)
			draw(w)
			w.End()
		}
	}
	p := pdf.Element{Role: pdf.P}
	text := func(w *pdf.Writer) { w.Text(60, 60, body, "salaisuus") }
	for name, draw := range map[string]func(*pdf.Writer){
		"left open":             func(w *pdf.Writer) { w.Begin(p) },
		"nothing open":          func(w *pdf.Writer) { w.End() },
		"loose text":            text,
		"loose strange text":    func(w *pdf.Writer) { w.Text(60, 60, body, "山") },
		"loose shape":           func(w *pdf.Writer) { w.Rect(pdf.Box{W: 1, H: 1}, 0, black) },
		"text in a row":         inside(pdf.Element{Role: pdf.Table}, inside(pdf.Element{Role: pdf.TableRow}, text)),
		"item without a list":   inside(pdf.Element{Role: pdf.ListItem}, func(*pdf.Writer) {}),
		"paragraph in a list":   inside(pdf.Element{Role: pdf.List}, inside(p, text)),
		"figure without Alt":    inside(pdf.Element{Role: pdf.Figure}, text),
		"header without scope":  inside(pdf.Element{Role: pdf.Table}, inside(pdf.Element{Role: pdf.TableRow}, inside(pdf.Element{Role: pdf.TableHeaderCell}, text))),
		"no language":           inside(pdf.Element{Role: pdf.P, Language: "suomi (fi)"}, text),
		"no numbering":          inside(pdf.Element{Role: pdf.List, Numbering: "Roman"}, func(*pdf.Writer) {}),
		"link to nowhere":       inside(pdf.Element{Role: pdf.Link}, text),
		"link to a script":      inside(pdf.Element{Role: pdf.Link}, func(w *pdf.Writer) { w.LinkArea(pdf.Box{}, "javascript:alert(1)") }),
		"area outside a link":   inside(p, func(w *pdf.Writer) { w.LinkArea(pdf.Box{}, "https://example.org") }),
		"element in artifact":   func(w *pdf.Writer) { w.Artifact(pdf.Layout, func() { inside(p, text)(w) }) },
		"artifact in artifact":  func(w *pdf.Writer) { w.Artifact(pdf.Layout, func() { w.Artifact(pdf.Layout, func() {}) }) },
		"colour by name":        inside(p, func(w *pdf.Writer) { w.Text(0, 0, pdf.Ink{Size: 14, Colour: "green"}, "a") }),
		"no size":               inside(p, func(w *pdf.Writer) { w.Text(0, 0, pdf.Ink{}, "a") }),
		"nowhere":               inside(p, func(w *pdf.Writer) { w.Line(0, 0, nan(), 0, black) }),
		"more than opaque":      inside(p, func(w *pdf.Writer) { w.Circle(9, 9, 9, nil, pdf.Paint{Fill: "#000000", Opacity: 2}) }),
		"polygon of two":        inside(p, func(w *pdf.Writer) { w.Polygon([]pdf.Point{{X: 1, Y: 1}, {X: 9, Y: 9}}, black) }),
		"polygon to nowhere":    inside(p, func(w *pdf.Writer) { w.Polygon([]pdf.Point{{X: 1, Y: 1}, {X: 9, Y: 9}, {X: nan()}}, black) }),
		"bookmark of level 0":   func(w *pdf.Writer) { w.Bookmark(0, "a", 0) },
		"image of no such font": inside(p, func(w *pdf.Writer) { w.Text(0, 0, pdf.Ink{Font: 7, Size: 14}, "a") }),
	} {
		t.Run(name, func(t *testing.T) {
			w := pdf.New(sampleInfo)
			w.AddPage()
			draw(w)
			data, err := w.Finish()
			if err == nil || data != nil {
				t.Fatal("a file was made")
			}
			if strings.Contains(err.Error(), "salaisuus") {
				t.Errorf("%q tells what was written", err)
			}
		})
	}
	for name, info := range map[string]pdf.Info{
		"no title": {Language: "fi"}, "no language": {Title: "Näyte"},
	} {
		w := pdf.New(info)
		w.AddPage()
		if _, err := w.Finish(); err == nil {
			t.Errorf("%s: a file was made", name)
		}
	}
	if _, err := pdf.New(sampleInfo).Finish(); err == nil {
		t.Error("a file without pages was made")
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

func TestUndatedFilesHaveAFixedDate(t *testing.T) {
	_, data := paragraph(t, "Päiväämätön")
	if !bytes.Contains(data, []byte("(D:20260101000000+00'00')")) || !bytes.Contains(data, []byte("<xmp:CreateDate>2026-01-01T00:00:00Z<")) {
		t.Error("not dated 2026-01-01")
	}
}

// A service makes documents all day long.
func TestMemoryStaysFlat(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for range 50 {
		sample(t)
	}
	before := heap()
	for range 300 {
		sample(t)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d bytes more after 300 files", after-before)
	}
}

func TestFileIsSmall(t *testing.T) {
	if _, data := sample(t); len(data) > 32<<10 {
		t.Errorf("%d bytes", len(data))
	}
}

func BenchmarkWriter(b *testing.B) {
	_, data := sample(b) // parses the fonts
	for b.Loop() {
		sample(b)
	}
	b.ReportMetric(float64(len(data)), "file-bytes")
}

func BenchmarkAdvance(b *testing.B) {
	for b.Loop() {
		pdf.Regular.Advance("asiakkuussegmentoinnissa")
	}
}

// run runs a program on a file and returns what it says. Where the program is
// missing the test is skipped, unless the machine is to have it.
func run(t *testing.T, data []byte, program string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("OMASUUNTA_REQUIRE_POPPLER") == "1" {
			t.Fatalf("%s is required and missing: install poppler-utils and qpdf", program)
		}
		t.Skipf("%s is missing: install poppler-utils and qpdf", program)
	}
	name := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, arg := range args {
		if arg == "FILE" {
			args[i] = name
		}
	}
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, out)
	}
	return string(out)
}

func TestFileIsInOrder(t *testing.T) {
	_, data := sample(t)
	if out := run(t, data, "qpdf", "--check", "FILE"); !strings.Contains(out, "No syntax or stream encoding errors found") {
		t.Error(out)
	}
}

func TestFontsAreEmbeddedSubsets(t *testing.T) {
	_, data := sample(t)
	fonts := regexp.MustCompile(`(?m)^[A-Z]{6}\+SourceSans3-(\w+) +CID TrueType +Identity-H +yes yes yes `).
		FindAllStringSubmatch(run(t, data, "pdffonts", "FILE"), -1)
	if len(fonts) != 2 || fonts[0][1] != "Regular" || fonts[1][1] != "Bold" {
		t.Errorf("fonts: %v", fonts)
	}
}

func TestWhatTheFileSaysAboutItself(t *testing.T) {
	_, data := sample(t)
	got := run(t, data, "pdfinfo", "-isodates", "FILE")
	for _, want := range []string{
		`Title: +Näyte – kaikki kerralla`, `Subject: +Mitä kirjoitin osaa`, `CreationDate: +2023-11-12T\d\d:42`,
		`Tagged: +yes`, `Pages: +2`, `JavaScript: +no`, `Page size: .*A4`,
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(got) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestLinksLead(t *testing.T) {
	_, data := sample(t)
	if got := run(t, data, "pdfinfo", "-url", "FILE"); !strings.Contains(got, "https://example.org/a%20b?(c)=%C3%A4#d") {
		t.Error(got)
	}
}

func TestStructure(t *testing.T) {
	_, data := sample(t)
	if diff := cmp.Diff(sampleStructure, run(t, data, "pdfinfo", "-struct-text", "FILE")); diff != "" {
		t.Error(diff)
	}
}

func TestCopiedText(t *testing.T) {
	_, data := sample(t)
	got := run(t, data, "pdftotext", "FILE", "-")
	for _, want := range []string{"Työpäivä\n", "Nimi 山田 👩‍👩‍👧 ja � ovat yksi merkki kukin.", "Ελληνικά, Кириллица, ☐ ☑", "• Ensin tämä"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
