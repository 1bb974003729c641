package typeset

import (
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/lang"
)

const tolerance = 0.5 // points: what kerning between parts of a word may add

func newSetter() setter { return setter{measurer: newMeasurer(), language: lang.Finnish} }

// readLines is what set draws, a string a line, and the right edge of each line.
func readLines(strips []strip) (texts []string, edges []float64) {
	for _, s := range strips {
		text, edge := "", 0.0
		for _, o := range s.ops {
			if t, is := o.(textOp); is {
				text += t.text
				edge = t.x + t.width
			}
		}
		texts, edges = append(texts, text), append(edges, edge)
	}
	return texts, edges
}

// rejoined is the text that a reader of the file gets from drawn lines.
func rejoined(texts []string) string {
	return strings.ReplaceAll(strings.Join(texts, ""), softHyphen, "")
}

// finnishWords draws words as the documents have them, long ones among them.
var finnishWords = rapid.Custom(func(t *rapid.T) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"ja", "on", "että", "arki", "sujuu", "hyvin,", "terveydenhuoltojärjestelmän", "yhteistyöasiakkuus",
			"kuntoutusohjaajan", "(mielenterveysongelmat)", "12.3.2026", "09\u00a0310\u00a05000", "9–15", "sosiaali-",
			"https://omasuunta.example/a/b?c=d", "itse\u00adhoito\u00adohjeet",
		}),
		rapid.StringMatching(`[a-zäö]{1,14}`),
		rapid.StringMatching(`[A-ZÄÖa-zäö]{30,120}`),
		rapid.StringMatching(`[א-ת一-七😀-😍]{1,9}`),
	).Draw(t, "word")
})

func TestNoLineIsWiderThanItsColumn(t *testing.T) {
	st := newStyles(14)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(finnishWords, 1, 60).Draw(t, "words")
		width := rapid.Float64Range(30, 500).Draw(t, "width")
		text := strings.Join(words, rapid.SampledFrom([]string{" ", "  ", "\n"}).Draw(t, "between"))
		bold := rapid.IntRange(0, len(words)-1).Draw(t, "bold from")
		style := rapid.SampledFrom([]textStyle{st.body, st.lead, st.quiet, st.headings[0]}).Draw(t, "style")
		cut := len(strings.Join(words[:bold], " "))
		for cut > 0 && cut < len(text) && !isStart(text[cut]) {
			cut--
		}
		cut = min(cut, len(text))
		p := newPassage([]Span{{Text: text[:cut]}, {Text: text[cut:], Bold: true}}, lang.Finnish)
		texts, edges := readLines(newSetter().set(p, style, 0, width, false))
		for i, edge := range edges {
			if edge > width+tolerance && uniseg.GraphemeClusterCount(strings.Trim(texts[i], " "+softHyphen)) > 1 {
				t.Fatalf("line %d, %q, is %.2f wide in a column of %.2f", i, texts[i], edge, width)
			}
		}
		if got, want := strings.Fields(rejoined(texts)), strings.Fields(strings.ReplaceAll(text, softHyphen, "")); !slices.Equal(got, want) {
			t.Fatalf("the lines read %q, want %q", got, want)
		}
	})
}

// Letters that stand farther apart side by side than alone are measured together.
func TestLettersAreMeasuredTogether(t *testing.T) {
	st := newStyles(14).headings[0]
	m := newSetter()
	one := m.advance(st.ink.Font, st.ink.Size, "f") + m.advance(st.ink.Font, st.ink.Size, "Y")
	both := m.advance(st.ink.Font, st.ink.Size, "fY")
	if both <= one {
		t.Fatalf("the font has no such pair: %.2f and %.2f", both, one)
	}
	width := (one + both) / 2
	texts, edges := readLines(m.set(newPassage([]Span{{Text: "fYfYfY"}}, lang.Finnish), st, 0, width, false))
	for i, edge := range edges {
		if edge > width+tolerance {
			t.Errorf("%q is %.2f wide in a column of %.2f", texts[i], edge, width)
		}
	}
}

func isStart(b byte) bool { return b < 0x80 || b >= 0xc0 }

func TestLinesInLargePrintAreSeldomHyphenated(t *testing.T) {
	text := "Sinulla on paljon voimavaroja, ja arki sujuu enimmäkseen hyvin läheisten ja palveluohjaajan tuella. " +
		"Tulos on ehdotus, josta puhutaan yhdessä, eikä se ole lääketieteellinen arvio."
	texts, _ := readLines(newSetter().set(newPassage([]Span{{Text: text}}, lang.Finnish), newStyles(14).body, 0, textWidth, false))
	if got := strings.Join(texts, ""); got != text {
		t.Errorf("%q", texts)
	}
}

func TestALongWordInANarrowColumnIsHyphenated(t *testing.T) {
	p := newPassage([]Span{{Text: "Apua saa terveydenhuoltojärjestelmästä."}}, lang.Finnish)
	texts, _ := readLines(newSetter().set(p, newStyles(14).body, 0, 120, false))
	if !slices.ContainsFunc(texts, func(s string) bool { return strings.HasSuffix(s, softHyphen) }) {
		t.Errorf("no hyphen in %q", texts)
	}
}

func TestAGiantWordFlowsOverLines(t *testing.T) {
	giant := strings.Repeat("äx", 2000)
	texts, edges := readLines(newSetter().set(newPassage([]Span{{Text: "Alku " + giant + " loppu"}}, "xx"), newStyles(14).body, 0, 300, false))
	if rejoined(texts) != "Alku "+giant+" loppu" {
		t.Error("letters were lost")
	}
	if widest := slices.Max(edges); widest > 300+tolerance {
		t.Errorf("a line is %.1f wide", widest)
	}
}

func TestNonBreakingSpacesAndRangesHold(t *testing.T) {
	text := "Soita numeroon 09\u00a0310\u202f5000 klo 9–15 tai tule 1\u00a0234,5\u00a0kilometrin päähän"
	for width := 120.0; width < 400; width += 7 {
		texts, _ := readLines(newSetter().set(newPassage([]Span{{Text: text}}, lang.Finnish), newStyles(14).body, 0, width, false))
		all := strings.Join(texts, "|")
		for _, whole := range []string{"09\u00a0310\u00a05000", "9–15", "1\u00a0234,5\u00a0kilo"} {
			if !strings.Contains(all, whole) {
				t.Errorf("at %.0f: %q", width, all)
			}
		}
	}
}

func TestANewlineEndsALine(t *testing.T) {
	texts, _ := readLines(newSetter().set(newPassage([]Span{{Text: "Yksi\nkaksi\r\n\nneljä\u2028viisi"}}, lang.Finnish), newStyles(14).body, 0, 400, false))
	if want := []string{"Yksi ", "kaksi ", "", "neljä ", "viisi"}; !slices.Equal(texts, want) {
		t.Errorf("%q, want %q", texts, want)
	}
}
