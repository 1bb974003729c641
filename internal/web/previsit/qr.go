package previsit

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// quiet is the empty border around a QR code in modules, as its standard
// (ISO/IEC 18004) asks for.
const quiet = 4

// qrCode is a QR code as it is drawn: dark modules on a light square.
type qrCode struct {
	Size int    // of a side in modules, with the border
	Path string // an SVG path of the dark modules
}

// newQR makes the QR code of a text. A quarter of it may be dirty or folded.
func newQR(text string) (qrCode, error) {
	code, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		return qrCode{}, fmt.Errorf("previsit: QR code: %w", err)
	}
	side := code.Bounds().Dx()
	dark := func(x, y int) bool { return x < side && code.At(x, y) == color.Black }
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			if !dark(x, y) {
				continue
			}
			from := x
			for dark(x, y) {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
		}
	}
	return qrCode{Size: side + 2*quiet, Path: path.String()}, nil
}
