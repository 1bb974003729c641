package pdf

import "time"

// The page, A4 upright, in points of 1/72 inch. The origin is the top left
// corner and y runs downwards, as on the screen.
const (
	PageWidth  = 595.28
	PageHeight = 841.89
)

// Info is what a file says about itself.
type Info struct {
	Title    string // shown as the name of the window
	Subject  string // "" for none
	Language string // BCP 47
	Created  time.Time
}

// Font is one of the fonts that are embedded, as far as they are used.
type Font uint8

// The fonts.
const (
	Regular Font = iota
	Bold
)

// Colour is #rrggbb, "" for none.
type Colour string

// Ink is how text is drawn. Size is in points.
type Ink struct {
	Font   Font
	Size   float64
	Colour Colour
}

// Paint is how a shape is drawn. Opacity is of the fill, above 0 and at most 1;
// 0 is taken as 1. Dash is the length of dashes and gaps, 0 for a whole line.
type Paint struct {
	Fill, Stroke Colour
	Width        float64 // of the stroke, in points
	Dash         float64
	Opacity      float64
}

// Box is a rectangle.
type Box struct{ X, Y, W, H float64 }

// Role is the standard structure type of an element (ISO 32000-1, 14.8.4).
type Role string

// The roles.
const (
	H1              Role = "H1"
	H2              Role = "H2"
	H3              Role = "H3"
	H4              Role = "H4"
	P               Role = "P"
	Section         Role = "Sect"
	Division        Role = "Div"
	BlockQuote      Role = "BlockQuote"
	List            Role = "L"
	ListItem        Role = "LI"
	Label           Role = "Lbl"
	ListBody        Role = "LBody"
	Table           Role = "Table"
	TableHead       Role = "THead"
	TableBody       Role = "TBody"
	TableRow        Role = "TR"
	TableHeaderCell Role = "TH"
	TableDataCell   Role = "TD"
	Caption         Role = "Caption"
	Figure          Role = "Figure"
	Link            Role = "Link"
	Span            Role = "Span"
)

// Element is a node of the structure tree.
type Element struct {
	Role      Role
	Language  string // BCP 47, "" for that of the element around it
	Alt       string // of a Figure or a Link: what somebody who can't see it is told
	Scope     string // of a TableHeaderCell: "Column" or "Row"
	Numbering string // of a List: "Disc", "Decimal" or "None"
	Bounds    Box    // of a Figure: the room it takes on its page
}
