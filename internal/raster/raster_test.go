package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/omasuunta/omasuunta/internal/figure"
)

// drawn draws shapes on a figure of 40 by 40.
func drawn(t *testing.T, shapes ...figure.Shape) *image.RGBA {
	t.Helper()
	img, err := Image(figure.Figure{Width: 40, Height: 40, Shapes: shapes})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

var (
	white = color.RGBA{255, 255, 255, 255}
	black = color.RGBA{0, 0, 0, 255}
	red   = color.RGBA{255, 0, 0, 255}
)

func fill(colour string) figure.Style { return figure.Style{Fill: colour} }
func edge(width float64) figure.Style {
	return figure.Style{Stroke: "#000000", StrokeWidth: width}
}

// Each shape is where the SVG has it: what is looked at are places, in units of
// the figure, well within one colour.
func TestShapesAreWhereTheyBelong(t *testing.T) {
	clip := figure.Rect{X: 0, Y: 0, W: 20, H: 40}
	dashed := edge(4)
	dashed.Dash = 10
	both := figure.Style{Fill: "#ff0000", Stroke: "#000000", StrokeWidth: 4}
	half := figure.Style{Fill: "#ff0000", Opacity: 0.5}
	for name, c := range map[string]struct {
		shape figure.Shape
		at    map[[2]float64]color.RGBA
	}{
		"a filled rectangle": {figure.Rect{X: 10, Y: 10, W: 20, H: 10, Style: fill("#ff0000")},
			map[[2]float64]color.RGBA{{20, 15}: red, {11, 11}: red, {9, 15}: white, {20, 21}: white}},
		"its edge alone":        {figure.Rect{X: 10, Y: 10, W: 20, H: 20, Style: edge(4)}, map[[2]float64]color.RGBA{{10, 20}: black, {20, 10}: black, {30, 30}: black, {20, 20}: white, {7, 20}: white}},
		"both":                  {figure.Rect{X: 10, Y: 10, W: 20, H: 20, Style: both}, map[[2]float64]color.RGBA{{10, 20}: black, {20, 20}: red}},
		"round corners":         {figure.Rect{X: 0, Y: 0, W: 40, H: 40, Round: 20, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{2, 2}: white, {38, 38}: white, {20, 2}: red, {2, 20}: red}},
		"a broken edge":         {figure.Rect{X: 10, Y: 10, W: 20, H: 20, Style: dashed}, map[[2]float64]color.RGBA{{15, 10}: black, {25, 10}: white}},
		"a circle":              {figure.Circle{X: 20, Y: 20, R: 10, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{20, 20}: red, {13, 20}: red, {12, 12}: white}},
		"a ring":                {figure.Circle{X: 20, Y: 20, R: 10, Style: edge(4)}, map[[2]float64]color.RGBA{{20, 20}: white, {10, 20}: black, {20, 30}: black}},
		"a clipped circle":      {figure.Circle{X: 20, Y: 20, R: 10, Clip: &clip, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{15, 20}: red, {25, 20}: white}},
		"a line":                {figure.Line{X1: 5, Y1: 20, X2: 35, Y2: 20, Style: edge(4)}, map[[2]float64]color.RGBA{{20, 20}: black, {20, 25}: white, {3, 20}: white}},
		"a broken line":         {figure.Line{X1: 0, Y1: 20, X2: 40, Y2: 20, Style: dashed}, map[[2]float64]color.RGBA{{5, 20}: black, {15, 20}: white, {25, 20}: black}},
		"a polygon":             {figure.Polygon{Points: []figure.XY{{X: 0, Y: 0}, {X: 40, Y: 0}, {X: 0, Y: 40}}, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{5, 5}: red, {35, 35}: white}},
		"what shines through":   {figure.Rect{X: 0, Y: 0, W: 40, H: 40, Style: half}, map[[2]float64]color.RGBA{{20, 20}: {255, 127, 127, 255}}},
		"what has no colour":    {figure.Rect{X: 0, Y: 0, W: 40, H: 40, Style: fill("red")}, map[[2]float64]color.RGBA{{20, 20}: white}},
		"what is far outside":   {figure.Rect{X: 1e12, Y: -1e12, W: 40, H: 40, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{20, 20}: white}},
		"what reaches far away": {figure.Rect{X: -1e12, Y: 10, W: 2e12, H: 20, Style: fill("#ff0000")}, map[[2]float64]color.RGBA{{20, 5}: white}},
		"a letter at the end":   {figure.Text{X: 20, Y: 30, Size: 20, Anchor: figure.End, Text: "II", Style: fill("#000000")}, map[[2]float64]color.RGBA{{30, 22}: white}},
	} {
		img := drawn(t, c.shape)
		for at, want := range c.at {
			got := img.RGBAAt(int(at[0]*Scale), int(at[1]*Scale))
			if near(got.R, want.R) && near(got.G, want.G) && near(got.B, want.B) {
				continue
			}
			t.Errorf("%s: at %v is %v, want %v", name, at, got, want)
		}
	}
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) <= 2 }

