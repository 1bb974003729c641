package document

import (
	"slices"

	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// BrochurePaper is the brochure (esite) for the client and the family: what the
// consent text says about the assessment and, around it, how it goes, what may
// come of it and whom to ask. It is made for one sheet printed on both sides.
func BrochurePaper(text consent.Text, tag lang.Tag, plain bool) typeset.Document {
	s := edition{locale.For(tag), plain}
	doc := typeset.Document{
		Title: s.in(text.Title), Language: s.p.Tag(), Foot: s.Say("paper_brochure.foot"), PageOf: pageOf(s.p),
		Blocks: []typeset.Block{heading(1, s.in(text.Title))},
	}
	first := min(1, len(text.Brochure)) // what it is about; how it goes follows from that
	for _, section := range text.Brochure[:first] {
		doc.Blocks = append(doc.Blocks, s.section(section)...)
	}
	doc.Blocks = append(doc.Blocks, s.steps()...)
	doc.Blocks = append(doc.Blocks, s.fourWays()...)
	doc.Blocks = append(doc.Blocks, s.sideBySide(text.Brochure[first:], []typeset.Block{
		heading(2, s.Say("paper_brochure.whom")), typeset.Text(s.Say("paper_brochure.data")),
		typeset.Blanks{Label: s.Say("paper_brochure.name"), Lines: 1},
		typeset.Blanks{Label: s.Say("paper_brochure.phone"), Lines: 1},
	})...)
	return doc
}

// edition is a language, in plain form or not, of a paper that is about nobody.
type edition struct {
	p     *locale.Printer
	plain bool
}

// Say returns a message, in plain language when the edition is.
func (s edition) Say(key string, args ...map[string]any) string {
	if s.plain {
		return s.p.Plain(key, args...)
	}
	return s.p.Text(key, args...)
}

func (s edition) in(text lang.Text) string {
	if s.plain {
		return text.Plain(s.p.Tag())
	}
	return text.In(s.p.Tag())
}

// lead is a paragraph that is to be read first.
func lead(text string) typeset.Paragraph {
	return typeset.Paragraph{Voice: typeset.Lead, Spans: []typeset.Span{{Text: text}}}
}

// items makes list items of texts.
func items(texts ...string) (list [][]typeset.Block) {
	for _, text := range texts {
		list = append(list, []typeset.Block{typeset.Text(text)})
	}
	return list
}

func (s edition) section(section consent.Section) []typeset.Block {
	return []typeset.Block{heading(2, s.in(section.Heading)), typeset.Text(s.in(section.Text))}
}

// rowGap is between two rows of sections, over what is between blocks anyway.
const rowGap typeset.Gap = 10

// sideBySide sets sections in rows of two. last follows them as one more.
func (s edition) sideBySide(sections []consent.Section, last []typeset.Block) (rows []typeset.Block) {
	var cells [][]typeset.Block
	for _, one := range sections {
		cells = append(cells, s.section(one))
	}
	if len(last) > 0 {
		cells = append(cells, last)
	}
	for two := range slices.Chunk(cells, 2) {
		if len(rows) > 0 {
			rows = append(rows, rowGap)
		}
		if len(two) == 1 {
			rows = append(rows, two[0]...)
		} else {
			rows = append(rows, typeset.Columns{Columns: two})
		}
	}
	return rows
}

func (s edition) steps() []typeset.Block {
	return []typeset.Block{heading(2, s.Say("paper_brochure.steps")), typeset.List{Marker: typeset.Numbers, Items: items(
		s.Say("paper_brochure.steps.ask"), s.Say("paper_brochure.steps.answer"), s.Say("paper_brochure.steps.together"))}}
}

// fourWays tells the segments in a picture and in words, without scores.
func (s edition) fourWays() []typeset.Block {
	list := typeset.List{}
	for _, one := range segment.All {
		list.Items = append(list.Items, []typeset.Block{labelled(s.p.SegmentShort(one), s.Say(wayKeys[one]))})
	}
	four := s.fourFields()
	return []typeset.Block{
		heading(2, s.Say("paper_brochure.four")), typeset.Text(s.Say("paper_brochure.four.text")),
		typeset.Picture{Figure: four, Width: four.Width}, list,
	}
}

var wayKeys = map[segment.Segment]string{
	segment.SelfActing: "paper_brochure.omatoimi", segment.Community: "paper_brochure.yhteiso",
	segment.Cooperating: "paper_brochure.yhteistyo", segment.Network: "paper_brochure.verkosto",
}

// fourFields is the plane of resources and challenge as four cards with the marks
// and names of the segments, and around them what the sides stand for. One unit
// is about a point.
func (s edition) fourFields() figure.Figure {
	const (
		left, top, gap     = 128, 24, 6 // the words beside and above the cards
		cardW, cardH       = 164, 46
		width              = left + 2*cardW + gap
		mark, markAt, name = 30, 28, 54
		size, round        = 14, 8
	)
	palette := figure.Light()
	f := figure.Figure{ID: "four", Width: width, Height: top + 2*cardH + gap, Title: s.Say("paper_brochure.four"), Desc: s.Say("paper_brochure.four.picture")}
	word := func(x, y float64, bold bool, at figure.Anchor, text string) {
		f.Shapes = append(f.Shapes, figure.Text{X: x, Y: y, Size: size, Bold: bold, Anchor: at, Text: text, Style: figure.Style{Fill: palette.Ink}})
	}
	middle := func(y float64) float64 { return y + cardH/2 + size*0.34 } // the baseline of what is in the middle of a card
	for _, one := range segment.All {
		x, y := float64(left), float64(top)
		if one.ResourcesHigh() {
			x += cardW + gap
		}
		if !one.ChallengeHigh() {
			y += cardH + gap
		}
		colour := palette.Marks[one]
		f.Shapes = append(f.Shapes, figure.Rect{X: x, Y: y, W: cardW, H: cardH, Round: round, Style: figure.Style{Fill: colour.Soft, Stroke: colour.Mark, StrokeWidth: 1}})
		f.Shapes = append(f.Shapes, figure.Mark(palette, one, x+markAt, y+cardH/2, mark)...)
		word(x+name, middle(y), true, figure.Start, s.p.SegmentShort(one))
	}
	word(left+cardW/2, size, false, figure.Middle, s.Say("paper_brochure.few"))
	word(left+cardW+gap+cardW/2, size, false, figure.Middle, s.Say("paper_brochure.many"))
	word(left-10, middle(top), false, figure.End, s.Say("paper_brochure.challenging"))
	word(left-10, middle(top+cardH+gap), false, figure.End, s.Say("paper_brochure.calm"))
	return f
}
