package pdf_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// paragraph is a file that holds nothing but text, in both fonts.
func paragraph(t testing.TB, texts ...string) (*pdf.Writer, []byte) {
	t.Helper()
	w := pdf.New(pdf.Info{Title: "Teksti", Language: "fi"})
	w.AddPage()
	w.Begin(pdf.Element{Role: pdf.P})
	for i, text := range texts {
		ink := body
		if i%2 == 1 {
			ink = bold
		}
		w.Text(60, 60+20*float64(i%35), ink, text)
	}
	w.End()
	data, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return w, data
}

func TestTextIsCopiedAsItWasWritten(t *testing.T) {
	for name, text := range map[string]string{
		"Finnish":             "Työpäivä, seuraavalle, åäö ÅÄÖ",
		"same sign":           "a b\u00A0c-d\u00ADe\u2011f µμ ΩΩ",
		"signs of the syntax": `(a) [b] <c> \d\ /e %f`,
		"marks":               "x̌ q̃̂ ȩ́",
		"emoji":               "👩‍👩‍👧 ja 🇫🇮",
		"other scripts":       "山田 太郎, נועה, فاطمة, Ελένη, Олена",
		"boxes":               "☐ ☑ □",
	} {
		t.Run(name, func(t *testing.T) {
			_, data := paragraph(t, text)
			if got, want := read(t, data).text(), norm.NFC.String(text); got != want {
				t.Errorf("copied as %q, written as %q", got, want)
			}
		})
	}
}

func TestReplacedCountsWhatReadersCount(t *testing.T) {
	for text, want := range map[string]int{
		"Kaikki näkyy: Ł ż ğ Ω Ж ½ €":   0,
		"山田":                            2,
		"👩‍👩‍👧 ja 🇫🇮":                   2,
		"nolla\u0000 ja kello \u0007":   2,
		"rivi\nja\tsarake\r\n":          0,
		"a\u200Db":                      0,
		"käännös \u202Eoikealta":        1,
		"viallinen \xff":                1,
		"o" + strings.Repeat("́", 1000): 1,
	} {
		if w, _ := paragraph(t, text); w.Replaced() != want {
			t.Errorf("%q: %d replaced, want %d", text, w.Replaced(), want)
		}
	}
}

// The widths of words and spaces must add up to that of their line, or the lines
// of a paragraph would not end where they were broken.
func TestAdvanceOfALineIsThatOfItsWords(t *testing.T) {
	for _, font := range []pdf.Font{pdf.Regular, pdf.Bold} {
		line := "AVATAR To Työ, V. Aamulla\u00A0Talo 山 x̌ Ay"
		sum := 0.0
		for word := range strings.SplitSeq(line, " ") {
			sum += font.Advance(word) + font.Advance(" ")
		}
		sum -= font.Advance(" ")
		if whole := font.Advance(line); math.Abs(whole-sum) > 1e-9 {
			t.Errorf("line %.4f, words %.4f", whole, sum)
		}
		if font.Advance("AV") >= font.Advance("A")+font.Advance("V") {
			t.Error("AV isn't kerned")
		}
		if font.Ascent() < 0.7 || font.Descent() < 0.2 || font.Ascent()+font.Descent() > 1.5 {
			t.Errorf("a line reaches from -%.3f to %.3f", font.Descent(), font.Ascent())
		}
	}
}

func TestFontsAreSharedSafely(t *testing.T) {
	want := pdf.Regular.Advance("Yhteinen x̌ AVATAR 山")
	_, alone := paragraph(t, "Yhteinen x̌ AVATAR 山")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if pdf.Regular.Advance("Yhteinen x̌ AVATAR 山") != want {
				t.Error("another width")
			}
			if _, data := paragraph(t, "Yhteinen x̌ AVATAR 山"); string(data) != string(alone) {
				t.Error("another file")
			}
		})
	}
	all.Wait()
}

// shownAs is text as a reader gets it back: composed, a line break as a space, and
// what means nothing replaced. Joiners may be gone where nothing is left to join.
func shownAs(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && (unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp)):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return unicode.ReplacementChar
		case r == 0x34F, r == 0x200C, r == 0x200D, r == 0x2060, r == 0xFEFF, r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
			return -1
		}
		return r
	}, strings.ReplaceAll(norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD")), "\r\n", " "))
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"", "Työpäivä", "山田 👩‍👩‍👧", "q̃̂", "\u202Eabc", "\xff\xfe\x00", "\ufeff\uffff\ue000\U0010FFFF", "a\r\nb\u2028c\u0085",
		"(\\)<>[]", "\u0301", "가각가", "क्षि", "\u034f\u200d", strings.Repeat("a\u0300", 50), "\u115f\u3164\u00ad\u200b", "þÿ", "İi̇ŁĿ·", "Å\u030a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		w := pdf.New(pdf.Info{Title: "T" + text, Subject: text, Language: "fi"})
		w.AddPage()
		w.Begin(pdf.Element{Role: pdf.Figure, Alt: "A" + text})
		w.Bookmark(1, text, 60)
		w.Text(60, 60, body, text)
		w.End()
		data, err := w.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := shownAs(read(t, data).text()), shownAs(text); got != want {
			t.Errorf("copied as %q, written as %q", got, want)
		}
		if n := uniseg.GraphemeClusterCount(norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD"))); w.Replaced() > n {
			t.Errorf("%d of %d characters replaced", w.Replaced(), n)
		}
		if width := pdf.Regular.Advance(text); !(width >= 0) {
			t.Errorf("%f wide", width)
		}
	})
}