// Letters are drawn, on the side of their place that their anchor says, and no
// two of them are the same.
func TestLettersAreDrawn(t *testing.T) {
	ink := func(anchor figure.Anchor, text string) (left, right int) {
		img := drawn(t, figure.Text{X: 20, Y: 26, Size: 14, Anchor: anchor, Text: text, Style: fill("#000000")})
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if img.RGBAAt(x, y).R < 128 {
					if x < 20*Scale {
						left++
					} else {
						right++
					}
				}
			}
		}
		return left, right
	}
	if left, right := ink(figure.Start, "ää"); left > 0 || right == 0 {
		t.Errorf("from its beginning: %d on the left, %d on the right", left, right)
	}
	if left, right := ink(figure.End, "ää"); left == 0 || right > 0 {
		t.Errorf("to its end: %d on the left, %d on the right", left, right)
	}
	if left, right := ink(figure.Middle, "ää"); left == 0 || right == 0 {
		t.Errorf("about its middle: %d on the left, %d on the right", left, right)
	}
	_, dotted := ink(figure.Start, "ä")
	if _, plain := ink(figure.Start, "a"); dotted <= plain {
		t.Errorf("ä has %d points of ink and a has %d", dotted, plain)
	}
}

func TestPNGIsBounded(t *testing.T) {
	var b bytes.Buffer
	f := figure.Figure{Width: 800, Height: 30000, Shapes: []figure.Shape{figure.Rect{W: 800, H: 30000, Style: fill("#ff0000")}}}
	if err := PNG(&b, f); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	if size := img.Bounds().Size(); size.Y > Most || size.X < 1 {
		t.Errorf("the picture is %v", size)
	}
	for _, size := range []float64{0, -1} {
		if err := PNG(&b, figure.Figure{Width: size, Height: 10}); err == nil {
			t.Errorf("a width of %v is drawn", size)
		}
	}
}

// A figure of the service comes out with Scale points to the unit, in its own
// colours.
func TestAFigureIsDrawn(t *testing.T) {
	n := 40
	f := figure.Bars(figure.BarsSpec{Title: "Jakauma", Palette: figure.Light(), Groups: []figure.BarGroup{{Heading: "A", Bars: []figure.Bar{{Label: "a", Value: "40", Percent: &n}}}}})
	img, err := Image(f)
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Dx(); got != int(f.Width)*Scale {
		t.Errorf("%d points wide, the figure is %v", got, f.Width)
	}
	colours := map[color.RGBA]int{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			colours[img.RGBAAt(x, y)]++
		}
	}
	for _, want := range []color.RGBA{white, {0x76, 0x80, 0x8d, 255}, {0x1b, 0x24, 0x30, 255}} {
		if colours[want] < 50 {
			t.Errorf("%d points of %v", colours[want], want)
		}
	}
}
