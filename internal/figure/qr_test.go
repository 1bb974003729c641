package figure_test

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"

	"github.com/omasuunta/omasuunta/internal/figure"
)

// The shapes cover exactly the dark modules of the code, the border stays light,
// and no dark module touches the one above it with a seam between them.
func TestQRHasEveryModule(t *testing.T) {
	for _, text := range []string{"A", "https://oma.example/paper/7KQ4ZP", "https://oma.example/join/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"} {
		code, err := figure.QR(text, "title", "desc")
		if err != nil {
			t.Fatal(err)
		}
		want, err := qr.Encode(text, qr.Q, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		side := want.Bounds().Dx()
		size := side + 2*figure.QRQuiet
		if code.Width != float64(size) || code.Height != code.Width || code.Title != "title" || code.Desc != "desc" {
			t.Fatalf("%s: %v by %v, %q, %q for %d modules", text, code.Width, code.Height, code.Title, code.Desc, side)
		}
		dark, joined := map[[2]int]bool{}, map[[2]int]bool{} // joined: with the module below
		for i, shape := range code.Shapes {
			r := shape.(figure.Rect)
			if i == 0 {
				if r.W != code.Width || r.H != code.Height || r.Fill != "#ffffff" {
					t.Errorf("the first shape is not the light square: %+v", r)
				}
				continue
			}
			if r.Fill != "#000000" || r.X != math.Trunc(r.X) || r.W != 1 && r.H != 1 {
				t.Fatalf("not a dark run: %+v", r)
			}
			for x := range int(r.W) {
				for y := range int(r.H) {
					at := [2]int{int(r.X) + x, int(r.Y) + y}
					dark[at] = true
					joined[at] = joined[at] || y+1 < int(r.H)
				}
			}
		}
		isDark := func(x, y int) bool {
			x, y = x-figure.QRQuiet, y-figure.QRQuiet
			return x >= 0 && y >= 0 && x < side && y < side && want.At(x, y) == color.Black
		}
		for y := range size {
			for x := range size {
				if dark[[2]int{x, y}] != isDark(x, y) {
					t.Fatalf("%s: module %d, %d is dark: %v", text, x, y, !isDark(x, y))
				}
				if isDark(x, y) && isDark(x, y+1) != joined[[2]int{x, y}] {
					t.Fatalf("%s: modules %d, %d and below are joined: %v", text, x, y, joined[[2]int{x, y}])
				}
			}
		}
	}
}

func TestQRRefusesWhatIsTooLong(t *testing.T) {
	if _, err := figure.QR(strings.Repeat("x", 5000), "", ""); err == nil {
		t.Error("a text that no code can hold is not refused")
	}
}
