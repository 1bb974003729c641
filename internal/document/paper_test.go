package document

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// paper is a document that is tested in every language, with its plain form.
type paper struct {
	name  string // begins the names of its files
	pages int    // the most it may take, 0 for as many as it needs
	image bool   // its first page in Finnish is compared as a picture too
	desk  bool   // it is read at a desk, by staff: its letters need not be larger than the foot's
	set   func(t testing.TB, tag lang.Tag, plain bool) typeset.Document
}

// papers is every document of the package: what is added here is held to
// everything that every paper must be, and written out by TestPapers.
var papers = slices.Concat(resultPapers(), consentPapers(), blankPapers(), filePapers(), reportPapers())

// eachPaper runs a test for every paper in every form.
func eachPaper(t *testing.T, check func(t *testing.T, p paper, name string, doc typeset.Document)) {
	t.Helper()
	for _, p := range papers {
		for _, form := range forms {
			name := p.name + "." + form.name
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				check(t, p, name, p.set(t, form.tag, form.plain))
			})
		}
	}
}

func printed(t testing.TB, doc typeset.Document) typeset.Printed {
	t.Helper()
	file, err := doc.PDF()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// files are the papers that were printed, by name: one is the same in every test.
var files sync.Map

// filed prints a paper that every test knows by this name, once for all of them.
func filed(t testing.TB, name string, doc typeset.Document) typeset.Printed {
	t.Helper()
	once, _ := files.LoadOrStore(name, sync.OnceValues(doc.PDF))
	file, err := once.(func() (typeset.Printed, error))()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// TestPapers writes every document in every language as a file, for a check of
// conformance and for eyes, into the directory that OMASUUNTA_PAPERS names.
func TestPapers(t *testing.T) {
	dir := os.Getenv("OMASUUNTA_PAPERS")
	if dir == "" {
		t.Skip("OMASUUNTA_PAPERS names no directory to write the documents into")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	eachPaper(t, func(t *testing.T, _ paper, name string, doc typeset.Document) {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), filed(t, name, doc).Bytes, 0o644); err != nil {
			t.Fatal(err)
		}
	})
}

func TestGoldenPapers(t *testing.T) {
	t.Parallel()
	eachPaper(t, func(t *testing.T, _ paper, name string, doc typeset.Document) {
		golden(t, "papers/"+name+".txt", []byte(flat(doc)))
	})
}

// where tells on which place of a page a figure is, which is not what is compared.
var where = regexp.MustCompile(`(?m)^ */BBox .*\n`)

// What a screen reader is given, as another program sees it.
func TestGoldenStructure(t *testing.T) {
	t.Parallel()
	needTool(t, "pdfinfo")
	for _, p := range papers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			file := saved(t, filed(t, p.name+".fi", p.set(t, lang.Finnish, false)))
			tree := where.ReplaceAll(run(t, "pdfinfo", "-struct-text", file), nil)
			golden(t, "papers/"+p.name+".fi.structure", tree)
		})
	}
}

func TestPapersAreSoundFiles(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"qpdf", "pdffonts", "pdfinfo"} {
		needTool(t, tool)
	}
	eachPaper(t, func(t *testing.T, p paper, name string, doc typeset.Document) {
		made := filed(t, name, doc)
		file := saved(t, made)
		if out := string(run(t, "qpdf", "--check", file)); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Errorf("qpdf: %s", out)
		}
		for _, font := range strings.Split(strings.TrimSpace(string(run(t, "pdffonts", file))), "\n")[2:] {
			// The columns emb, sub and uni stand before the object's two numbers.
			columns := strings.Fields(font)
			if n := len(columns); n < 6 || !slices.Equal(columns[n-5:n-2], []string{"yes", "yes", "yes"}) {
				t.Errorf("a font is not embedded, not a subset or can't be read as text: %s", font)
			}
		}
		info := string(run(t, "pdfinfo", file))
		for _, want := range []string{"Tagged:          yes", "Page size:       595.28 x 841.89 pts (A4)", fmt.Sprintf("Pages:           %d\n", made.Pages)} {
			if !strings.Contains(info, want) {
				t.Errorf("pdfinfo does not say %q:\n%s", want, info)
			}
		}
		if made.Replaced != 0 {
			t.Errorf("%d characters of ours have no glyph", made.Replaced)
		}
		if p.pages > 0 && made.Pages > p.pages {
			t.Errorf("%d pages, want at most %d", made.Pages, p.pages)
		}
	})
}

