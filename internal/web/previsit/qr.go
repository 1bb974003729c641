package previsit

import (
	"fmt"
	"strings"

	"github.com/omasuunta/omasuunta/internal/figure"
)

// qrCode is a QR code as the page draws it: dark modules on a light square.
type qrCode struct {
	Size int    // of a side in modules, with the border
	Path string // an SVG path of the dark modules
}

// newQR makes the QR code of a text. One path is a tenth of the size of the
// figure's many rectangles; the page draws it with crisp edges, so the runs along
// the rows are enough.
func newQR(text string) (qrCode, error) {
	drawn, err := figure.QR(text, "", "") // the page writes its own title
	if err != nil {
		return qrCode{}, fmt.Errorf("previsit: %w", err)
	}
	var path strings.Builder
	for _, shape := range drawn.Shapes[1:] { // the first is the light square
		if run, ok := shape.(figure.Rect); ok && run.H == 1 {
			fmt.Fprintf(&path, "M%g %gh%gv1h-%gz", run.X, run.Y, run.W, run.W)
		}
	}
	return qrCode{Size: int(drawn.Width), Path: path.String()}, nil
}
