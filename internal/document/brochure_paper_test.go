package document

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// blankPapers are the papers that are about nobody, and the letter.
func blankPapers() []paper {
	all := []paper{
		{name: "brochure", pages: 2, image: true, set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return BrochurePaper(consentText(t), tag, plain)
		}},
		{name: "letter", pages: 1, image: true, set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return letterPaper(t, plain, tag)
		}},
		{name: "consent-form", pages: 3, image: true, set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return ConsentFormPaper(consentText(t), tag, plain)
		}},
	}
	for _, code := range []string{"functioning", "illness-care", "social-wellbeing", "health-risk"} {
		all = append(all, paper{name: "form-" + code, pages: 10, image: code == "functioning", set: func(t testing.TB, tag lang.Tag, plain bool) typeset.Document {
			return formPaper(t, code, plain, tag)
		}})
	}
	return all
}

func consentText(t testing.TB) consent.Text {
	t.Helper()
	texts, err := consent.BuiltinTexts()
	if err != nil {
		t.Fatal(err)
	}
	return texts[len(texts)-1]
}

// The brochure has the whole text that the client later consents to, the four
// ways with what they are called, and a place for somebody to ask.
func TestBrochureTellsEverything(t *testing.T) {
	t.Parallel()
	text := consentText(t)
	for _, form := range forms {
		doc := BrochurePaper(text, form.tag, form.plain)
		said := flat(doc)
		s := edition{plain: form.plain, p: printerOf(form.tag)}
		for _, section := range text.Brochure {
			if !strings.Contains(said, "## "+s.in(section.Heading)+"\n"+s.in(section.Text)+"\n") {
				t.Errorf("%s: the section %q is not there", form.name, s.in(section.Heading))
			}
		}
		for _, one := range segment.All {
			name := s.p.SegmentShort(one)
			if !strings.Contains(said, "\n  "+name+"\n") || !strings.Contains(said, "\n"+name+": ") {
				t.Errorf("%s: %s is not in the picture and in words", form.name, name)
			}
		}
		blanks := 0
		for _, block := range everyBlock(doc.Blocks) {
			if _, ok := block.(typeset.Blanks); ok {
				blanks++
			}
		}
		if blanks != 2 {
			t.Errorf("%s: %d lines to write on, want a name and a telephone", form.name, blanks)
		}
	}
}

// The cards lie as the fields of every other picture do: resources to the right,
// challenge upwards.
func TestBrochurePictureHasThePlaceOfEachSegment(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		s := edition{plain: form.plain, p: printerOf(form.tag)}
		f := s.fourFields()
		at := textPlaces(f)
		left, right := at[s.p.SegmentShort(segment.Community)], at[s.p.SegmentShort(segment.SelfActing)]
		above, top := at[s.p.SegmentShort(segment.Network)], at[s.p.SegmentShort(segment.Cooperating)]
		if left.X >= right.X || left.Y != right.Y || above.Y >= left.Y || above.X != left.X || top.X != right.X || top.Y != above.Y {
			t.Errorf("%s: %v", form.name, at)
		}
		if many := at[s.Say("paper_brochure.many")]; many.X <= right.X || many.Y >= top.Y {
			t.Errorf("%s: many resources are at %v", form.name, many)
		}
	}
}

// A text that a house wrote otherwise, with fewer sections or none, is still a
// brochure and a form.
func TestBrochureOfAnyText(t *testing.T) {
	t.Parallel()
	text := consentText(t)
	text.Brochure = nil
	for _, doc := range []typeset.Document{BrochurePaper(text, lang.Swedish, true), ConsentFormPaper(text, lang.Swedish, true)} {
		if printed(t, doc).Pages == 0 {
			t.Error("no page")
		}
	}
}

func batteryOf(t testing.TB, code string) *instrument.Battery {
	t.Helper()
	b, ok := library(t).Current(code)
	if !ok {
		t.Fatalf("no battery %s", code)
	}
	return b
}
