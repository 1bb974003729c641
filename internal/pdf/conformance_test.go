package pdf_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// TestConformance has veraPDF judge the sample, a file with every character there
// is, and files that are not what they say, so that it is known to look.
func TestConformance(t *testing.T) {
	if os.Getenv("OMASUUNTA_REQUIRE_VERAPDF") != "1" {
		t.Skip("conformance wasn't checked: OMASUUNTA_REQUIRE_VERAPDF=1 does, with Java and Maven")
	}
	_, data := sample(t)
	good := t.TempDir()
	save(t, good, "sample.pdf", data)
	save(t, good, "characters.pdf", everyCharacter(t))
	if out, err := validate(t, good); err != nil {
		t.Errorf("%v\n%s", err, out)
	}

	broken := func(old, new string) []byte {
		if len(old) != len(new) || bytes.Count(data, []byte(old)) == 0 {
			t.Fatalf("can't break %s", old)
		}
		return bytes.ReplaceAll(data, []byte(old), []byte(new))
	}
	bad := t.TempDir()
	save(t, bad, "alt.pdf", broken("/Alt", "/Alx"))
	save(t, bad, "marked.pdf", broken("/Marked true", "/Marked null"))
	save(t, bad, "table.pdf", broken("/S/TH/", "/S/TR/"))
	out, err := validate(t, bad)
	var failed *exec.ExitError
	if !errors.As(err, &failed) || failed.ExitCode() != 1 {
		t.Errorf("broken files passed: %v\n%s", err, out)
	}
	for _, want := range []string{"alt.pdf:", "marked.pdf:", "table.pdf:", "PDF/UA-1 7.3", "PDF/A-2a 6.7", "Failed: 3."} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if out, err := validate(t, t.TempDir()); err == nil {
		t.Errorf("an empty directory passed:\n%s", out)
	}
}

func save(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// validate validates the files of dir and returns what the check says.
func validate(t *testing.T, dir string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "mvn", "-B", "-q", "-f", filepath.Join("conformance", "pom.xml"),
		"compile", "exec:java", "-Dexec.arguments="+dir)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// everyCharacter is a file with all characters of the first planes, in both
// fonts, one line to a block of 64, and with strange ones wherever text may stand.
func everyCharacter(t *testing.T) []byte {
	t.Helper()
	const strange = "þÿ \x00\x1b\x7f\u0085\ufdd0\ufeff\uffff\ue000\U0010fffd\xed\xa0\x80 <&>()\\"
	w := pdf.New(pdf.Info{Title: strange, Subject: strange, Language: "fi"})
	w.AddPage()
	w.Bookmark(1, strange, 0)
	w.Begin(pdf.Element{Role: pdf.Figure, Alt: strange, Bounds: pdf.Box{X: 20, Y: 20, W: 20, H: 20}})
	w.Rect(pdf.Box{X: 20, Y: 20, W: 20, H: 20}, 0, pdf.Paint{Fill: "#d8efe6"})
	w.End()
	ink := body
	for first := rune(0); first < 0x40000; first += 64 {
		if first%(64*64) == 0 {
			w.AddPage()
			ink.Font = 1 - ink.Font
		}
		var line strings.Builder
		for r := first; r < first+64; r++ {
			if first >= 0x3000 && !unicode.Is(unicode.Noncharacter_Code_Point, r) && r%16 != 0 {
				continue // the fonts have nothing there: some will do
			}
			line.WriteRune(r)
		}
		w.Begin(pdf.Element{Role: pdf.P, Language: fmt.Sprintf("x-%04x", first)})
		w.Text(20, 20+12*float64(first%(64*64)/64), ink, line.String())
		w.End()
	}
	data, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
