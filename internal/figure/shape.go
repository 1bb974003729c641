package figure

// Figure is a picture: shapes in the order of drawing, in a coordinate system
// with its origin at the top left and y downwards. Title and Desc are what
// somebody who can't see it is told.
type Figure struct {
	ID            string // prefix of the ids of title and desc; unique on a page
	Width, Height float64
	Title, Desc   string
	Shapes        []Shape

	// Where the heading ends and where the small print begins; 0 where there is
	// neither. See Bare.
	Above, Below float64

	// The same for a narrow screen, without heading and small print; nil where the
	// figure is narrow enough.
	Narrow *Figure
}

// Shape is a Rect, a Circle, a Line, a Polygon or a Text.
type Shape interface{ shape() }

// Style is how a shape is painted. Colours are #rrggbb or "" for none. Class
// names the role of the colour, so that a page's style sheet may replace it in a
// dark theme.
type Style struct {
	Class       string
	Fill        string
	Stroke      string
	StrokeWidth float64
	Dash        float64 // length of dashes and gaps; 0 is a whole line
	Opacity     float64 // of the fill, above 0 and at most 1; 0 is taken as 1
}

// Rect is a rectangle, with corners rounded by Round.
type Rect struct {
	X, Y, W, H, Round float64
	Style
}

// Circle is a circle. With Clip, only the part inside that rectangle is drawn.
type Circle struct {
	X, Y, R float64
	Clip    *Rect
	Style
}

// Line is a straight line.
type Line struct {
	X1, Y1, X2, Y2 float64
	Style
}

// XY is a place in the coordinate system of a figure.
type XY struct{ X, Y float64 }

// Polygon is a closed area between places, in their order.
type Polygon struct {
	Points []XY
	Style
}

// Anchor tells which point of a text its position is.
type Anchor string

// The anchors.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Text is one line of text; Y is its baseline.
type Text struct {
	X, Y   float64
	Size   float64
	Bold   bool
	Anchor Anchor
	Text   string
	Style
}

func (Rect) shape()    {}
func (Circle) shape()  {}
func (Line) shape()    {}
func (Polygon) shape() {}
func (Text) shape()    {}