var fontSize = regexp.MustCompile(`/\S+ ([0-9.]+) Tf`)

// Only what is merely kept is smaller than 14 pt, and nothing is smaller than the
// foot's 10.5 pt.
func TestPapersAreForTiredEyes(t *testing.T) {
	t.Parallel()
	needTool(t, "qpdf")
	eachPaper(t, func(t *testing.T, p paper, name string, doc typeset.Document) {
		if size := smallest(t, filed(t, name, doc)); size < 10.5 {
			t.Errorf("something is written at %v pt", size)
		}
		if doc.Language != lang.Finnish || p.desk {
			return // how large a block is written has nothing to do with the language
		}
		doc.Foot, doc.PageOf, doc.Blocks = "", nil, loud(doc.Blocks)
		if size := smallest(t, printed(t, doc)); size < 14 {
			t.Errorf("something to be read is written at %v pt", size)
		}
	})
}

// smallest is the size of the smallest letters in a file, in points.
func smallest(t *testing.T, file typeset.Printed) float64 {
	t.Helper()
	sizes := fontSize.FindAllSubmatch(run(t, "qpdf", "--qdf", saved(t, file), "-"), -1)
	if len(sizes) == 0 {
		t.Fatal("no text was found")
	}
	least := math.Inf(1)
	for _, match := range sizes {
		size, err := strconv.ParseFloat(string(match[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		least = min(least, size)
	}
	return least
}

func TestTheSamePaperIsTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, p := range papers {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			doc := p.set(t, lang.Swedish, true)
			first, again := filed(t, p.name+".sv-plain", doc), printed(t, doc)
			if !bytes.Equal(first.Bytes, again.Bytes) {
				t.Error("the bytes differ")
			}
		})
	}
}

// Headings never skip a level, and every paper has one title and a foot.
func TestPapersAreInOrder(t *testing.T) {
	t.Parallel()
	eachPaper(t, func(t *testing.T, _ paper, _ string, doc typeset.Document) {
		last := 0
		for _, block := range everyBlock(doc.Blocks) {
			if heading, ok := block.(typeset.Heading); ok {
				if heading.Level > last+1 || (heading.Level == 1) != (last == 0) {
					t.Errorf("%q has the level %d after %d", heading.Text, heading.Level, last)
				}
				last = heading.Level
			}
		}
		if last == 0 || doc.Title == "" || doc.Foot == "" || doc.PageOf == nil || doc.Language == "" {
			t.Error("the paper lacks a heading, a title, a foot or a language")
		}
	})
}

// A page looks as it did when somebody looked at it: a little may differ from one
// release of the program that draws it to the next.
func TestGoldenLooks(t *testing.T) {
	t.Parallel()
	needTool(t, "pdftoppm")
	for _, p := range papers {
		if !p.image {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			file := saved(t, filed(t, p.name+".fi", p.set(t, lang.Finnish, false)))
			got := run(t, "pdftoppm", "-r", "45", "-gray", "-png", "-f", "1", "-l", "1", file)
			path := filepath.Join("testdata", "papers", p.name+".fi.png")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if off := difference(t, want, got); off > 0.012 {
				t.Errorf("the page differs from %s by %.4f", path, off)
			}
		})
	}
}

// difference is the mean distance between the greys of two pictures, 0..1.
func difference(t *testing.T, a, b []byte) float64 {
	t.Helper()
	one, two := picture(t, a), picture(t, b)
	if one.Bounds() != two.Bounds() {
		return 1
	}
	sum, n := 0.0, 0
	for y := one.Bounds().Min.Y; y < one.Bounds().Max.Y; y++ {
		for x := one.Bounds().Min.X; x < one.Bounds().Max.X; x++ {
			r1, _, _, _ := one.At(x, y).RGBA()
			r2, _, _, _ := two.At(x, y).RGBA()
			sum, n = sum+math.Abs(float64(r1)-float64(r2))/0xffff, n+1
		}
	}
	return sum / float64(n)
}

func picture(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// needTool skips aloud where a program is missing, unless it must be there.
func needTool(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("OMASUUNTA_REQUIRE_POPPLER") == "1" {
		t.Fatalf("%s is needed (Debian: poppler-utils, qpdf)", name)
	}
	t.Skipf("%s is not there (Debian: poppler-utils, qpdf)", name)
}

func saved(t testing.TB, file typeset.Printed) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file.Bytes, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func run(t testing.TB, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		t.Fatalf("%s: %v: %s%s", name, err, out, exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return out
}
