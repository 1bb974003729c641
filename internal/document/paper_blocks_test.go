package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/typeset"
)

// everyBlock is the blocks with those inside them, in reading order.
func everyBlock(blocks []typeset.Block) (all []typeset.Block) {
	for _, block := range blocks {
		all = append(all, block)
		for _, inside := range insides(block) {
			all = append(all, everyBlock(inside)...)
		}
	}
	return all
}

func insides(block typeset.Block) [][]typeset.Block {
	switch b := block.(type) {
	case typeset.List:
		return b.Items
	case typeset.Columns:
		return b.Columns
	case typeset.Keep:
		return [][]typeset.Block{b.Blocks}
	case typeset.Panel:
		return [][]typeset.Block{b.Blocks}
	default:
		return nil
	}
}

// flat is what a document says, one line for each thing that it says.
func flat(doc typeset.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s [%s] %s\n", doc.Title, doc.Language, doc.Created.UTC().Format("2006-01-02 15:04"))
	for _, block := range everyBlock(doc.Blocks) {
		switch block := block.(type) {
		case typeset.Heading:
			fmt.Fprintf(&b, "\n%s %s\n", strings.Repeat("#", block.Level), block.Text)
		case typeset.Paragraph:
			fmt.Fprintln(&b, spoken(block))
		case typeset.List:
			fmt.Fprintf(&b, "[list of %d]\n", len(block.Items))
		case typeset.Table:
			fmt.Fprintf(&b, "[table] %s\n%s\n", block.Caption, strings.Join(block.Head, " | "))
			for _, row := range block.Rows {
				for i, cell := range row {
					if i > 0 {
						b.WriteString(" | ")
					}
					b.WriteString(cell.Text)
				}
				b.WriteByte('\n')
			}
		case typeset.Picture:
			fmt.Fprintf(&b, "[picture] %s: %s\n", block.Figure.Title, block.Figure.Desc)
			for _, shape := range block.Figure.Shapes {
				if text, ok := shape.(figure.Text); ok {
					fmt.Fprintf(&b, "  %s\n", text.Text)
				}
			}
		case typeset.Blanks:
			fmt.Fprintf(&b, "%s: %s\n", block.Label, strings.Repeat("_", block.Lines))
		case typeset.Rule:
			b.WriteString("---\n")
		}
	}
	if doc.PageOf != nil {
		fmt.Fprintf(&b, "\n%s — %s\n", doc.Foot, doc.PageOf(1, 2))
	}
	return b.String()
}

func spoken(p typeset.Paragraph) string {
	var b strings.Builder
	for _, span := range p.Spans {
		b.WriteString(span.Text)
	}
	return b.String()
}

// sameText compares two texts in a way that shows where they differ.
func sameText(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// loud is the blocks without what is quiet in them.
func loud(blocks []typeset.Block) (left []typeset.Block) {
	for _, block := range blocks {
		switch b := block.(type) {
		case typeset.Paragraph:
			if b.Voice == typeset.Quiet {
				continue
			}
		case typeset.List:
			b.Items = loudEach(b.Items)
			block = b
		case typeset.Columns:
			b.Columns = loudEach(b.Columns)
			block = b
		case typeset.Keep:
			block = typeset.Keep{Blocks: loud(b.Blocks)}
		case typeset.Panel:
			b.Blocks = loud(b.Blocks)
			block = b
		case typeset.Picture:
			b.Figure.Shapes = slices.DeleteFunc(slices.Clone(b.Figure.Shapes), func(shape figure.Shape) bool {
				text, ok := shape.(figure.Text)
				return ok && text.Class == "quiet"
			})
			block = b
		}
		left = append(left, block)
	}
	return left
}

func loudEach(all [][]typeset.Block) (left [][]typeset.Block) {
	for _, blocks := range all {
		left = append(left, loud(blocks))
	}
	return left
}
