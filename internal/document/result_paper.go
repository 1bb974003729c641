package document

import (
	"slices"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// planeShare is how much of the width of the text the picture of the four fields
// has: as much as makes every word in it at least 14 pt with the size of enlarged.
const planeShare = 0.63

// ResultPaper sets the result for the client: what HTML says, in the same order
// and the same words, with lines for whom to call. It fails when the result is
// incomplete.
func ResultPaper(r Result, tag lang.Tag) (typeset.Document, error) {
	told, err := Tell(r, tag)
	if err != nil {
		return typeset.Document{}, err
	}
	doc := typeset.Document{
		Title: told.Title(), Language: told.p.Tag(), Created: r.toldAt(), Dense: true,
		Foot: told.Say("paper_result.foot"), PageOf: pageOf(told.p),
	}
	for _, part := range [][]typeset.Block{
		told.paperLead(), told.paperOther(), told.paperBoth(), told.paperWords(), told.paperNext(),
		told.paperSteps(), told.paperPlace(), told.paperCaution(),
	} {
		doc.Blocks = append(doc.Blocks, part...)
	}
	return doc, nil
}

// toldAt is the time that the paper tells about.
func (r Result) toldAt() time.Time {
	if !r.ConfirmedAt.IsZero() {
		return r.ConfirmedAt
	}
	return r.AssessedOn.Time()
}

func (v *Told) paperLead() []typeset.Block {
	blocks := []typeset.Block{heading(1, v.Headline)}
	if where := joined(" · ", v.Unit, v.Day); where != "" {
		blocks = append(blocks, quiet(where))
	}
	if v.Demo {
		blocks = append(blocks, demoNote(v.Say("document.demo")))
	}
	if v.Status == "" {
		return blocks
	}
	colour := figure.Light().Marks[v.Shown]
	return append(blocks, typeset.Panel{Tint: colour.Soft, Mark: colour.Mark, Blocks: []typeset.Block{typeset.Paragraph{Spans: []typeset.Span{
		{Text: v.Say("document.segment") + ": "}, {Text: v.Name(v.Shown), Bold: true}, {Text: "\n" + v.Status},
	}}}})
}

// paperOther tells that another segment was agreed than calculated.
func (v *Told) paperOther() []typeset.Block {
	if !v.Differs {
		return nil
	}
	facts := []typeset.Block{
		labelled(v.Say("document.other.calculated"), v.Name(v.Calculated)),
		labelled(v.Say("document.other.agreed"), v.Name(v.Shown)),
	}
	if v.Reason != "" {
		facts = append(facts, labelled(v.Say("document.other.reason"), v.Reason))
	}
	return []typeset.Block{
		heading(2, v.Say("document.other")),
		typeset.Panel{Mark: figure.Light().Marks[v.Shown].Mark, Blocks: facts},
	}
}

// paperBoth is what the client has and what may be heavy.
func (v *Told) paperBoth() []typeset.Block {
	has := []typeset.Block{heading(2, v.Say("document.strengths")), typeset.Text(v.Strengths)}
	has = append(has, v.paperTopics("document.strongest", v.Strongest)...)
	heavy := []typeset.Block{heading(2, v.Say("document.heavy")), typeset.Text(v.Heavy)}
	heavy = append(heavy, v.paperTopics("document.heaviest", v.Heaviest)...)
	heavy = append(heavy, v.paperTopics("document.hardest", v.Hardest)...)
	blocks := append(has, heavy...)
	if discuss := v.Discuss(); discuss != "" {
		blocks = append(blocks, labelled(v.Say("document.discuss"), discuss))
	}
	return blocks
}

func (v *Told) paperTopics(key string, pulls []Pull) []typeset.Block {
	if len(pulls) == 0 {
		return nil
	}
	return []typeset.Block{labelled(v.Say(key), strings.Join(topicsOf(pulls), ", "))}
}

// paperWords is what the client wrote beside the answers.
func (v *Told) paperWords() []typeset.Block {
	if len(v.Remarks) == 0 {
		return nil
	}
	blocks := []typeset.Block{heading(2, v.Say("document.words"))}
	for _, one := range v.Remarks {
		blocks = append(blocks, labelled(one.Topic, one.Comment))
	}
	return blocks
}

func (v *Told) paperNext() []typeset.Block {
	blocks := []typeset.Block{heading(2, v.Say("document.next")), typeset.Text(v.Together)}
	if len(v.Actions) > 0 {
		blocks = append(blocks, v.paperActions())
	} else {
		blocks = append(blocks, typeset.Blanks{Label: v.Say("document.write"), Lines: 3})
	}
	if v.Review != "" {
		blocks = append(blocks, typeset.Paragraph{Spans: []typeset.Span{{Text: v.Review, Bold: true}}})
	}
	return blocks
}

// paperActions is a table with a column for who and one for when, where any of
// the actions says so.
func (v *Told) paperActions() typeset.Table {
	who, due := false, false
	for _, one := range v.Actions {
		who, due = who || one.Responsible != "", due || one.Due != ""
	}
	table := typeset.Table{Caption: v.Say("document.actions"), Head: []string{v.Say("paper_result.what")}, Widths: []float64{3}}
	add := func(key string, width float64) {
		table.Head, table.Widths = append(table.Head, v.Say(key)), append(table.Widths, width)
	}
	if who {
		add("document.who", 1.6)
	}
	if due {
		add("document.due", 1.4)
	}
	for _, one := range v.Actions {
		row := []typeset.Cell{{Text: one.Text}}
		if who {
			row = append(row, typeset.Cell{Text: one.Responsible})
		}
		if due {
			row = append(row, typeset.Cell{Text: one.Due})
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// paperSteps ends with lines to be filled in by hand: nobody's name or number is
// in the service.
func (v *Told) paperSteps() []typeset.Block {
	blocks := []typeset.Block{heading(2, v.Say("document.steps"))}
	for _, step := range v.Steps {
		blocks = append(blocks, labelled(step.Service, step.FirstStep))
	}
	last := len(blocks) - 1
	return append(blocks[:last:last], typeset.Keep{Blocks: []typeset.Block{blocks[last], typeset.Columns{
		Widths: []float64{8, 5}, Columns: [][]typeset.Block{
			{typeset.Blanks{Label: v.Say("paper_result.call"), Lines: 1}},
			{typeset.Blanks{Label: v.Say("paper_result.phone"), Lines: 1}},
		},
	}}})
}

func (v *Told) paperPlace() []typeset.Block {
	var beside []typeset.Block
	for _, line := range v.PlaceLines() {
		beside = append(beside, typeset.Text(line))
	}
	return []typeset.Block{typeset.Keep{Blocks: []typeset.Block{
		heading(2, v.Say("document.place")),
		typeset.Columns{Widths: []float64{planeShare, 1 - planeShare}, Columns: [][]typeset.Block{
			{typeset.Picture{Figure: enlarged(v.Plane(nil), v.p.Text("document.place.here"))}}, beside,
		}},
	}}}
}

func (v *Told) paperCaution() []typeset.Block {
	return []typeset.Block{
		heading(2, v.Say("document.caution")), typeset.Text(v.Caution), quiet(v.Basis()),
	}
}

// enlarged writes the words of the picture as large as the page's style sheet
// does. The room that they need is kept beside them already, see room. The name
// of the client's place gets a little more air.
func enlarged(f figure.Figure, place string) figure.Figure {
	const ink, quiet, air = 28.1, 24, 6
	shapes := slices.Clone(f.Shapes)
	dot := 0.0
	for i, shape := range shapes {
		switch shape := shape.(type) {
		case figure.Circle:
			if shape.Class == "spread" {
				dot = shape.Y
			}
		case figure.Text:
			shape.Size = ink
			if shape.Class == "quiet" {
				shape.Size = quiet
			}
			if strings.Trim(shape.Text, "\u00a0") == place && shape.Y > dot {
				shape.Y += air
			}
			shapes[i] = shape
		}
	}
	f.Shapes = shapes
	return f
}

// pageOf writes the number of a page into the foot of a paper.
func pageOf(p *locale.Printer) func(page, of int) string {
	return func(page, of int) string {
		return p.Text("paper_result.page", map[string]any{"page": page, "of": of})
	}
}

func heading(level int, text string) typeset.Heading {
	return typeset.Heading{Level: level, Text: text}
}

// quiet is a paragraph that is only kept.
func quiet(text string) typeset.Paragraph {
	return typeset.Paragraph{Voice: typeset.Quiet, Spans: []typeset.Span{{Text: text}}}
}

// labelled is a fact with its name before it.
func labelled(label, value string) typeset.Paragraph {
	return typeset.Paragraph{Spans: []typeset.Span{{Text: label + ":", Bold: true}, {Text: " " + value}}}
}

// below is a text with its name in the line above it.
func below(label, text string) typeset.Paragraph {
	return typeset.Paragraph{Spans: []typeset.Span{{Text: label + "\n", Bold: true}, {Text: text}}}
}

// demoNote says that a paper is about nobody.
func demoNote(text string) typeset.Panel {
	return typeset.Panel{Blocks: []typeset.Block{typeset.Text(text)}}
}

// joined leaves out what is empty.
func joined(between string, parts ...string) string {
	var said []string
	for _, part := range parts {
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, between)
}
