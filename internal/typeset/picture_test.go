package typeset

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/pdf"
)

// Every shape of a figure is drawn, in the size that its column leaves it: a
// polygon keeps its corners inside of the figure's own room, wherever it is on the
// page.
func TestAPolygonIsDrawnWithItsFigure(t *testing.T) {
	pages := Document{Title: "T", Language: "fi", Blocks: []Block{
		Picture{Figure: smallFigure(), Width: 50},
	}}.pages()
	var box pdf.Box
	var polygons []polygonOp
	for _, p := range pages {
		for _, o := range p.ops {
			switch o := o.(type) {
			case openOp:
				if o.element.Role == pdf.Figure {
					box = o.element.Bounds
				}
			case polygonOp:
				polygons = append(polygons, o)
			}
		}
	}
	if len(polygons) != 1 || len(polygons[0].points) != 3 {
		t.Fatalf("%d polygons", len(polygons))
	}
	for i, at := range polygons[0].points {
		want := [][2]float64{{10, 90}, {90, 90}, {50, 110}}[i]
		const hair = 1e-9
		if dx, dy := at.X-(box.X+want[0]/2), at.Y-(box.Y+want[1]/2); dx > hair || dx < -hair || dy > hair || dy < -hair {
			t.Errorf("corner %d is at %v, the figure at %v", i, at, box)
		}
	}
}
