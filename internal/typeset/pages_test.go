package typeset

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func laidOut(blocks ...Block) []page {
	return Document{Title: "T", Language: "fi", Blocks: blocks}.pages()
}

// on is the text on a page.
func on(p page) string {
	text := ""
	for _, o := range p.ops {
		if t, is := o.(textOp); is {
			text += t.text + " "
		}
	}
	return text
}

// filler is about so many lines of text that may break anywhere.
func filler(lines int) []Block {
	var blocks []Block
	for i := range lines {
		blocks = append(blocks, Text("Rivi "+strconv.Itoa(i)))
	}
	return blocks
}

func TestPagesHoldEveryStripOnceAndNoneTooMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const height = 100.0
		strips := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) strip {
			return strip{
				height: rapid.Float64Range(1, 60).Draw(t, "height"), before: rapid.Float64Range(0, 20).Draw(t, "before"),
				bond: bond(rapid.IntRange(0, 2).Draw(t, "bond")), fresh: rapid.IntRange(0, 9).Draw(t, "fresh") == 0,
			}
		}), 0, 40).Draw(t, "strips")
		next := 0
		for _, s := range paginate(strips, height) {
			if s.from != next || s.to <= s.from {
				t.Fatalf("page %v after %d", s, next)
			}
			next = s.to
			if _, bottom := stack(strips[s.from:s.to], 0, true); bottom > height+0.1 {
				t.Fatalf("page %v is %.1f high", s, bottom)
			}
			for i := s.from + 1; i < s.to; i++ {
				if strips[i].fresh {
					t.Fatalf("strip %d begins no page", i)
				}
			}
			if s.to < len(strips) && !strips[s.to].fresh && strips[s.to-1].bond > free {
				for i := s.from; i < s.to; i++ {
					if strips[i].bond < strips[s.to-1].bond {
						t.Fatalf("page %v cuts a bond though strip %d has a weaker one", s, i)
					}
				}
			}
		}
		if next != len(strips) {
			t.Fatalf("%d of %d strips", next, len(strips))
		}
	})
}

func TestWhatIsKeptTogetherIsOnOnePage(t *testing.T) {
	for before := range 40 {
		for _, kept := range []Block{
			Keep{Blocks: filler(9)}, Panel{Tint: "#d8efe6", Blocks: filler(9)}, Columns{Columns: [][]Block{filler(9), filler(4)}},
		} {
			pages := laidOut(append(filler(before), Heading{Level: 2, Text: "Yhdessä"}, kept)...)
			last := on(pages[len(pages)-1])
			if i := strings.Index(last, "Yhdessä"); i < 0 || !strings.Contains(last[i:], "Rivi 0 ") || !strings.Contains(last[i:], "Rivi 8 ") {
				t.Errorf("%T after %d lines is cut: the last page is %q", kept, before, last)
			}
		}
	}
}

func TestWhatIsHigherThanAPageFlowsOn(t *testing.T) {
	for _, tall := range []Block{
		Keep{Blocks: filler(120)}, Panel{Tint: "#d8efe6", Blocks: filler(120)}, Columns{Columns: [][]Block{filler(120), nil}},
		List{Items: [][]Block{filler(120)}},
	} {
		pages := laidOut(Heading{Level: 1, Text: "Alku"}, tall, Text("Loppu"))
		if len(pages) < 3 || len(pages) > 6 {
			t.Errorf("%T is on %d pages", tall, len(pages))
		}
		if first := on(pages[0]); !strings.Contains(first, "Rivi 20 ") {
			t.Errorf("%T leaves the first page empty: %q", tall, first)
		}
		if last := on(pages[len(pages)-1]); !strings.Contains(last, "Rivi 119 ") {
			t.Errorf("%T loses its end: %q", tall, last)
		}
	}
}

func TestNewPagesLeaveNoneEmpty(t *testing.T) {
	pages := laidOut(NewPage{}, Text("yksi"), NewPage{}, NewPage{}, Text("kaksi"), NewPage{})
	if len(pages) != 2 || !strings.Contains(on(pages[0]), "yksi") || !strings.Contains(on(pages[1]), "kaksi") {
		t.Errorf("%d pages", len(pages))
	}
	if len(laidOut()) != 1 {
		t.Error("a document without blocks has no page")
	}
}

func TestALongFootLeavesTheTextAlone(t *testing.T) {
	d := Document{Title: "T", Language: "fi", Foot: strings.Repeat("alatunniste ", 40), Blocks: filler(80)}
	for i, p := range d.pages() {
		lowest, highest := 0.0, 1e9
		for _, o := range p.ops {
			switch o := o.(type) {
			case textOp:
				lowest = max(lowest, o.y)
			case artifactOp:
				for _, inner := range o.ops {
					if text, is := inner.(textOp); is {
						highest = min(highest, text.y)
					}
				}
			}
		}
		if lowest+10 > highest {
			t.Errorf("page %d: text at %.1f, foot at %.1f", i+1, lowest, highest)
		}
	}
}

func TestAFootTellsThePage(t *testing.T) {
	d := Document{Title: "T", Language: "fi", Foot: "Tulos", Blocks: filler(60), PageOf: func(page, of int) string { return strconv.Itoa(page) + "/" + strconv.Itoa(of) }}
	for i, p := range d.pages() {
		if want := "Tulos|" + strconv.Itoa(i+1) + "/" + strconv.Itoa(len(d.pages())) + "|"; artifacts(p) != want {
			t.Errorf("page %d: %q, want %q", i+1, artifacts(p), want)
		}
	}
}
