package document

import (
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// ConsentFormPaper is the blank consent form: the text that is agreed to with
// its version and digest, the purposes to tick and the lines to sign for the
// unit, and a page that the client keeps.
func ConsentFormPaper(text consent.Text, tag lang.Tag, plain bool) typeset.Document {
	s := edition{locale.For(tag), plain}
	title := s.Say("visit_consent.record.title")
	doc := typeset.Document{
		Title: title, Language: s.p.Tag(), PageOf: pageOf(s.p),
		Foot:   s.Say("paper_form.consent.foot", map[string]any{"version": text.Version}),
		Blocks: []typeset.Block{heading(1, title)},
	}
	doc.Blocks = append(doc.Blocks, s.sideBySide(text.Brochure, nil)...)
	doc.Blocks = append(doc.Blocks, typeset.NewPage{})
	doc.Blocks = append(doc.Blocks, s.signing(text)...)
	doc.Blocks = append(doc.Blocks, typeset.NewPage{})
	doc.Blocks = append(doc.Blocks, s.keepsake(text)...)
	return doc
}

// purposesToTick are the purposes with boxes, each with what it means.
func (s edition) purposesToTick(text consent.Text) typeset.List {
	list := typeset.List{Marker: typeset.Boxes}
	for _, one := range text.Purposes {
		list.Items = append(list.Items, []typeset.Block{below(s.in(one.Label), s.in(one.Text))})
	}
	return list
}

// textVersion names the text that is signed, for whoever archives the paper.
func (s edition) textVersion(text consent.Text) typeset.Paragraph {
	return quiet(s.Say("visit_consent.record.version", map[string]any{"version": text.Version}) + " " + text.SHA256(s.p.Tag()))
}

func (s edition) signing(text consent.Text) []typeset.Block {
	line := func(key string) typeset.Blanks { return typeset.Blanks{Label: s.Say(key), Lines: 1} }
	return []typeset.Block{
		heading(2, s.in(text.Title)),
		typeset.Text(s.in(text.Sentence)),
		typeset.Text(s.Say("paper_form.consent.tick")),
		s.purposesToTick(text),
		typeset.Gap(12),
		line("paper_form.consent.name"),
		typeset.Columns{Widths: []float64{3, 2}, Columns: [][]typeset.Block{
			{line("paper_form.consent.signature")}, {line("paper_form.day")}}},
		typeset.Gap(12),
		typeset.List{Marker: typeset.Boxes, Items: items(s.Say("visit_consent.given_by.other"))},
		line("paper_form.consent.ground"),
		heading(3, s.Say("visit_consent.for_professional")),
		line("paper_form.consent.before"), line("paper_form.ref"),
		s.textVersion(text),
	}
}

// keepsake is the page that the client takes along.
func (s edition) keepsake(text consent.Text) []typeset.Block {
	line := func(key string) typeset.Blanks { return typeset.Blanks{Label: s.Say(key), Lines: 1} }
	return []typeset.Block{
		heading(2, s.Say("paper_form.consent.keep")),
		typeset.Text(s.Say("paper_form.consent.keep.text")),
		s.purposesToTick(text),
		line("paper_form.day"), line("paper_form.consent.before"),
		heading(2, s.Say("visit_consent.record.how")),
		typeset.Text(s.Say("visit_consent.record.how.text")),
		line("paper_brochure.phone"),
		s.textVersion(text),
	}
}
