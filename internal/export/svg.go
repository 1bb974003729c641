package export

import (
	"io"
	"strings"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/report"
)

// DistributionSVG draws the segments and the batteries as bars with their
// numbers, as a file of its own.
func DistributionSVG(w io.Writer, d report.Distribution, labels Labels) error {
	_, err := w.Write(DistributionFigure(d, labels).SVG())
	return err
}

// DistributionFigure is the same picture as shapes, for a page or a PDF.
func DistributionFigure(d report.Distribution, labels Labels) figure.Figure {
	return figure.Bars(labels.figureSpec(d))
}

// joined leaves empty parts out.
func joined(separator string, parts ...string) string {
	var full []string
	for _, part := range parts {
		if part != "" {
			full = append(full, part)
		}
	}
	return strings.Join(full, separator)
}
