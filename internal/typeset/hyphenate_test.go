package typeset

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// shown is a word with all its hyphens.
func shown(word string, tag lang.Tag) string {
	letters := []rune(word)
	var b strings.Builder
	last := 0
	for _, p := range hyphenate(word, tag) {
		b.WriteString(string(letters[last:p]) + "-")
		last = p
	}
	return b.String() + string(letters[last:])
}

func TestHyphens(t *testing.T) {
	for tag, examples := range map[lang.Tag][]string{
		lang.Finnish: {
			"ter-vey-den-huol-to-jär-jes-telmä", "yhteis-työ-asiak-kuus", "yhtei-sö-asiak-kuus",
			"oma-toi-mi-asiak-kuus", "ver-kos-to-asiak-kuu-dessa", "itse-mää-rää-mis-oi-keus",
			"kun-tou-tus-oh-jaaja", "pal-ve-lu-oh-jaaja", "hyvin-voin-ti-alue", "lähi-omai-nen",
			"mie-len-ter-veys-on-gel-mat", "vas-taan-ot-to-aika", "hen-ki-lö-tie-to-jen", "Toi-min-ta-kyky",
			"asiakas", "arviointi",
		},
		lang.Swedish: {
			"funk-tions-för-måga", "sjuk-vårds-per-so-na-len", "nät-verks-kli-ent", "gemen-skaps-kli-ent",
			"barn-om-sor-gen", "rätts-hjälp", "sam-tycke", "klient",
		},
		lang.English: {"pro-fes-sional", "assess-ment", "appoint-ment", "well-being", "manu-script", "client"},
	} {
		for _, want := range examples {
			if got := shown(strings.ReplaceAll(want, "-", ""), tag); got != want {
				t.Errorf("%s: %s, want %s", tag, got, want)
			}
		}
	}
}

func TestNoHyphensInWhatIsNoWord(t *testing.T) {
	for _, word := range []string{"123456789012", "terveys2026asema", "терапевтический\u0301"} {
		if places := hyphenate(word, lang.Finnish); len(places) > 0 {
			t.Errorf("%q is broken at %v", word, places)
		}
	}
	if places := hyphenate("terveydenhuoltojärjestelmä", "xx"); places != nil {
		t.Errorf("a language without patterns has %v", places)
	}
}

func TestHyphensLeaveEnoughOnBothLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := []rune(rapid.StringMatching(`[a-zåäö]{1,40}`).Draw(t, "word"))
		tag := rapid.SampledFrom(lang.All).Draw(t, "language")
		last := 0
		for _, p := range hyphenate(string(letters), tag) {
			if p < leastBefore || len(letters)-p < leastAfter || p <= last {
				t.Fatalf("%s is broken at %d", string(letters), p)
			}
			last = p
		}
	})
}
