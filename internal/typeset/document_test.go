package typeset

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

var plainText = rapid.Custom(func(t *rapid.T) string {
	between := rapid.SampledFrom([]string{" ", " ", " ", "\n"}).Draw(t, "between")
	return strings.Join(rapid.SliceOfN(finnishWords, 1, 70).Draw(t, "words"), between)
})

var shortText = rapid.Custom(func(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(finnishWords, 1, 6).Draw(t, "words"), " ")
})

const outermost = 2

// anyBlock draws a block that may hold others depth levels deep.
func anyBlock(depth int) *rapid.Generator[Block] {
	return rapid.Custom(func(t *rapid.T) Block {
		inner := func(name string) []Block {
			return authored(rapid.SliceOfN(anyBlock(depth-1), 1, 4).Draw(t, name))
		}
		kinds := 7
		if depth > 0 {
			kinds = 11
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return Heading{Level: rapid.IntRange(1, 4).Draw(t, "level"), Text: "Otsikko"}
		case 1, 2:
			return Paragraph{Voice: Voice(rapid.IntRange(0, 2).Draw(t, "voice")), Spans: []Span{
				{Text: plainText.Draw(t, "text") + " "}, {Text: shortText.Draw(t, "bold"), Bold: true}, {Text: " "},
				{Text: shortText.Draw(t, "link"), Link: "https://omasuunta.example/"}, {Text: " "}, {Text: shortText.Draw(t, "sv"), Language: "sv"},
			}}
		case 3:
			return anyTable(t)
		case 4:
			return Picture{Figure: smallFigure(), Width: rapid.Float64Range(100, 600).Draw(t, "width")}
		case 5:
			if depth < outermost {
				return Rule{}
			}
			return rapid.SampledFrom([]Block{Rule{}, Gap(40), NewPage{}}).Draw(t, "room")
		case 6:
			return Blanks{Label: shortText.Draw(t, "label"), Lines: rapid.IntRange(1, 5).Draw(t, "lines")}
		case 7:
			return List{Marker: Marker(rapid.IntRange(0, 3).Draw(t, "marker")), Items: [][]Block{inner("item"), inner("item")}}
		case 8:
			return Columns{Columns: [][]Block{inner("left"), inner("right")}}
		case 9:
			return Keep{Blocks: inner("kept")}
		default:
			return Panel{Tint: "#d8efe6", Mark: "#0b5d46", Blocks: inner("panel")}
		}
	})
}

// authored puts text below headings that have none: nothing can be kept with those.
func authored(blocks []Block) []Block {
	var all []Block
	for i, b := range blocks {
		all = append(all, b)
		if _, is := b.(Heading); is && !readsOn(blocks[i+1:]) {
			all = append(all, Text("Teksti."))
		}
	}
	return all
}

// readsOn tells whether blocks begin with something to read or to look at.
func readsOn(blocks []Block) bool {
	if len(blocks) == 0 {
		return false
	}
	switch b := blocks[0].(type) {
	case Paragraph, Table, Picture, Columns:
		return true
	case Keep:
		return readsOn(b.Blocks)
	case Panel:
		return readsOn(b.Blocks)
	}
	return false
}

func smallFigure() figure.Figure {
	return figure.Figure{Width: 100, Height: 120, Title: "Kuva", Desc: "ympyrä", Shapes: []figure.Shape{
		figure.Circle{X: 50, Y: 50, R: 40, Clip: &figure.Rect{W: 100, H: 60}, Style: figure.Style{Fill: "#d8efe6"}},
		figure.Polygon{Points: []figure.XY{{X: 10, Y: 90}, {X: 90, Y: 90}, {X: 50, Y: 110}}, Style: figure.Style{Fill: "#4a1259", Opacity: 0.3}},
		figure.Text{X: 50, Y: 50, Size: 10, Anchor: figure.Middle, Text: "Sinä", Style: figure.Style{Fill: "#1b2430"}},
	}}
}

