package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with the file of a name, byte by byte.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestGolden(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"trial.csv":          func(w io.Writer) error { return export.DistributionCSV(w, published(1), finnish(), export.Standard) },
		"trial-fi-excel.csv": func(w io.Writer) error { return export.DistributionCSV(w, published(1), finnish(), export.FiExcel) },
		"hidden.csv":         func(w io.Writer) error { return export.DistributionCSV(w, published(5), finnish(), export.Standard) },
		"trial.txt":          func(w io.Writer) error { return export.DistributionTable(w, published(1), finnish()) },
		"hidden.txt":         func(w io.Writer) error { return export.DistributionTable(w, published(5), finnish()) },
		"trial.svg":          func(w io.Writer) error { return export.DistributionSVG(w, published(1), finnish()) },
		"hidden.svg":         func(w io.Writer) error { return export.DistributionSVG(w, published(5), finnish()) },
		"trial.json":         func(w io.Writer) error { return export.DistributionJSON(w, published(1), finnish()) },
		"hidden.json":        func(w io.Writer) error { return export.DistributionJSON(w, published(5), finnish()) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			must(t, write(&b))
			golden(t, name, b.Bytes())
		})
	}
}

// The published figures, read back from the file as a reader's program would.
func TestTrialInCSV(t *testing.T) {
	for dialect, comma := range map[export.Dialect]rune{export.Standard: ',', export.FiExcel: ';'} {
		var b bytes.Buffer
		must(t, export.DistributionCSV(&b, published(1), finnish(), dialect))
		text, hasMark := strings.CutPrefix(b.String(), "\ufeff")
		if hasMark != (dialect == export.FiExcel) {
			t.Errorf("%q: byte order mark %v", dialect, hasMark)
		}
		r := csv.NewReader(strings.NewReader(text))
		r.Comma = comma
		rows, err := r.ReadAll()
		must(t, err)
		found := map[string]string{}
		for _, row := range rows {
			if row[0] == "segments" || row[0] == "batteries" {
				found[row[1]] = row[4] + " " + row[5] + " " + row[6]
			}
		}
		want := map[string]string{
			"omatoimi": "40 47 false", "yhteiso": "8 9 false", "yhteistyo": "15 17 false", "verkosto": "23 27 false",
			"individual-client": "86 100 false", "functioning": "37 43 false", "illness-care": "3 4 false",
			"social-wellbeing": "32 37 false", "health-risk": "14 16 false",
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNumbersAndTextsInCSV(t *testing.T) {
	three := 3
	for dialect, want := range map[export.Dialect]string{
		export.Standard: "'=1+1,82.5,-4,3,,,true\n\"a;b, c\"\n",
		export.FiExcel:  "\ufeff'=1+1;82,5;-4;3;;;true\n\"a;b, c\"\n",
	} {
		var b bytes.Buffer
		c := export.NewCSV(&b, dialect)
		must(t, c.Row("=1+1", 82.5, -4, &three, (*int)(nil), nil, true))
		must(t, c.Row("a;b, c"))
		must(t, c.Flush())
		if b.String() != want {
			t.Errorf("%q: %q, want %q", dialect, b.String(), want)
		}
	}
}

func FuzzDefuse(f *testing.F) {
	for _, seed := range []string{"", "=1+1", " =1", "\t@x", "+358 9 1", "Vuosaaren terveysasema", "\u200b=1", "＝1", "'=1", "-", "a=b", "\ufeff@A1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := export.Defuse(text)
		if got != text && got != "'"+text {
			t.Fatalf("%q became %q", text, got)
		}
		visible := strings.TrimLeft(got, " \u00a0\u200b\ufeff\x00\t\r\n")
		if visible != "" && strings.ContainsRune("=+-@", rune(visible[0])) || got != "" && strings.ContainsRune("\t\r\n", rune(got[0])) {
			t.Fatalf("%q is still a formula", got)
		}
		if !strings.ContainsAny(text, "=+-@＝＋－＠\t\r\n") && got != text {
			t.Fatalf("%q is harmless and became %q", text, got)
		}
	})
}

// FuzzRow: a row is read back as it was written, in both dialects, one line of the
// file or many; no cell of it is a formula.
func FuzzRow(f *testing.F) {
	for _, seed := range []string{"", "=1+1", "a\",=1", "a\n=1", "a\r\n@x", ";=1", "\ufeff=1", "\"", "\\.", "\x00=1", "\xff,", "a;b,c\td"} {
		f.Add(seed, "b")
		f.Add("a", seed)
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		for dialect, comma := range map[export.Dialect]rune{export.Standard: ',', export.FiExcel: ';'} {
			var b bytes.Buffer
			c := export.NewCSV(&b, dialect)
			must(t, c.Row("head", "other"))
			must(t, c.Row(one, two))
			must(t, c.Flush())
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
			r.Comma = comma
			rows, err := r.ReadAll()
			// A reader of CSV makes one line break of a carriage return and a line feed.
			as := func(text string) string { return strings.ReplaceAll(export.Defuse(text), "\r\n", "\n") }
			if want := [][]string{{"head", "other"}, {as(one), as(two)}}; err != nil || !cmp.Equal(rows, want) {
				t.Fatalf("%q and %q are read as %q: %v", one, two, rows, err)
			}
		}
	})
}

func TestWorkbook(t *testing.T) {
	var b bytes.Buffer
	must(t, export.DistributionXLSX(&b, published(5), finnish()))
	book, err := excelize.OpenReader(&b)
	must(t, err)
	defer func() { must(t, book.Close()) }()
	want := []string{"Yhteenveto", "Asiakkuudet", "Kysymyspatteristot", "Yksiköt", "Kuukaudet", "Kattavuus", "Rekisterit", "Kielet", "Vastaustavat"}
	if diff := cmp.Diff(want, book.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	rows, err := book.GetRows("Kysymyspatteristot")
	must(t, err)
	wantRows := [][]string{
		{"Koodi", "Nimi", "Asiakkuus", "Määrä", "Osuus", "Piilotettu"},
		{"individual-client", "Yksilöasiakkaan kysymykset", "", "86", "100", "FALSE"},
		{"functioning", "Kuntoutuminen ja toimintakyky", "", "", "", "TRUE"},
		{"illness-care", "Sairauden hoito", "", "", "", "TRUE"},
		{"social-wellbeing", "Sosiaalinen hyvinvointi ja arki", "", "32", "37", "FALSE"},
		{"health-risk", "Terveys- ja hyvinvointiriski", "", "14", "16", "FALSE"},
	}
	if diff := cmp.Diff(wantRows, rows); diff != "" {
		t.Error(diff)
	}
	if kind, err := book.GetCellType("Asiakkuudet", "D2"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("a count is of type %v, %v", kind, err)
	}
	for _, cell := range []string{"A2", "B2"} { // the unit whose code and name look like formulas
		formula, err := book.GetCellFormula("Yksiköt", cell)
		text, _ := book.GetCellValue("Yksiköt", cell)
		if err != nil || formula != "" || !strings.HasPrefix(text, "=") {
			t.Errorf("%s: formula %q, text %q, %v", cell, formula, text, err)
		}
	}
}

func TestSheetNamesAreAlwaysValid(t *testing.T) {
	l := finnish()
	l.Tables.Segments, l.Tables.Batteries, l.Tables.Units = "a/b:c", "A B C", strings.Repeat("ä", 40)
	var b bytes.Buffer
	must(t, export.DistributionXLSX(&b, published(1), l))
	book, err := excelize.OpenReader(&b)
	must(t, err)
	defer func() { must(t, book.Close()) }()
	if got := len(book.GetSheetList()); got != 9 {
		t.Errorf("%d sheets", got)
	}
}

func TestPictureIsSafeAndTellsItsNumbers(t *testing.T) {
	l := finnish()
	l.Title = `<script>alert("x")</script> & co` + "\x00"
	var b bytes.Buffer
	must(t, export.DistributionSVG(&b, published(1), l))
	text := b.String()
	if strings.Contains(text, "<script") || strings.Contains(text, "\x00") {
		t.Error("a text got out of its place")
	}
	decoder := xml.NewDecoder(&b)
	var desc string
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "desc" {
			must(t, decoder.DecodeElement(&desc, &start))
		}
	}
	for _, number := range []string{"Omatoimiasiakkuus 40 (47\u00a0%)", "Sairauden hoito 3 (4\u00a0%)"} {
		if !strings.Contains(desc, number) {
			t.Errorf("the description lacks %q: %s", number, desc)
		}
	}
}

func TestJSONHasTheContractsFields(t *testing.T) {
	var b bytes.Buffer
	must(t, export.DistributionJSON(&b, published(5), finnish()))
	var got map[string]any
	must(t, json.Unmarshal(b.Bytes(), &got))
	hidden := got["batteries"].([]any)[1].(map[string]any)
	want := map[string]any{"code": "functioning", "label": "Kuntoutuminen ja toimintakyky", "count": nil, "percent": nil, "suppressed": true}
	if diff := cmp.Diff(want, hidden); diff != "" {
		t.Error(diff)
	}
	for _, field := range []string{"from", "to", "n", "min_cell", "segments", "units", "months", "coverage"} {
		if _, ok := got[field]; !ok {
			t.Errorf("no field %q", field)
		}
	}
}

// A disk that is full must not pass for a file that is written.
func TestAFailingWriterIsReported(t *testing.T) {
	d, l := published(1), finnish()
	for name, write := range map[string]func(io.Writer) error{
		"csv":      func(w io.Writer) error { return export.DistributionCSV(w, d, l, export.Standard) },
		"fi-excel": func(w io.Writer) error { return export.DistributionCSV(w, d, l, export.FiExcel) },
		"table":    func(w io.Writer) error { return export.DistributionTable(w, d, l) },
		"svg":      func(w io.Writer) error { return export.DistributionSVG(w, d, l) },
		"xlsx":     func(w io.Writer) error { return export.DistributionXLSX(w, d, l) },
		"json":     func(w io.Writer) error { return export.DistributionJSON(w, d, l) },
	} {
		if err := write(fullDisk{}); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

var errFull = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestNumbersAreWrittenAsTheReaderWritesThem(t *testing.T) {
	d := published(1)
	n := 1234567
	d.Segments[0].Count = &n
	for tag, want := range map[lang.Tag]string{lang.Finnish: "1\u00a0234\u00a0567   47\u00a0%", lang.English: "1,234,567    47%"} {
		l := finnish()
		l.Language = tag
		var b bytes.Buffer
		must(t, export.DistributionTable(&b, d, l))
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s: no %q in\n%s", tag, want, b.String())
		}
	}
}
