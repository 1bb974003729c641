package document

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// Form is a pair of batteries to be filled in by hand.
type Form struct {
	Client, Professional *instrument.Battery
	Plain                bool
	Code                 string // names the pair; see instrument.FormCode
	Link                 string // where the answers are typed in, https
}

// Sizes in points. With such body text the quiet helps are at least 12.
const (
	formSize = 14.62
	formQR   = 96

	notesLines = 16 // on the back of the client's last page
)

// skipLetters are the letters that stand for the kinds of skipping on a paper
// form, the same in every language. The transcription page takes them as keys.
var skipLetters = map[instrument.Skip]string{
	instrument.Discuss: "J", instrument.Declined: "E", instrument.NotApplicable: "X",
}

// FormPaper is the blank form of two batteries: the client's part on pages of
// its own, then the professional's. It fails when a battery, the code or the link
// is missing, or the link is too long for a QR code.
func FormPaper(f Form, tag lang.Tag) (typeset.Document, error) {
	if f.Client == nil || f.Professional == nil || f.Code == "" || f.Link == "" {
		return typeset.Document{}, errors.New("document: the form lacks a battery, its code or its link")
	}
	s := edition{locale.For(tag), f.Plain}
	qr, err := figure.QR(f.Link, s.Say("previsit.paper.qr"), s.Say("paper_form.qr.desc"))
	if err != nil {
		return typeset.Document{}, err
	}
	doc := typeset.Document{
		Title: s.Say("paper_form.title"), Language: s.p.Tag(), Size: formSize, PageOf: pageOf(s.p),
		Foot: s.Say("paper_form.foot", map[string]any{"code": f.Code, "batteries": f.Client.Ref() + ", " + f.Professional.Ref()}),
	}
	doc.Blocks = append(doc.Blocks, heading(1, doc.Title), heading(2, s.Say("paper_form.client")))
	doc.Blocks = append(doc.Blocks, s.formHead(f, qr)...)
	doc.Blocks = append(doc.Blocks, heading(3, s.Say("paper_form.how")), typeset.List{Items: items(
		s.Say("paper_form.how.number"), s.Say("paper_form.how.letters"), s.Say("paper_form.how.words"), s.Say("paper_form.how.free"))})
	doc.Blocks = append(doc.Blocks, s.formItems(f.Client)...)
	alone, err := doc.PDF()
	if err != nil {
		return typeset.Document{}, err
	}
	if alone.Pages%2 == 1 { // the professional's part begins on a sheet of its own, printed on both sides too
		doc.Blocks = append(doc.Blocks, typeset.NewPage{},
			heading(3, s.Say("paper_form.more")), typeset.Blanks{Label: s.Say("paper_form.more.help"), Lines: notesLines})
	}
	doc.Blocks = append(doc.Blocks, typeset.NewPage{},
		heading(2, s.Say("paper_form.professional", map[string]any{"name": s.in(f.Professional.Name)})))
	doc.Blocks = append(doc.Blocks, s.formHead(f, qr)...)
	doc.Blocks = append(doc.Blocks, typeset.Text(s.Say("paper_form.staff.how")))
	doc.Blocks = append(doc.Blocks, s.formItems(f.Professional)...)
	return doc, nil
}

// formHead is what keeps the two parts together when they are handed out apart,
// and where the answers go. The client's name is nowhere on it.
func (s edition) formHead(f Form, qr figure.Figure) []typeset.Block {
	line := func(key string) typeset.Block { return typeset.Blanks{Label: s.Say(key), Lines: 1} }
	return []typeset.Block{
		typeset.Columns{Widths: []float64{340, formQR}, Columns: [][]typeset.Block{
			{line("paper_form.day"), line("paper_form.unit"), line("paper_form.staff")},
			{typeset.Picture{Figure: qr, Width: formQR}},
		}},
		line("paper_form.ref"),
		quiet(s.Say("paper_form.transcribe", map[string]any{"address": f.typed(), "code": f.Code})),
	}
}

// typed is where the code is typed in: the link as people type addresses,
// without the code.
func (f Form) typed() string {
	_, address, found := strings.Cut(f.Link, "://")
	if !found {
		address = f.Link
	}
	return strings.TrimSuffix(address, "/"+f.Code)
}

