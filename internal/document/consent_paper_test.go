package document

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// agreement is an invented consent to everything.
func agreement(t testing.TB, tag lang.Tag, plain bool) Agreement {
	t.Helper()
	texts, err := consent.BuiltinTexts()
	if err != nil {
		t.Fatal(err)
	}
	text := texts[0]
	return Agreement{
		Record: consent.Record{
			Plain: plain,
			ID:    uuid.MustParse("5b0c1f0e-7d7c-4a53-9d3e-0b8e7a1f2c34"), Unit: "vuosaari-ta", Language: tag, Form: consent.Electronic,
			Purposes: consent.Purposes, GivenBy: consent.ByClient, SignedName: "Aino Esimerkki",
			TextVersion: text.Version, TextSHA256: text.SHA256(tag),
			GivenAt: time.Date(2023, 11, 12, 8, 42, 0, 0, time.UTC), Before: "Hoitaja Malli", ClientRef: "V-0042",
		},
		Text: text, Unit: "Vuosaaren terveysasema",
	}
}

// byRepresentative is a consent on paper to a part, by somebody else.
func byRepresentative(t testing.TB, tag lang.Tag, plain bool) Agreement {
	a := agreement(t, tag, plain)
	a.Record.Form, a.Record.SignedName, a.Record.ClientRef, a.Demo = consent.Paper, "", "", true
	a.Record.GivenBy, a.Record.Ground = consent.ByRepresentative, "Edunvalvoja (päätös 2021)"
	a.Record.Purposes = []consent.Purpose{consent.Assessment}
	return a
}

func withdrawn(a Agreement) Agreement {
	a.Record.WithdrawnAt, a.Record.WithdrawalReason = time.Date(2023, 12, 1, 13, 5, 0, 0, time.UTC), "En jaksa enää puhua tästä."
	return a
}

func consentPapers() []paper {
	must := func(t testing.TB, set func(Agreement) (typeset.Document, error), a Agreement) typeset.Document {
		t.Helper()
		doc, err := set(a)
		if err != nil {
			t.Fatal(err)
		}
		return doc
	}
	return []paper{
		{name: "consent", image: true, set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return must(t, ConsentPaper, agreement(t, tag, plain))
		}},
		{name: "consent-part", set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return must(t, ConsentPaper, byRepresentative(t, tag, plain))
		}},
		{name: "withdrawal", pages: 2, image: true, set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return must(t, WithdrawalPaper, withdrawn(agreement(t, tag, plain)))
		}},
	}
}

// Anybody can work out the digest from what is printed, as the paper tells: a
// heading of a section with its text on the next line, an empty line between the
// parts.
func TestTheDigestIsOfThePrintedText(t *testing.T) {
	t.Parallel()
	for _, tag := range lang.All {
		a := agreement(t, tag, false)
		doc, err := ConsentPaper(a)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		inside, section := false, false
		for _, block := range doc.Blocks {
			switch b := block.(type) {
			case typeset.Heading:
				if b.Level == 2 {
					inside = inside != (len(lines) > 0 || b.Text == "Teksti, johon suostuttiin" || b.Text == "Texten som samtycket gäller" || b.Text == "The text that was consented to")
					continue
				}
				if section = b.Level == 4; inside {
					lines = append(lines, "", b.Text)
				}
			case typeset.Paragraph:
				if inside && !section {
					lines = append(lines, "")
				}
				if section = false; inside {
					lines = append(lines, spoken(b))
				}
			}
		}
		text := strings.Join(lines[1:], "\n") + "\n"
		sameText(t, a.Text.Rendered(tag), text)
		sum := sha256.Sum256([]byte(text))
		if digest := hex.EncodeToString(sum[:]); !strings.Contains(strings.NewReplacer(" ", "", "\n", "").Replace(flat(doc)), digest) {
			t.Errorf("%s: %s is not on the paper", tag, digest)
		}
	}
}

