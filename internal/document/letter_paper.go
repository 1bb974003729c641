package document

import (
	"errors"
	"strings"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// Letter is an invitation to answer before the visit, as it is given or posted
// to a client.
type Letter struct {
	Link    string        // the whole one-time address, https
	Code    string        // eight characters, grouped as they are read aloud: "abcd-efgh"
	Address string        // where the code is typed, as people type addresses
	Unit    string        // name of the unit that invites
	Until   calendar.Date // the last day
	Plain   bool          // in plain language
	Demo    bool          // invented data: the letter says so
}

// String keeps a letter, which opens a client's questions, out of logs and
// error texts.
func (l Letter) String() string { return "[redacted]" }

// The sizes of what leads to the questions, in points.
const (
	letterQR   = 124
	codeWidth  = 280
	codeHeight = 54
	codeSize   = 36
)

// LetterPaper is the letter before the visit. It fails when the link, the code or
// the address is missing, or the link is too long for a QR code.
func LetterPaper(l Letter, tag lang.Tag) (typeset.Document, error) {
	if l.Link == "" || l.Code == "" || l.Address == "" {
		return typeset.Document{}, errors.New("document: the letter lacks its link, code or address")
	}
	s := edition{locale.For(tag), l.Plain}
	qr, err := figure.QR(l.Link, s.Say("previsit.paper.qr"), s.Say("previsit.paper.qr.desc"))
	if err != nil {
		return typeset.Document{}, err
	}
	title := s.Say("previsit.paper.title")
	doc := typeset.Document{
		Title: title, Language: s.p.Tag(), Foot: s.Say("paper_letter.foot"), PageOf: pageOf(s.p),
		Blocks: []typeset.Block{heading(1, title)},
	}
	if l.Demo {
		// A line, not a panel: the letter stays on one page.
		doc.Blocks = append(doc.Blocks, typeset.Paragraph{Voice: typeset.Quiet, Spans: []typeset.Span{{Text: s.Say("paper_letter.demo"), Bold: true}}})
	}
	doc.Blocks = append(doc.Blocks,
		typeset.Text(s.Say("paper_letter.greeting")+"\n"+s.Say("previsit.paper.what")),
		heading(2, s.Say("paper_letter.steps")),
		typeset.List{Marker: typeset.Numbers, Items: items(
			s.Say("paper_letter.step.open"), s.Say("paper_letter.step.consent"), s.Say("paper_letter.step.answer"))},
		typeset.Columns{Widths: []float64{letterQR, codeWidth}, Columns: [][]typeset.Block{
			{typeset.Picture{Figure: qr, Width: letterQR}},
			{
				below(s.Say("previsit.paper.address"), l.Address),
				typeset.Paragraph{Spans: []typeset.Span{{Text: s.Say("previsit.paper.code"), Bold: true}}},
				typeset.Picture{Figure: s.code(l.Code), Width: codeWidth},
			},
		}},
		typeset.Paragraph{Voice: typeset.Quiet, Spans: []typeset.Span{
			{Text: s.Say("paper_letter.link") + " "}, {Text: l.Link, Link: l.Link}}},
		typeset.List{Items: items(
			s.Say("previsit.paper.until", map[string]any{"date": l.Until})+" "+s.Say("paper_letter.safe"), s.Say("previsit.paper.pause"),
			s.Say("previsit.paper.answers"), s.Say("previsit.paper.free"))},
		typeset.Keep{Blocks: []typeset.Block{
			typeset.Text(s.Say("previsit.paper.help", map[string]any{"unit": l.Unit})),
			typeset.Blanks{Label: s.Say("paper_letter.phone"), Lines: 1},
		}})
	return doc, nil
}

// code is the code large enough to be read over the telephone. Whoever can't see
// it is told it character by character.
func (s edition) code(code string) figure.Figure {
	palette := figure.Light()
	aloud := strings.Join(strings.Split(strings.ReplaceAll(code, "-", ","), ""), " ")
	return figure.Figure{
		ID: "code", Width: codeWidth, Height: codeHeight,
		Title: strings.TrimSuffix(s.Say("previsit.paper.code"), ":"), Desc: s.Say("paper_letter.aloud", map[string]any{"code": strings.ReplaceAll(aloud, " ,", ",")}),
		Shapes: []figure.Shape{
			figure.Rect{X: 1, Y: 1, W: codeWidth - 2, H: codeHeight - 2, Round: 8, Style: figure.Style{Stroke: palette.Ink, StrokeWidth: 1.5}},
			figure.Text{X: codeWidth / 2, Y: codeHeight/2 + codeSize*0.33, Size: codeSize, Bold: true, Anchor: figure.Middle, Text: code, Style: figure.Style{Fill: palette.Ink}},
		},
	}
}