// formItems are the questions of a battery, none of them cut over a page. The
// professional's are set smaller than the client's.
func (s edition) formItems(b *instrument.Battery) []typeset.Block {
	var blocks []typeset.Block
	for i, item := range b.Items {
		one := append([]typeset.Block{heading(3, fmt.Sprintf("%d. %s", i+1, s.in(item.Topic)))},
			question(b.Side, s.in(item.Text), s.in(item.Help))...)
		one = append(one, typeset.Picture{Figure: s.scale(i+1, b.Scale), Width: scaleWidth},
			typeset.Blanks{Label: s.Say("answering.comment"), Lines: 1})
		blocks = append(blocks, typeset.Keep{Blocks: one})
	}
	return blocks
}

// question is what is asked, with its help where there is one.
func question(side instrument.Side, text, help string) []typeset.Block {
	asked := typeset.Span{Text: text, Bold: true}
	switch {
	case help == "":
		return []typeset.Block{typeset.Paragraph{Spans: []typeset.Span{asked}}}
	case side == instrument.Professional:
		return []typeset.Block{typeset.Paragraph{Voice: typeset.Quiet, Spans: []typeset.Span{asked, {Text: "\n" + help}}}}
	default:
		return []typeset.Block{typeset.Paragraph{Spans: []typeset.Span{asked}}, quiet(help)}
	}
}

// The scale as it is printed, in points: as wide as the text.
const (
	scaleWidth  = 463
	boxWidth    = 37
	boxHeight   = 32
	boxPitch    = (scaleWidth - boxWidth - 1) / 10.0
	letterSide  = 20
	letterTop   = boxHeight + 26
	scaleHeight = letterTop + letterSide + 1
	scaleSize   = 14 // of its words
)

// letterPlaces are where the letters begin, so that the longest words beside
// them, which are English, have room.
var letterPlaces = [3]float64{0.5, 152, 320}

// scale is where an item is answered: eleven boxes in a row with words under the
// first, the middle and the last, and below them the three letters.
func (s edition) scale(number int, scale instrument.Scale) figure.Figure {
	anchor := func(value int) string { return s.in(scale.Anchors[value]) }
	said := map[string]any{"low": anchor(0), "middle": anchor(5), "high": anchor(10)}
	for _, skip := range instrument.Skips {
		said[string(skip)] = s.p.Code("skip", string(skip))
	}
	f := figure.Figure{
		ID: "scale" + strconv.Itoa(number), Width: scaleWidth, Height: scaleHeight,
		Title: s.Say("paper_form.scale", map[string]any{"number": number}), Desc: s.Say("paper_form.scale.desc", said),
	}
	palette := figure.Light()
	ink := figure.Style{Fill: palette.Ink}
	box := func(x, y, w, h, size float64, text string) {
		f.Shapes = append(f.Shapes,
			figure.Rect{X: x, Y: y, W: w, H: h, Round: 5, Style: figure.Style{Stroke: palette.Ink, StrokeWidth: 1.1}},
			figure.Text{X: x + w/2, Y: y + h/2 + size*0.34, Size: size, Anchor: figure.Middle, Text: text, Style: ink})
	}
	word := func(x, y float64, at figure.Anchor, text string) {
		f.Shapes = append(f.Shapes, figure.Text{X: x, Y: y, Size: scaleSize, Anchor: at, Text: text, Style: ink})
	}
	for value := range 11 {
		box(0.5+float64(value)*boxPitch, 0.5, boxWidth, boxHeight, 17, strconv.Itoa(value))
	}
	word(0, boxHeight+16, figure.Start, anchor(0))
	word(scaleWidth/2, boxHeight+16, figure.Middle, anchor(5))
	word(scaleWidth, boxHeight+16, figure.End, anchor(10))
	for i, skip := range instrument.Skips {
		x := letterPlaces[i]
		box(x, letterTop, letterSide, letterSide, scaleSize, skipLetters[skip])
		word(x+letterSide+5, letterTop+letterSide/2+scaleSize*0.34, figure.Start, s.p.Code("skip", string(skip)))
	}
	return f
}
