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

// Report is a report of many numbers, in words already. It tells about no person.
type Report struct {
	Title, Subtitle, Foot string
	Until                 calendar.Date // the last day that it tells about, by which it is dated
	Notes                 []string      // what must be known to read it
	Parts                 []ReportPart
}

// ReportPart is what stands under one heading.
type ReportPart struct {
	Title  string
	Text   []string
	Tables []ReportTable
	Words  []ReportWords
}

// ReportWords is what people wrote.
type ReportWords struct {
	Title string
	Texts []string
}

// ReportTable is a table with the figure that it is drawn as, if there is one.
type ReportTable struct {
	Title, Lead string
	Figure      *figure.Figure
	Head        []string
	Rows        [][]typeset.Cell // the first cell names the row
	Notes       []string
}

// The sizes of a report, in points. It is read at a desk.
const (
	reportSize  = 11.5
	leastDrawn  = 10.5 // of letters in a figure
	reportWidth = 499  // of the text of a dense paper
)

// ReportPaper is a report on paper. It fails without a title or without parts.
func ReportPaper(r Report, tag lang.Tag) (typeset.Document, error) {
	if r.Title == "" || len(r.Parts) == 0 {
		return typeset.Document{}, errors.New("document: the report has no title or tells nothing")
	}
	doc := typeset.Document{
		Title: r.Title, Subject: r.Subtitle, Language: tag, Created: r.Until.Time(), Size: reportSize, Dense: true,
		Foot: r.Foot, PageOf: pageOf(locale.For(tag)),
		Blocks: []typeset.Block{heading(1, r.Title), typeset.Paragraph{Voice: typeset.Lead, Spans: []typeset.Span{{Text: r.Subtitle}}}},
	}
	for _, note := range r.Notes {
		doc.Blocks = append(doc.Blocks, quiet(note))
	}
	for _, part := range r.Parts {
		doc.Blocks = append(doc.Blocks, part.blocks()...)
	}
	return doc, nil
}

func (p ReportPart) blocks() []typeset.Block {
	blocks := []typeset.Block{heading(2, p.Title)}
	for _, text := range p.Text {
		blocks = append(blocks, typeset.Text(text))
	}
	for _, t := range p.Tables {
		blocks = append(blocks, t.blocks()...)
	}
	for _, w := range p.Words {
		blocks = append(blocks, heading(3, w.Title), typeset.List{Items: items(w.Texts...)})
	}
	return blocks
}

func (t ReportTable) blocks() []typeset.Block {
	blocks := []typeset.Block{heading(3, t.Title)}
	if t.Lead != "" {
		blocks = append(blocks, typeset.Text(t.Lead))
	}
	if t.Figure != nil {
		blocks = append(blocks, typeset.Picture{Figure: legible(*t.Figure)})
	}
	blocks = append(blocks, typeset.Table{Head: t.Head, Rows: t.Rows, RowHead: true, Widths: t.widths()})
	for _, note := range t.Notes {
		blocks = append(blocks, quiet(note))
	}
	return blocks
}

// widths gives words more room than numbers.
func (t ReportTable) widths() []float64 {
	const words, short = 3.2, 1.3
	widths := make([]float64, len(t.Head))
	for i, head := range t.Head {
		widths[i] = 1
		for _, word := range strings.Fields(head) {
			widths[i] = max(widths[i], float64(len([]rune(word)))/9)
		}
		for _, row := range t.Rows {
			switch {
			case i >= len(row):
			case row[i].Right: // a number or a day, which isn't broken
				widths[i] = max(widths[i], float64(len([]rune(row[i].Text)))/7)
			case len([]rune(row[i].Text)) > 12:
				widths[i] = words
			}
		}
	}
	if widths[0] == 1 {
		widths[0] = short
	}
	return widths
}

// legible is a figure whose letters are large enough on paper.
func legible(f figure.Figure) figure.Figure {
	least := leastDrawn / reportWidth * f.Width
	shapes := make([]figure.Shape, len(f.Shapes))
	for i, s := range f.Shapes {
		if text, ok := s.(figure.Text); ok {
			text.Size = max(text.Size, least)
			s = text
		}
		shapes[i] = s
	}
	f.Shapes = shapes
	return f
}
