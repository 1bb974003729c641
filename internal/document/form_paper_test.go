package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

func printerOf(tag lang.Tag) *locale.Printer { return locale.For(tag) }

func textPlaces(f figure.Figure) map[string]figure.Text {
	at := map[string]figure.Text{}
	for _, shape := range f.Shapes {
		if text, ok := shape.(figure.Text); ok {
			at[text.Text] = text
		}
	}
	return at
}

func formOf(t testing.TB, code string, plain bool) Form {
	t.Helper()
	client, professional := library(t).Client(), batteryOf(t, code)
	form := instrument.FormCode(client, professional)
	return Form{Client: client, Professional: professional, Plain: plain, Code: form, Link: "https://omasuunta.example/paper/" + form}
}

func formPaper(t testing.TB, code string, plain bool, tag lang.Tag) typeset.Document {
	t.Helper()
	doc, err := FormPaper(formOf(t, code, plain), tag)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// Every item of every battery is on its form: numbered, asked, explained and
// with the whole scale, kept together on one page.
func TestFormAsksEverything(t *testing.T) {
	t.Parallel()
	for _, professional := range library(t).Professional() {
		for _, form := range forms {
			doc := formPaper(t, professional.Code, form.plain, form.tag)
			s := edition{plain: form.plain, p: printerOf(form.tag)}
			kept := keeps(doc)
			for _, battery := range []*instrument.Battery{library(t).Client(), professional} {
				for i, item := range battery.Items {
					title := fmt.Sprintf("%d. %s", i+1, s.in(item.Topic))
					at := slices.IndexFunc(kept, func(k typeset.Keep) bool {
						said := flat(typeset.Document{Blocks: k.Blocks})
						return strings.Contains(said, "### "+title+"\n"+s.in(item.Text)+"\n"+s.in(item.Help)+"\n")
					})
					if at < 0 {
						t.Errorf("%s, %s: %q is not asked", professional.Code, form.name, title)
						continue
					}
					checkScale(t, s, i+1, battery.Scale, kept[at])
					kept = slices.Delete(kept, at, at+1)
				}
			}
		}
	}
}

func keeps(doc typeset.Document) (all []typeset.Keep) {
	for _, block := range doc.Blocks {
		if keep, ok := block.(typeset.Keep); ok {
			all = append(all, keep)
		}
	}
	return all
}

func checkScale(t *testing.T, s edition, number int, scale instrument.Scale, item typeset.Keep) {
	t.Helper()
	var drawn figure.Figure
	lines := 0
	for _, block := range item.Blocks {
		switch block := block.(type) {
		case typeset.Picture:
			drawn = block.Figure
		case typeset.Blanks:
			lines += block.Lines
		}
	}
	boxes := map[float64]int{} // by width
	for _, shape := range drawn.Shapes {
		if box, ok := shape.(figure.Rect); ok {
			boxes[box.W]++
		}
	}
	if boxes[boxWidth] != 11 || boxes[letterSide] != 3 || lines < 1 {
		t.Errorf("item %d has the boxes %v and %d lines", number, boxes, lines)
	}
	at, right := textPlaces(drawn), -1.0
	for value := range 11 {
		text := strconv.Itoa(value)
		if place, ok := at[text]; !ok || place.X <= right || !strings.Contains(drawn.Desc, text) {
			t.Errorf("item %d: the number %d is not in its place, or not in the alternative text", number, value)
		} else {
			right = place.X
		}
	}
	for value, anchor := range scale.Anchors {
		if !strings.Contains(drawn.Desc, fmt.Sprintf("%d: %s.", value, s.in(anchor))) || at[s.in(anchor)].Text == "" {
			t.Errorf("item %d: the words of %d are not there", number, value)
		}
	}
	for letter, code := range map[string]string{"J": "discuss", "E": "declined", "X": "not_applicable"} {
		word := s.p.Code("skip", code)
		if at[letter].Y == 0 || at[word].X < at[letter].X || !strings.Contains(drawn.Desc, letter+": "+word+".") {
			t.Errorf("item %d: %s is not beside %q", number, letter, word)
		}
	}
	if !strings.Contains(drawn.Title, strconv.Itoa(number)) {
		t.Errorf("item %d: its scale is called %q", number, drawn.Title)
	}
}

// All scales have the same size, so that a form looks calm.
func TestScalesAreAlike(t *testing.T) {
	t.Parallel()
	sizes := map[string]bool{}
	for _, form := range forms {
		for _, block := range everyBlock(formPaper(t, "illness-care", form.plain, form.tag).Blocks) {
			if p, ok := block.(typeset.Picture); ok && p.Figure.ID != "qr" {
				sizes[fmt.Sprint(p.Width, p.Figure.Width, p.Figure.Height)] = true
			}
		}
	}
	if len(sizes) != 1 {
		t.Errorf("scales of %v", sizes)
	}
}

// The professional's part begins on a sheet of its own, printed on one side or on
// both.
func TestFormPartsAreOnSheetsOfTheirOwn(t *testing.T) {
	t.Parallel()
	needTool(t, "pdftotext")
	for _, professional := range library(t).Professional() {
		for _, form := range forms {
			s := edition{plain: form.plain, p: printerOf(form.tag)}
			file := saved(t, filed(t, "form-"+professional.Code+"."+form.name, formPaper(t, professional.Code, form.plain, form.tag)))
			title := s.Say("paper_form.professional", map[string]any{"name": ""})
			pages := strings.Split(string(run(t, "pdftotext", "-layout", file, "-")), "\f")
			at := slices.IndexFunc(pages, func(page string) bool { return strings.HasPrefix(strings.TrimSpace(page), strings.TrimSpace(title)) })
			if at < 2 || at%2 != 0 {
				t.Errorf("%s, %s: the professional's part begins on page %d", professional.Code, form.name, at+1)
			}
		}
	}
}

// Both parts tell where they are typed in, and neither asks for a name.
func TestFormPartsCanBeApart(t *testing.T) {
	t.Parallel()
	for _, form := range forms {
		f := formOf(t, "functioning", form.plain)
		said := flat(formPaper(t, "functioning", form.plain, form.tag))
		s := edition{plain: form.plain, p: printerOf(form.tag)}
		where := s.Say("paper_form.transcribe", map[string]any{"address": "omasuunta.example/paper", "code": f.Code})
		if strings.Count(said, where) != 2 || strings.Count(said, "[picture] "+s.Say("previsit.paper.qr")+":") != 2 {
			t.Errorf("%s: the address with its code and its picture are not on both parts", form.name)
		}
		if strings.Count(said, s.Say("paper_form.ref")+": _") != 2 {
			t.Errorf("%s: no reference on both parts", form.name)
		}
		if name := s.Say("paper_brochure.name") + ": _"; strings.Contains(said, name) {
			t.Errorf("%s: the form asks for a name", form.name)
		}
	}
}

func TestFormRefusesWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Form){
		"client": func(f *Form) { f.Client = nil }, "professional": func(f *Form) { f.Professional = nil },
		"code": func(f *Form) { f.Code = "" }, "link": func(f *Form) { f.Link = "" },
		"a link too long": func(f *Form) { f.Link = "https://" + strings.Repeat("x", 5000) },
	} {
		f := formOf(t, "functioning", false)
		change(&f)
		if _, err := FormPaper(f, lang.Finnish); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}