func anyTable(t *rapid.T) Table {
	table := Table{Caption: shortText.Draw(t, "caption"), Head: []string{"Eka", "Toka", "Kolmas"}}
	for range rapid.IntRange(1, 20).Draw(t, "rows") {
		var row []Cell
		for range rapid.IntRange(1, 3).Draw(t, "cells") {
			row = append(row, Cell{Text: rapid.StringMatching(`[a-zäö]{1,12}( [a-zäö]{1,12}){0,4}`).Draw(t, "cell"), Right: rapid.Bool().Draw(t, "right")})
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// words is what somebody reads in blocks, in order, without markers.
func words(blocks []Block) string {
	var b strings.Builder
	add := func(texts ...string) {
		for _, text := range texts {
			b.WriteString(text + " ")
		}
	}
	for _, block := range blocks {
		switch block := block.(type) {
		case Heading:
			add(block.Text)
		case Paragraph:
			for _, s := range block.Spans {
				b.WriteString(s.Text)
			}
			add("")
		case List:
			for i, item := range block.Items {
				switch block.Marker {
				case Bullets:
					add("•")
				case Numbers:
					add(strconv.Itoa(i+1) + ".")
				}
				add(words(item))
			}
		case Table:
			add(block.Caption)
			add(block.Head...)
			for _, row := range block.Rows {
				for _, cell := range row {
					add(cell.Text)
				}
			}
		case Picture:
			for _, s := range block.Figure.Shapes {
				if text, is := s.(figure.Text); is {
					add(text.Text)
				}
			}
		case Columns:
			for _, column := range block.Columns {
				add(words(column))
			}
		case Keep:
			add(words(block.Blocks))
		case Panel:
			add(words(block.Blocks))
		case Blanks:
			add(block.Label)
		}
	}
	return strings.ReplaceAll(b.String(), softHyphen, "")
}

// reader walks pages as a reader goes through them and finds what is wrong.
type reader struct {
	*rapid.T
	bottom  float64 // no text below it but the foot
	open    []pdf.Role
	text    strings.Builder
	last    pdf.Role            // of the last text on the page
	lines   map[int]map[int]int // by paragraph and page: its lines
	seen    map[[3]int]bool     // paragraph, page, rounded y
	element []int               // numbers of the open elements
	count   int
}

func (r *reader) page(number int, ops []op) {
	r.last = ""
	for _, o := range ops {
		switch o := o.(type) {
		case openOp:
			r.open = append(r.open, o.element.Role)
			r.count++
			r.element = append(r.element, r.count)
			if o.element.Role == pdf.Figure {
				r.inside(o.element.Bounds)
			}
		case endOp:
			if role := r.open[len(r.open)-1]; role != pdf.Span && role != pdf.Link {
				r.text.WriteString(" ")
			}
			r.open, r.element = r.open[:len(r.open)-1], r.element[:len(r.element)-1]
		case textOp:
			r.line(number, o)
		case artifactOp:
			r.artifact(o)
		}
	}
}

func (r *reader) artifact(a artifactOp) {
	for _, o := range a.ops {
		switch o := o.(type) {
		case openOp, endOp, linkOp, bookmarkOp, artifactOp:
			r.Fatalf("%T within an artifact", o)
		case rectOp:
			if o.box.Y < marginTop-2*fieldSpill || o.box.Y+o.box.H > r.bottom+2*fieldSpill || o.box.H < 0 {
				r.Fatalf("a field is at %v", o.box)
			}
		}
	}
}

func (r *reader) inside(b pdf.Box) {
	if b.X < marginSide-1 || b.X+b.W > marginSide+textWidth+1 || b.Y < marginTop-1 || b.Y+b.H > r.bottom+1 {
		r.Fatalf("a figure is cut or hangs over: %v", b)
	}
}

func (r *reader) line(number int, o textOp) {
	r.text.WriteString(o.text)
	if len(r.open) == 0 {
		r.Fatalf("%q is in no element", o.text)
	}
	if o.x < marginSide-1 || o.x+o.width > marginSide+textWidth+30 {
		r.Fatalf("%q hangs over: %.1f + %.1f", o.text, o.x, o.width)
	}
	if o.y < marginTop || o.y > r.bottom {
		r.Fatalf("%q is at %.1f of %.1f", o.text, o.y, r.bottom)
	}
	for i, role := range r.open {
		if role == pdf.P {
			key := [3]int{r.element[i], number, int(o.y * 10)}
			if !r.seen[key] {
				r.seen[key] = true
				if r.lines[r.element[i]] == nil {
					r.lines[r.element[i]] = map[int]int{}
				}
				r.lines[r.element[i]][number]++
			}
		}
	}
	r.last = r.open[0]
	for _, role := range r.open {
		if strings.HasPrefix(string(role), "H") {
			r.last = role
		}
	}
}

func TestWhateverIsPrintedIsReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Document{Title: "Näyte", Language: "fi", Foot: "Näyte", Blocks: authored(rapid.SliceOfN(anyBlock(outermost), 1, 14).Draw(t, "blocks"))}
		r := &reader{T: t, bottom: pdf.PageHeight - marginBottom, lines: map[int]map[int]int{}, seen: map[[3]int]bool{}}
		pages := d.pages()
		for i, p := range pages {
			r.page(i, p.ops)
			if strings.HasPrefix(string(r.last), "H") && i < len(pages)-1 {
				t.Fatalf("page %d ends with a heading", i+1)
			}
		}
		if len(r.open) > 0 {
			t.Fatalf("left open: %v", r.open)
		}
		got, want := strings.Fields(rejoined([]string{r.text.String()})), strings.Fields(words(d.Blocks))
		if !slices.Equal(got, want) {
			t.Fatalf("the pages read\n%q\nwant\n%q", got, want)
		}
		for _, on := range r.lines {
			for page, n := range on {
				if len(on) > 1 && n < 2 {
					t.Fatalf("page %d has %d line of a paragraph on %d pages", page+1, n, len(on))
				}
			}
		}
		if _, err := d.PDF(); err != nil {
			t.Fatal(err)
		}
	})
}
