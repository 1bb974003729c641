package document

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

func letterOf(plain bool) Letter {
	return Letter{
		Link: "https://omasuunta.example/join/Zk3vQ9xTb2LrWm7HnYp5Ds8GfKc4Ja6EuRt1BiVqXo", Code: "k7mp-4wtz", Address: "omasuunta.example/join",
		Unit: "Ruotsinkielinen asiakasohjaus", Until: calendar.MustParse("2023-11-26"), Plain: plain,
	}
}

func letterPaper(t testing.TB, plain bool, tag lang.Tag) typeset.Document {
	t.Helper()
	doc, err := LetterPaper(letterOf(plain), tag)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// The link and the code are there once each, so that nobody wonders which of two
// is right; who can't see the code is told it character by character.
func TestLetterHasLinkAndCodeOnce(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		l := letterOf(form.plain)
		doc := letterPaper(t, form.plain, form.tag)
		said := flat(doc)
		if strings.Count(said, l.Link) != 1 || strings.Count(said, l.Code) != 1 {
			t.Errorf("%s: the link is there %d times and the code %d times", form.name, strings.Count(said, l.Link), strings.Count(said, l.Code))
		}
		if !strings.Contains(said, "k 7 m p, 4 w t z") {
			t.Errorf("%s: the code can't be read aloud", form.name)
		}
		for _, want := range []string{l.Unit, printerOf(form.tag).Date(l.Until), l.Address + "\n"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q is not there", form.name, want)
			}
		}
		linked := 0
		for _, block := range everyBlock(doc.Blocks) {
			if p, ok := block.(typeset.Paragraph); ok {
				for _, span := range p.Spans {
					if span.Link == l.Link {
						linked++
					}
				}
			}
		}
		if linked != 1 {
			t.Errorf("%s: %d links", form.name, linked)
		}
	}
}

// The picture leads to the link, not to something else.
func TestLetterPictureIsOfItsLink(t *testing.T) {
	t.Parallel()
	want, err := figure.QR(letterOf(false).Link, "", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range everyBlock(letterPaper(t, false, lang.English).Blocks) {
		if p, ok := block.(typeset.Picture); ok && p.Figure.ID == "qr" {
			want.Title, want.Desc = p.Figure.Title, p.Figure.Desc
			if string(want.SVG()) != string(p.Figure.SVG()) {
				t.Error("the picture is of something else than the link")
			}
			return
		}
	}
	t.Error("there is no picture")
}

func TestLetterOfAnInventedClientSaysSo(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		l := letterOf(form.plain)
		l.Demo = true
		doc, err := LetterPaper(l, form.tag)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(flat(doc), printerOf(form.tag).Text("paper_letter.demo")) {
			t.Errorf("%s: it looks like a real letter", form.name)
		}
		if pages := printed(t, doc).Pages; pages != 1 {
			t.Errorf("%s: %d pages", form.name, pages)
		}
	}
}

func TestLetterRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Letter){
		"link": func(l *Letter) { l.Link = "" }, "code": func(l *Letter) { l.Code = "" }, "address": func(l *Letter) { l.Address = "" },
		"a link too long": func(l *Letter) { l.Link = "https://" + strings.Repeat("x", 5000) },
	} {
		l := letterOf(false)
		change(&l)
		if _, err := LetterPaper(l, lang.Finnish); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

func TestLetterKeepsItsSecrets(t *testing.T) {
	t.Parallel()
	l := letterOf(false)
	if said := l.String(); strings.Contains(said, l.Code) || strings.Contains(said, l.Link) {
		t.Errorf("it tells %q", said)
	}
}
