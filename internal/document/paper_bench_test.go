package document

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/johnfercher/maroto/v2"
	"github.com/johnfercher/maroto/v2/pkg/components/col"
	"github.com/johnfercher/maroto/v2/pkg/components/text"
	"github.com/johnfercher/maroto/v2/pkg/config"
	"github.com/johnfercher/maroto/v2/pkg/consts/fontstyle"
	"github.com/johnfercher/maroto/v2/pkg/consts/pagesize"
	"github.com/johnfercher/maroto/v2/pkg/core"
	"github.com/johnfercher/maroto/v2/pkg/core/entity"
	"github.com/johnfercher/maroto/v2/pkg/props"
	"github.com/johnfercher/maroto/v2/pkg/repository"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// What a result costs, its words included, once the fonts are parsed.
func BenchmarkResultPaper(b *testing.B) {
	r := named(b, "yhteistyo")
	size := len(printed(b, resultPaper(b, r, lang.Finnish)).Bytes)
	b.ReportAllocs()
	for b.Loop() {
		printed(b, resultPaper(b, r, lang.Finnish))
	}
	b.ReportMetric(float64(size), "bytes/file")
}

// BenchmarkResultAgainstMaroto makes the result and the same words by maroto in
// turns: "maroto/ours" is how many times longer maroto takes with the same fonts
// embedded, "maroto-plain/ours" with the fonts of the reader and none in the
// file. Its pages have no structure, no hyphens and four fields of words in place
// of the picture.
func BenchmarkResultAgainstMaroto(b *testing.B) {
	r := named(b, "yhteistyo")
	printed(b, resultPaper(b, r, lang.Finnish))
	fonts := marotoFonts(b)
	var ours, theirs, plain time.Duration
	timed := func(total *time.Duration, do func()) {
		start := time.Now()
		do()
		*total += time.Since(start)
	}
	for b.Loop() {
		timed(&ours, func() { printed(b, resultPaper(b, r, lang.Finnish)) })
		timed(&theirs, func() { byMaroto(b, resultPaper(b, r, lang.Finnish), fonts) })
		timed(&plain, func() { byMaroto(b, resultPaper(b, r, lang.Finnish), nil) })
	}
	b.ReportMetric(float64(theirs)/float64(ours), "maroto/ours")
	b.ReportMetric(float64(plain)/float64(ours), "maroto-plain/ours")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkAThousandResults tells how much more the program holds after a
// thousand results in a row than after the first twenty.
func BenchmarkAThousandResults(b *testing.B) {
	r := named(b, "yhteistyo")
	grown := 0.0
	for b.Loop() {
		before := held(b, r, 20)
		grown = held(b, r, 1000) - before
	}
	b.ReportMetric(grown/1024, "KB-grown")
}

// Results in a row leave nothing behind: not even a kilobyte each.
func TestResultsInFlatMemory(t *testing.T) {
	const many = 40
	r := named(t, "yhteistyo")
	before := held(t, r, 20)
	if grown := held(t, r, many) - before; grown > many*1024 {
		t.Errorf("the heap grew by %.0f KB with %d results", grown/1024, many)
	}
}

// held is what the program holds, in bytes, after making n results.
func held(t testing.TB, r Result, n int) float64 {
	t.Helper()
	for range n {
		printed(t, resultPaper(t, r, lang.Finnish))
	}
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

const marotoFamily = "ours"

func marotoFonts(b *testing.B) []*entity.CustomFont {
	b.Helper()
	files := repository.New()
	for style, name := range map[fontstyle.Type]string{fontstyle.Normal: "Regular", fontstyle.Bold: "Bold"} {
		paths, err := filepath.Glob("../pdf/fonts/*-" + name + ".ttf")
		if err != nil || len(paths) == 0 {
			b.Fatalf("no font %s: %v", name, err)
		}
		data, err := os.ReadFile(paths[0])
		if err != nil {
			b.Fatal(err)
		}
		files.AddUTF8FontFromBytes(marotoFamily, style, data)
	}
	fonts, err := files.Load()
	if err != nil {
		b.Fatal(err)
	}
	return fonts
}

// byMaroto sets the words of a document.
func byMaroto(b *testing.B, doc typeset.Document, fonts []*entity.CustomFont) []byte {
	b.Helper()
	build := config.NewBuilder().WithPageSize(pagesize.A4).WithSequentialMode().WithCompression(true).
		WithLeftMargin(22).WithRightMargin(22).WithTopMargin(20).WithPageNumber()
	family := "arial"
	if fonts != nil {
		build, family = build.WithCustomFonts(fonts), marotoFamily
	}
	m := maroto.New(build.WithDefaultFont(&props.Font{Family: family, Size: 14}).Build())
	for _, block := range everyBlock(doc.Blocks) {
		switch block := block.(type) {
		case typeset.Heading:
			m.AddAutoRow(text.NewCol(12, block.Text, props.Text{Style: fontstyle.Bold, Size: 24 - 3*float64(block.Level), Top: 4, Bottom: 2}))
		case typeset.Paragraph:
			m.AddAutoRow(text.NewCol(12, strings.ReplaceAll(spoken(block), "\n", " "), props.Text{Size: 14, Bottom: 2}))
		case typeset.Table:
			rows := block.Rows
			head := make([]typeset.Cell, len(block.Head))
			for i, name := range block.Head {
				head[i] = typeset.Cell{Text: name, Bold: true}
			}
			for _, row := range append([][]typeset.Cell{head}, rows...) {
				var cols []core.Col
				for _, cell := range row {
					style := fontstyle.Normal
					if cell.Bold {
						style = fontstyle.Bold
					}
					cols = append(cols, text.NewCol(12/len(row), cell.Text, props.Text{Style: style, Size: 14, Bottom: 1}))
				}
				m.AddAutoRow(cols...)
			}
		case typeset.Picture:
			field := &props.Cell{BackgroundColor: &props.Color{Red: 216, Green: 239, Blue: 230}}
			for range 2 {
				m.AddRow(45, col.New(6).Add(text.New(block.Figure.Title)).WithStyle(field), col.New(6).Add(text.New(block.Figure.Title)).WithStyle(field))
			}
		case typeset.Blanks:
			m.AddAutoRow(text.NewCol(12, block.Label+" "+strings.Repeat("_", 30*block.Lines), props.Text{Size: 14}))
		}
	}
	made, err := m.Generate()
	if err != nil {
		b.Fatal(err)
	}
	return made.GetBytes()
}
