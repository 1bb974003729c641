package typeset

import (
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// longTable runs over at least three pages.
func longTable() Table {
	t := Table{Caption: "Sovitut toimet", Head: []string{"Toimi", "Kuka", "Kpl"}, RowHead: true}
	for i := range 70 {
		t.Rows = append(t.Rows, []Cell{
			{Text: "Toimi " + strconv.Itoa(i) + strings.Repeat(" ja lisää", i%9)}, {Text: "Kuntoutusohjaaja"}, {Text: strconv.Itoa(i), Right: true},
		})
	}
	return t
}

// roles counts the elements that pages open.
func roles(pages []page) map[pdf.Role]int {
	counts := map[pdf.Role]int{}
	for _, p := range pages {
		for _, o := range p.ops {
			if open, is := o.(openOp); is {
				counts[open.element.Role]++
			}
		}
	}
	return counts
}

// artifacts are the texts on a page that are not read aloud.
func artifacts(p page) string {
	text := ""
	for _, o := range p.ops {
		if a, is := o.(artifactOp); is {
			for _, inner := range a.ops {
				if t, is := inner.(textOp); is {
					text += t.text + "|"
				}
			}
		}
	}
	return text
}

func TestATableOverThreePagesRepeatsItsHeadUnread(t *testing.T) {
	pages := Document{Title: "T", Language: "fi", Blocks: []Block{Heading{Level: 1, Text: "Taulukko"}, longTable()}}.pages()
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	counts := roles(pages)
	if counts[pdf.Table] != 1 || counts[pdf.TableHead] != 1 || counts[pdf.TableRow] != 71 || counts[pdf.TableHeaderCell] != 73 || counts[pdf.TableDataCell] != 140 {
		t.Errorf("elements: %v", counts)
	}
	for i, p := range pages {
		repeated := strings.Contains(artifacts(p), "Toimi|Kuka|Kpl|")
		if repeated != (i > 0) {
			t.Errorf("page %d: head repeated %v", i+1, repeated)
		}
	}
}

func TestNoRowIsCut(t *testing.T) {
	for i, p := range (Document{Title: "T", Language: "fi", Blocks: []Block{longTable()}}).pages() {
		open := 0
		for _, o := range p.ops {
			switch o := o.(type) {
			case openOp:
				if o.element.Role == pdf.TableRow {
					open++
				}
			case lineOp:
				t.Errorf("page %d: a line that is no artifact", i+1)
			}
		}
		ends := 0
		for _, o := range p.ops {
			if a, is := o.(artifactOp); is && a.kind == pdf.Layout {
				ends++
			}
		}
		if ends != open {
			t.Errorf("page %d: %d rows begin and %d end", i+1, open, ends)
		}
	}
}

func TestARowHigherThanAPageFlowsOn(t *testing.T) {
	long := strings.Repeat("sana ", 3000)
	pages := Document{Title: "T", Language: "fi", Blocks: []Block{Table{
		Head: []string{"A", "B"}, RowHead: true, Rows: [][]Cell{{{Text: "rivi"}, {Text: long}}, {{Text: "toinen"}, {Text: "loppu"}}},
	}}}.pages()
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	words := 0
	for _, p := range pages {
		for _, o := range p.ops {
			if text, is := o.(textOp); is {
				words += strings.Count(text.text, "sana")
				if text.y > pdf.PageHeight-marginBottom {
					t.Fatalf("%q is at %.1f", text.text, text.y)
				}
			}
		}
	}
	if words != 3000 {
		t.Errorf("%d words of 3000", words)
	}
}

func TestRowsAreFilledUpToTheWidestOne(t *testing.T) {
	pages := Document{Title: "T", Language: "fi", Blocks: []Block{Table{
		Head: []string{"A"}, Rows: [][]Cell{{{Text: "1"}, {Text: "2"}, {Text: "3"}}, {{Text: "4"}}},
	}}}.pages()
	counts := roles(pages)
	if counts[pdf.TableHeaderCell] != 3 || counts[pdf.TableDataCell] != 6 {
		t.Errorf("elements: %v", counts)
	}
}
