package figure

import (
	"fmt"
	"image/color"

	"github.com/boombuler/barcode/qr"
)

// QRQuiet is the empty border around a QR code in modules, as its standard
// (ISO/IEC 18004) asks for.
const QRQuiet = 4

// QR is the QR code of a text: black on white, a module to the unit, with its
// border. A quarter of it may be dirty or folded. It fails on a text that is too
// long for a QR code, which is one of more than 1,600 bytes.
//
// The dark modules are runs along the rows and, once more, along the columns, so
// that no viewer shows a light seam between them.
func QR(text, title, desc string) (Figure, error) {
	code, err := qr.Encode(text, qr.Q, qr.Auto)
	if err != nil {
		return Figure{}, fmt.Errorf("figure: QR code: %w", err)
	}
	side := code.Bounds().Dx()
	size := float64(side + 2*QRQuiet)
	f := Figure{ID: "qr", Width: size, Height: size, Title: title, Desc: desc}
	f.add(Rect{W: size, H: size, Style: Style{Fill: "#ffffff"}})
	black := Style{Fill: "#000000"}
	runs(side, func(x, y int) bool { return code.At(x, y) == color.Black }, func(x, y, length int) {
		f.add(Rect{X: float64(x + QRQuiet), Y: float64(y + QRQuiet), W: float64(length), H: 1, Style: black})
	})
	runs(side, func(y, x int) bool { return code.At(x, y) == color.Black }, func(y, x, length int) {
		if length > 1 {
			f.add(Rect{X: float64(x + QRQuiet), Y: float64(y + QRQuiet), W: 1, H: float64(length), Style: black})
		}
	})
	return f, nil
}

// runs finds the dark runs of a square, line by line: at is where one begins in
// its line.
func runs(side int, dark func(at, line int) bool, found func(at, line, length int)) {
	for line := range side {
		for at := 0; at < side; at++ {
			from := at
			for at < side && dark(at, line) {
				at++
			}
			if at > from {
				found(from, line, at-from)
			}
		}
	}
}
