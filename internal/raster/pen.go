package raster

import (
	"image"
	"math"

	"golang.org/x/image/vector"

	"github.com/omasuunta/omasuunta/internal/figure"
)

// pen collects an outline, in points of the picture. Its exported methods are
// those of pdf.Pen.
type pen struct {
	scale    float64
	reversed bool // round the other way, which leaves out what is within
	steps    []step
}

type step struct {
	kind byte // m, l, q, c, z
	at   [3][2]float32
}

// places is how many places a step names.
func (s step) places() int {
	switch s.kind {
	case 'm', 'l':
		return 1
	case 'q':
		return 2
	case 'c':
		return 3
	default:
		return 0
	}
}

func (c canvas) pen() *pen { return &pen{scale: c.scale} }

func (p *pen) add(kind byte, at ...[2]float32) {
	s := step{kind: kind}
	copy(s.at[:], at)
	p.steps = append(p.steps, s)
}

func (p *pen) MoveTo(x, y float32)           { p.add('m', [2]float32{x, y}) }
func (p *pen) LineTo(x, y float32)           { p.add('l', [2]float32{x, y}) }
func (p *pen) QuadTo(bx, by, cx, cy float32) { p.add('q', [2]float32{bx, by}, [2]float32{cx, cy}) }
func (p *pen) CubeTo(bx, by, cx, cy, dx, dy float32) {
	p.add('c', [2]float32{bx, by}, [2]float32{cx, cy}, [2]float32{dx, dy})
}
func (p *pen) ClosePath() { p.add('z') }

func (p *pen) point(x, y float64) (float32, float32) {
	return float32(x * p.scale), float32(y * p.scale)
}

func (p *pen) move(x, y float64) { p.MoveTo(p.point(x, y)) }
func (p *pen) line(x, y float64) { p.LineTo(p.point(x, y)) }

// curve is a quarter of an ellipse, from where the pen is.
func (p *pen) curve(x1, y1, x2, y2, x, y float64) {
	ax, ay := p.point(x1, y1)
	bx, by := p.point(x2, y2)
	cx, cy := p.point(x, y)
	p.CubeTo(ax, ay, bx, by, cx, cy)
}

// arc is how far, in radii, the control points of a curve lie from the ends of
// the quarter of a circle that it stands for.
const arc = 0.5523

// rect outlines a rectangle that has grown by so much on every side.
func (p *pen) rect(r figure.Rect, grow float64) {
	x1, y1, x2, y2 := r.X-grow, r.Y-grow, r.X+r.W+grow, r.Y+r.H+grow
	if x2 <= x1 || y2 <= y1 {
		return
	}
	k := max(min(r.Round, r.W/2, r.H/2), 0)
	if k > 0 {
		k = max(k+grow, 0)
	}
	c := k * (1 - arc)
	corners := []func(){
		func() { p.line(x2-k, y1); p.curve(x2-c, y1, x2, y1+c, x2, y1+k) },
		func() { p.line(x2, y2-k); p.curve(x2, y2-c, x2-c, y2, x2-k, y2) },
		func() { p.line(x1+k, y2); p.curve(x1+c, y2, x1, y2-c, x1, y2-k) },
		func() { p.line(x1, y1+k); p.curve(x1, y1+c, x1+c, y1, x1+k, y1) },
	}
	if p.reversed {
		corners = []func(){
			func() { p.line(x1, y2-k); p.curve(x1, y2-c, x1+c, y2, x1+k, y2) },
			func() { p.line(x2-k, y2); p.curve(x2-c, y2, x2, y2-c, x2, y2-k) },
			func() { p.line(x2, y1+k); p.curve(x2, y1+c, x2-c, y1, x2-k, y1) },
			func() { p.line(x1+k, y1); p.curve(x1+c, y1, x1, y1+c, x1, y1+k) },
		}
		p.move(x1, y1+k)
	} else {
		p.move(x1+k, y1)
	}
	for _, corner := range corners {
		corner()
	}
	p.ClosePath()
}

// circle outlines a circle.
func (p *pen) circle(x, y, r float64) {
	if r <= 0 {
		return
	}
	k, d := r*arc, 1.0
	if p.reversed {
		d = -1
	}
	p.move(x+r, y)
	p.curve(x+r, y+d*k, x+k, y+d*r, x, y+d*r)
	p.curve(x-k, y+d*r, x-r, y+d*k, x-r, y)
	p.curve(x-r, y-d*k, x-k, y-d*r, x, y-d*r)
	p.curve(x+k, y-d*r, x+r, y-d*k, x+r, y)
	p.ClosePath()
}

// bounds is the rectangle of whole points around the outline.
func (p *pen) bounds() image.Rectangle {
	x1, y1, x2, y2 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, s := range p.steps {
		for i := range s.places() {
			x, y := float64(s.at[i][0]), float64(s.at[i][1])
			x1, y1, x2, y2 = min(x1, x), min(y1, y), max(x2, x), max(y2, y)
		}
	}
	const far = 4 * Most // what is further away is in no picture
	if !(x1 <= x2 && y1 <= y2) || x1 > far || y1 > far || x2 < -far || y2 < -far {
		return image.Rectangle{}
	}
	return image.Rect(int(math.Floor(max(x1, -far))), int(math.Floor(max(y1, -far))), int(math.Ceil(min(x2, far))), int(math.Ceil(min(y2, far))))
}

// replay draws the outline again, moved to another origin.
func (p *pen) replay(r *vector.Rasterizer, x, y float32) {
	for _, s := range p.steps {
		a, b, c := s.at[0], s.at[1], s.at[2]
		switch s.kind {
		case 'm':
			r.MoveTo(a[0]-x, a[1]-y)
		case 'l':
			r.LineTo(a[0]-x, a[1]-y)
		case 'q':
			r.QuadTo(a[0]-x, a[1]-y, b[0]-x, b[1]-y)
		case 'c':
			r.CubeTo(a[0]-x, a[1]-y, b[0]-x, b[1]-y, c[0]-x, c[1]-y)
		case 'z':
			r.ClosePath()
		}
	}
}
