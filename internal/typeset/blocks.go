package typeset

import (
	"time"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Document is what is printed.
type Document struct {
	Title    string
	Subject  string // "" for none; never about a person
	Language lang.Tag
	Created  time.Time // written into the metadata
	Size     float64   // of the body text in points; 0 is 14
	Dense    bool      // closer lines and narrower margins: to be short, not airy
	Foot     string    // on the left of every foot
	PageOf   func(page, of int) string
	Blocks   []Block
}

// Block is one of the types of this file.
type Block interface{ block() }

// Heading is a heading of level 1 to 4. It is never the last on a page, and
// becomes a bookmark. A document begins with one of level 1. One that skips a
// level looks as it says, and is told to those who listen without the skip.
type Heading struct {
	Level int
	Text  string
}

// Voice is how a paragraph speaks.
type Voice uint8

// The voices.
const (
	Body  Voice = iota
	Lead        // larger: what is to be read first
	Quiet       // smaller and lighter, yet at least 11 pt: what is only kept
)

// Paragraph is running text. A newline in it is a line break.
type Paragraph struct {
	Spans []Span
	Voice Voice
}

// Span is a piece of running text.
type Span struct {
	Text     string
	Bold     bool
	Language lang.Tag // "" for that around it
	Link     string   // an https address, "" for none
}

// Marker is what stands before the items of a list.
type Marker uint8

// The markers.
const (
	Bullets Marker = iota
	Numbers
	Boxes // empty, to tick by hand
	Ticks // ticked
)

// List is a list; an item holds blocks, the first of them beside its marker.
type List struct {
	Marker Marker
	Items  [][]Block
}

// Table has one row of header cells, repeated on every page that it runs over.
type Table struct {
	Caption string    // "" for none
	Widths  []float64 // relative; nil for equal ones
	Head    []string
	Rows    [][]Cell
	RowHead bool // the first cell of every row is its header
}

// Cell is a cell of a table.
type Cell struct {
	Text  string
	Right bool // aligned to the right, for figures
	Bold  bool
}

// Picture is a figure, drawn Width points wide (0 for the width of the text) and
// kept on one page. Its Title and Desc are its alternative text.
type Picture struct {
	Figure figure.Figure
	Width  float64
	Centre bool
}

// Rule is a thin line across the text.
type Rule struct{}

// Gap is empty room in points.
type Gap float64

// NewPage begins a new page, unless one has just begun.
type NewPage struct{}

// Columns are blocks side by side, read one column after the other and kept on
// one page.
type Columns struct {
	Widths  []float64 // relative; nil for equal ones
	Columns [][]Block
}

// Keep holds its blocks on one page if they fit on one.
type Keep struct{ Blocks []Block }

// Panel is a soft field around its blocks, kept on one page if they fit on one.
type Panel struct {
	Tint   string // #rrggbb, "" for a frame without a fill
	Mark   string // #rrggbb of a bar on its left, "" for none
	Blocks []Block
}

// Blanks are lines to write on, with what belongs there before them.
type Blanks struct {
	Label string
	Lines int // at least 1
}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Picture) block()   {}
func (Rule) block()      {}
func (Gap) block()       {}
func (NewPage) block()   {}
func (Columns) block()   {}
func (Keep) block()      {}
func (Panel) block()     {}
func (Blanks) block()    {}

// Text is a paragraph of plain text.
func Text(text string) Paragraph { return Paragraph{Spans: []Span{{Text: text}}} }

// Printed is a document as a file.
type Printed struct {
	Bytes    []byte
	Pages    int
	Replaced int // characters that no font has, each shown as a box
}
