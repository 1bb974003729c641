package document

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/lang"
)

func TestTextKeepsToTheWidth(t *testing.T) {
	t.Parallel()
	r := named(t, "borderline")
	r.Reason = strings.Repeat("pitkäsana", 30) + " " + strings.Repeat("sana ", 60)
	r.Client[0].Comment = "Ensimmäinen rivi.\r\n\r\nToinen rivi.\tKolmas\x1b[31m."
	r.Actions[0].Text = "https://esimerkki.invalid/" + strings.Repeat("a", 200)
	for _, tag := range lang.All {
		for _, register := range []Register{Health, Social} {
			var out bytes.Buffer
			if err := Text(&out, r, register, tag); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				if utf8.RuneCountInString(line) > columns {
					t.Errorf("%s %s: %d columns: %q", tag, register, utf8.RuneCountInString(line), line)
				}
				if strings.ContainsAny(line, "\r\t\x1b") || strings.TrimRight(line, " ") != line {
					t.Errorf("%s %s: the line holds control characters or ends in space: %q", tag, register, line)
				}
			}
			if !strings.Contains(text, "Ensimmäinen rivi. Toinen rivi. Kolmas") {
				t.Errorf("%s %s: the comment is not one paragraph", tag, register)
			}
		}
	}
}

func TestTextSaysWhatARecordNeeds(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		register Register
		has, not []string
	}{
		{"borderline", Health, []string{"Terveydenhuollon rekisteri", "POTILAAN OMA ARVIO", "50,0 / 100 (raja 50, vähintään rajalla)",
			"48,9 / 100 (raja 50, alle rajan)", "Laskettu ehdotus: Omatoimiasiakkuus.", "Sovittu: Verkostoasiakkuus.", "Perustelu: Kaatumisia",
			"Ehdotus käytiin läpi potilaan kanssa.", "Vakaus: herkkä", "viimeistään 17.11.2023", "Seuranta: 1.12.2023.",
			"individual-client@1", "functioning@1", "Pisteytyksen versio 1", "12.11.2023", "ei diagnoosi"}, []string{"siakkaan kanssa", "sinu"}},
		{"omatoimi", Social, []string{"Sosiaalihuollon rekisteri", "ASIAKKAAN OMA NÄKEMYS", "ei ole vielä käyty läpi asiakkaan kanssa",
			"Toimia ei ole vielä sovittu.", "Pisteet eivät ole lähellä rajaa.", "Vakaus: vakaa", "Asiakas vastasi omaan osaansa ennakkoon"},
			[]string{"otila", "Sovittu:", "Perustelu", "Seuranta:"}},
		{"verkosto", Social, []string{"Asiakas haluaa keskustella aiheista: Muutos."}, []string{"otila"}},
	} {
		var out bytes.Buffer
		if err := Text(&out, named(t, test.name), test.register, lang.Finnish); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(out.String()), " ") // wherever the lines break
		for _, want := range test.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s %s: %q is not said", test.name, test.register, want)
			}
		}
		for _, no := range test.not {
			if strings.Contains(text, no) {
				t.Errorf("%s %s: %q is said", test.name, test.register, no)
			}
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := tidy(rapid.String().Draw(t, "text"))
		width := rapid.IntRange(1, 80).Draw(t, "width")
		lines := wrap(text, width)
		for _, line := range lines {
			if utf8.RuneCountInString(line) > width {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(text, " ", ""); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}
