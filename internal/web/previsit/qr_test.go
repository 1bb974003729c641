package previsit

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

// The drawn path has exactly the dark modules of the code, with the empty
// border around them.
func TestQRHasEveryModule(t *testing.T) {
	const text = "https://oma.example/join/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
	code, err := newQR(text)
	if err != nil {
		t.Fatal(err)
	}
	want, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[[2]int]bool{}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(code.Path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		length, _ := strconv.Atoi(m[3])
		if m[3] != m[4] {
			t.Fatalf("an open run %s", m[0])
		}
		for i := range length {
			drawn[[2]int{x + i, y}] = true
		}
	}
	side := want.Bounds().Dx()
	if code.Size != side+8 {
		t.Errorf("size %d for %d modules", code.Size, side)
	}
	for y := range code.Size {
		for x := range code.Size {
			dark := false
			if inside := x >= 4 && y >= 4 && x < side+4 && y < side+4; inside {
				red, _, _, _ := want.At(x-4, y-4).RGBA()
				dark = red == 0
			}
			if drawn[[2]int{x, y}] != dark {
				t.Fatalf("module %d, %d is drawn %v", x, y, !dark)
			}
		}
	}
	if _, err := newQR(strings.Repeat("x", 5000)); err == nil {
		t.Error("a text that no code can hold is not refused")
	}
}
