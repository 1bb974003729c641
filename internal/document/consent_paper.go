package document

import (
	"errors"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// Agreement is a consent that was given, with the words that were read.
type Agreement struct {
	Record consent.Record
	Text   consent.Text // in the version that the record names
	Unit   string       // name, "" to leave it out
	Demo   bool         // invented data: the paper says so
}

// String keeps an agreement, which is personal data, out of logs and error texts.
func (a Agreement) String() string { return "[redacted]" }

// ConsentPaper sets a consent as it was given, in the language in which it was
// given and in plain language where that was read, with the whole text that its digest covers. It fails when the text is
// not the one that the record names: another one was not agreed to.
func ConsentPaper(a Agreement) (typeset.Document, error) {
	if a.Text.Version != a.Record.TextVersion || a.Text.SHA256(a.Record.Language) != a.Record.TextSHA256 {
		return typeset.Document{}, errors.New("document: the text is not the one that was consented to")
	}
	s := newSpeaker(a)
	return s.document("visit_consent.record.title", "paper_consent.foot", a.Record.GivenAt,
		s.withdrawn(), s.given(), s.purposes(), s.how(), s.text(), s.digest()), nil
}

// WithdrawalPaper sets the notice that a consent was withdrawn, in the language
// in which it was given. It fails when it was not withdrawn.
func WithdrawalPaper(a Agreement) (typeset.Document, error) {
	if a.Record.Status() != consent.Withdrawn {
		return typeset.Document{}, errors.New("document: the consent is not withdrawn")
	}
	s := newSpeaker(a)
	return s.document("paper_consent.withdrawal.title", "paper_consent.withdrawal.foot", a.Record.WithdrawnAt,
		s.done(), s.which(), s.means(), s.reason(), s.kept()), nil
}

// speaker says what is on the papers about a consent.
type speaker struct {
	Agreement
	edition
}

func newSpeaker(a Agreement) speaker {
	return speaker{a, edition{locale.For(a.Record.Language), a.Record.Plain}}
}

func (s speaker) at(t time.Time) map[string]any { return map[string]any{"at": s.p.DateTime(t)} }

func (s speaker) document(title, foot string, created time.Time, parts ...[]typeset.Block) typeset.Document {
	doc := typeset.Document{
		Title: s.Say(title), Language: s.p.Tag(), Created: created, Dense: true, Foot: s.Say(foot), PageOf: pageOf(s.p),
		Blocks: []typeset.Block{heading(1, s.Say(title))},
	}
	if s.Demo {
		doc.Blocks = append(doc.Blocks, demoNote(s.Say("document.demo")))
	}
	for _, part := range parts {
		doc.Blocks = append(doc.Blocks, part...)
	}
	return doc
}

// withdrawn is for a copy that is made after the consent has ended.
func (s speaker) withdrawn() []typeset.Block {
	if s.Record.Status() != consent.Withdrawn {
		return nil
	}
	return []typeset.Block{typeset.Panel{Blocks: []typeset.Block{
		typeset.Text(s.Say("visit_consent.record.withdrawn", s.at(s.Record.WithdrawnAt))),
	}}}
}

func (s speaker) given() []typeset.Block {
	r := s.Record
	return []typeset.Block{heading(2, s.Say("visit_consent.record.given")), s.facts(
		s.fact("visit_consent.record.by", s.p.Code("given_by", string(r.GivenBy))),
		s.fact("visit_consent.ground", r.Ground),
		s.fact("paper_consent.signed", s.signature()),
		s.fact("visit_consent.record.form", s.p.Code("form", string(r.Form))),
		s.fact("visit_consent.record.at", s.p.DateTime(r.GivenAt)),
		s.fact("visit_consent.record.before", r.Before),
		s.fact("visit.unit", s.Unit),
		s.fact("visit_consent.client_ref", r.ClientRef),
		s.fact("paper_consent.id", r.ID.String()),
	)}
}

// signature is what stands for it here; the one by hand is on another paper.
func (s speaker) signature() string {
	switch {
	case s.Record.SignedName != "":
		return s.Say("paper_consent.signed.typed", map[string]any{"name": s.Record.SignedName})
	case s.Record.Form == consent.Paper:
		return s.Say("paper_consent.signed.hand")
	default:
		return ""
	}
}

// fact is something that is told of a consent, with its name.
type fact struct{ name, value string }

// facts leaves out those without a value.
func (s speaker) facts(all ...fact) typeset.Panel {
	var panel typeset.Panel
	for _, one := range all {
		if one.value != "" {
			panel.Blocks = append(panel.Blocks, labelled(one.name, one.value))
		}
	}
	return panel
}

// fact names something with a message.
func (s speaker) fact(key, value string) fact { return fact{s.Say(key), value} }

func (s speaker) purposes() []typeset.Block {
	chosen, not := typeset.List{Marker: typeset.Ticks}, typeset.List{}
	for _, one := range s.Text.Purposes {
		if s.Record.Covers(one.Purpose) {
			chosen.Items = append(chosen.Items, []typeset.Block{below(s.in(one.Label), s.in(one.Text))})
		} else {
			not.Items = append(not.Items, []typeset.Block{typeset.Text(s.in(one.Label))})
		}
	}
	blocks := []typeset.Block{heading(2, s.Say("visit_consent.record.chosen")), chosen}
	if len(not.Items) > 0 {
		blocks = append(blocks, heading(2, s.Say("visit_consent.record.not")), not)
	}
	return blocks
}

func (s speaker) how() []typeset.Block {
	return []typeset.Block{
		heading(2, s.Say("visit_consent.record.how")),
		typeset.Text(s.Say("visit_consent.record.how.text")), typeset.Text(s.Say("paper_consent.how.stays")),
	}
}

// text is consent.Text.Rendered, line by line: what the digest covers, whichever
// form was read.
func (s speaker) text() []typeset.Block {
	tag := s.p.Tag()
	blocks := []typeset.Block{typeset.NewPage{}, heading(2, s.Say("visit_consent.record.text")), heading(3, lang.Tidy(s.Text.Title.In(tag)))}
	blocks = append(blocks, s.form(func(text lang.Text) string { return text.In(tag) })...)
	if s.both() {
		blocks = append(blocks, heading(3, lang.Tidy(s.Text.PlainHeading.In(tag))),
			typeset.Paragraph{Spans: []typeset.Span{{Text: lang.Tidy(s.Text.Title.Plain(tag)), Bold: true}}})
		blocks = append(blocks, s.form(func(text lang.Text) string { return text.Plain(tag) })...)
	}
	return blocks
}

// both tells whether the text has a plain-language form of its own.
func (s speaker) both() bool { return s.Text.Plain(s.p.Tag()) != s.Text.Ordinary(s.p.Tag()) }

// form is one form of the text, below its title.
func (s speaker) form(in func(lang.Text) string) (blocks []typeset.Block) {
	for _, section := range s.Text.Brochure {
		blocks = append(blocks, heading(4, lang.Tidy(in(section.Heading))), typeset.Text(lang.Tidy(in(section.Text))))
	}
	blocks = append(blocks, typeset.Paragraph{Spans: []typeset.Span{{Text: lang.Tidy(in(s.Text.Sentence)), Bold: true}}})
	for _, purpose := range s.Text.Purposes {
		blocks = append(blocks, heading(4, lang.Tidy(in(purpose.Label))), typeset.Text(lang.Tidy(in(purpose.Text))))
	}
	return blocks
}

func (s speaker) digest() []typeset.Block {
	covers := "paper_consent.digest.one"
	if s.both() {
		covers = "paper_consent.digest.both"
	}
	return []typeset.Block{
		heading(2, s.Say("paper_consent.digest")),
		s.facts(
			s.fact("paper_consent.digest.version", s.p.Integer(s.Record.TextVersion)),
			s.fact("paper_consent.digest.sum", grouped(s.Record.TextSHA256)),
		),
		typeset.Text(s.Say(covers)), quiet(s.Say("paper_consent.digest.rules")),
	}
}

// grouped writes a digest in two lines of groups of eight characters, so that two
// people can compare it aloud.
func grouped(digest string) string {
	const group, line = 8, 4
	var b strings.Builder
	for i := 0; i < len(digest); i += group {
		switch {
		case i%(group*line) == 0:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(digest[i:min(i+group, len(digest))])
	}
	return b.String()
}

func (s speaker) done() []typeset.Block {
	return []typeset.Block{lead(s.Say("paper_consent.withdrawal.done", s.at(s.Record.WithdrawnAt)))}
}

func (s speaker) which() []typeset.Block {
	var purposes []string
	for _, one := range s.Record.Purposes {
		purposes = append(purposes, s.p.Code("purpose", string(one)))
	}
	return []typeset.Block{heading(2, s.Say("paper_consent.withdrawal.which")), s.facts(
		s.fact("paper_consent.id", s.Record.ID.String()),
		s.fact("visit_consent.record.at", s.p.DateTime(s.Record.GivenAt)),
		s.fact("paper_consent.withdrawal.at", s.p.DateTime(s.Record.WithdrawnAt)),
		s.fact("paper_consent.withdrawal.purposes", strings.Join(purposes, ", ")),
		s.fact("visit.unit", s.Unit),
		s.fact("visit_consent.client_ref", s.Record.ClientRef),
	)}
}

func (s speaker) means() []typeset.Block {
	return []typeset.Block{heading(2, s.Say("paper_consent.withdrawal.means")), typeset.List{Items: items(
		s.Say("paper_consent.withdrawal.answers"), s.Say("paper_consent.withdrawal.record"), s.Say("paper_consent.withdrawal.statistics"),
		s.Say("paper_consent.withdrawal.all"), s.Say("paper_consent.withdrawal.again"),
	)}}
}

func (s speaker) reason() []typeset.Block {
	if s.Record.WithdrawalReason == "" {
		return nil
	}
	return []typeset.Block{heading(2, s.Say("paper_consent.withdrawal.reason")), typeset.Text(s.Record.WithdrawalReason)}
}

func (s speaker) kept() []typeset.Block {
	return []typeset.Block{
		heading(2, s.Say("paper_consent.withdrawal.kept")),
		typeset.Text(s.Say("paper_consent.withdrawal.kept.record")), typeset.Text(s.Say("paper_consent.withdrawal.kept.consent")),
	}
}