func TestTheDigestIsReadInGroups(t *testing.T) {
	t.Parallel()
	doc, err := ConsentPaper(agreement(t, lang.Finnish, false))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\ne6e3d5e1 e0d6ee8a 15049c4e 141b5e5a\ne7b3f24b c33b92bf 5cbe188e 789ddd21\n"; !strings.Contains(flat(doc), want) {
		t.Errorf("%s is not on the paper", want)
	}
}

func TestConsentPaperSaysWhoAndWhat(t *testing.T) {
	t.Parallel()
	given, err := ConsentPaper(agreement(t, lang.Finnish, false))
	if err != nil {
		t.Fatal(err)
	}
	part, err := ConsentPaper(byRepresentative(t, lang.Finnish, false))
	if err != nil {
		t.Fatal(err)
	}
	over, err := ConsentPaper(withdrawn(agreement(t, lang.Finnish, false)))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name       string
		doc        typeset.Document
		has, hasNo []string
	}{
		{"given", given,
			[]string{"Antaja: Asiakas itse", "Aino Esimerkki", "12.11.2023 klo 10.42", "Hoitaja Malli", "Vuosaaren terveysasema", "V-0042", "5b0c1f0e-7d7c-4a53-9d3e-0b8e7a1f2c34"},
			[]string{"Tähän ei suostuttu", "peruttu 1.12.2023", "Esittelyaineisto", "paperilla"}},
		{"part", part,
			[]string{"Asiakkaan edustaja", "Edunvalvoja (päätös 2021)", "Omakätinen, paperilla", "Tähän ei suostuttu", "Esittelyaineisto"},
			[]string{"Aino Esimerkki", "V-0042"}},
		{"withdrawn later", over, []string{"Suostumus on peruttu 1.12.2023 klo 15.05."}, []string{"En jaksa enää"}},
	} {
		text := flat(test.doc)
		for _, want := range test.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not said", test.name, want)
			}
		}
		for _, no := range test.hasNo {
			if strings.Contains(text, no) {
				t.Errorf("%s: %q is said", test.name, no)
			}
		}
	}
}

func TestWithdrawalPaperSaysWhichAndWhy(t *testing.T) {
	t.Parallel()
	a := withdrawn(agreement(t, lang.Finnish, false))
	doc, err := WithdrawalPaper(a)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{a.Record.ID.String(), "12.11.2023 klo 10.42", "1.12.2023 klo 15.05", "Syy, jonka kerroit", "En jaksa enää puhua tästä.", "Mitä säilytetään"} {
		if !strings.Contains(flat(doc), want) {
			t.Errorf("%q is not said", want)
		}
	}
	if !doc.Created.Equal(a.Record.WithdrawnAt) {
		t.Errorf("dated %v", doc.Created)
	}
	a.Record.WithdrawalReason = ""
	if doc, err = WithdrawalPaper(a); err != nil || strings.Contains(flat(doc), "Syy") {
		t.Errorf("a reason that nobody gave is asked for: %v", err)
	}
}

// A paper must not claim what was not agreed to.
func TestConsentPapersRefuseWhatIsNotSo(t *testing.T) {
	t.Parallel()
	changed := agreement(t, lang.Finnish, false)
	changed.Text.Title.Fi = "Jotain muuta"
	version := agreement(t, lang.Finnish, false)
	version.Text.Version = 2
	for _, a := range []Agreement{changed, version} {
		if _, err := ConsentPaper(a); err == nil {
			t.Error("another text than the one consented to was set")
		}
	}
	if _, err := WithdrawalPaper(agreement(t, lang.Finnish, false)); err == nil {
		t.Error("a notice was set about a consent in force")
	}
}

func TestAnAgreementIsNotForLogs(t *testing.T) {
	t.Parallel()
	for _, text := range []string{fmt.Sprint(agreement(t, lang.Finnish, false)), fmt.Sprintf("%+v", agreement(t, lang.Finnish, false))} {
		if strings.Contains(text, "Aino") {
			t.Errorf("a name is in %q", text)
		}
	}
}
