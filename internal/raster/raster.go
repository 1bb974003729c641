package raster

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"

	"golang.org/x/image/vector"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/pdf"
)

const (
	// Scale is how many points a unit of a figure gets along each side.
	Scale = 2
	// Most is the longest side of a picture in points; larger figures get fewer
	// points to the unit.
	Most = 4096
)

// PNG draws a figure on white and writes it. It fails on a figure without a size
// and when w does.
func PNG(w io.Writer, f figure.Figure) error {
	img, err := Image(f)
	if err != nil {
		return err
	}
	return png.Encode(w, img)
}

// Image draws a figure on white.
func Image(f figure.Figure) (*image.RGBA, error) {
	if !(f.Width > 0 && f.Height > 0) {
		return nil, fmt.Errorf("raster: a figure of %v by %v", f.Width, f.Height)
	}
	scale := min(Scale, Most/f.Width, Most/f.Height)
	c := canvas{
		img:   image.NewRGBA(image.Rect(0, 0, max(int(math.Round(f.Width*scale)), 1), max(int(math.Round(f.Height*scale)), 1))),
		scale: scale,
	}
	draw.Draw(c.img, c.img.Bounds(), image.White, image.Point{}, draw.Src)
	for _, s := range f.Shapes {
		c.draw(s)
	}
	return c.img, nil
}

// canvas is a picture that is being drawn.
type canvas struct {
	img   *image.RGBA
	scale float64
}

func (c canvas) draw(s figure.Shape) {
	switch s := s.(type) {
	case figure.Rect:
		c.paint(s.Style, c.img.Bounds(), func(p *pen, grow float64) { p.rect(s, grow) }, func(dashed func(x1, y1, x2, y2 float64)) {
			dashed(s.X, s.Y, s.X+s.W, s.Y)
			dashed(s.X+s.W, s.Y, s.X+s.W, s.Y+s.H)
			dashed(s.X+s.W, s.Y+s.H, s.X, s.Y+s.H)
			dashed(s.X, s.Y+s.H, s.X, s.Y)
		})
	case figure.Circle:
		clip := c.img.Bounds()
		if s.Clip != nil {
			clip = clip.Intersect(c.bounds(*s.Clip))
		}
		c.paint(s.Style, clip, func(p *pen, grow float64) { p.circle(s.X, s.Y, s.R+grow) }, nil)
	case figure.Line:
		c.stroke(s.Style, s.X1, s.Y1, s.X2, s.Y2)
	case figure.Polygon:
		c.polygon(s)
	case figure.Text:
		c.text(s)
	}
}

// paint fills an outline, and draws its edge: the band between the outline grown
// and shrunk by half the width of the stroke, or dashes along straight sides.
func (c canvas) paint(style figure.Style, clip image.Rectangle, outline func(p *pen, grow float64), sides func(func(x1, y1, x2, y2 float64))) {
	if style.Fill != "" {
		p := c.pen()
		outline(p, 0)
		p.fill(c.img, clip, style.Fill, style.Opacity)
	}
	if style.Stroke == "" || style.StrokeWidth <= 0 {
		return
	}
	if style.Dash > 0 && sides != nil {
		sides(func(x1, y1, x2, y2 float64) { c.stroke(style, x1, y1, x2, y2) })
		return
	}
	p := c.pen()
	outline(p, style.StrokeWidth/2)
	p.reversed = true
	outline(p, -style.StrokeWidth/2)
	p.fill(c.img, clip, style.Stroke, 1)
}

// stroke draws a straight line, in dashes where its style says so.
func (c canvas) stroke(style figure.Style, x1, y1, x2, y2 float64) {
	length := math.Hypot(x2-x1, y2-y1)
	if style.Stroke == "" || length == 0 || style.StrokeWidth <= 0 {
		return
	}
	dash, step := length, length
	if style.Dash > 0 {
		dash, step = style.Dash, 2*style.Dash
	}
	dx, dy := (x2-x1)/length, (y2-y1)/length
	nx, ny := -dy*style.StrokeWidth/2, dx*style.StrokeWidth/2
	p := c.pen()
	for at := 0.0; at < length; at += step {
		end := min(at+dash, length)
		ax, ay, bx, by := x1+dx*at, y1+dy*at, x1+dx*end, y1+dy*end
		p.move(ax+nx, ay+ny)
		p.line(bx+nx, by+ny)
		p.line(bx-nx, by-ny)
		p.line(ax-nx, ay-ny)
		p.ClosePath()
	}
	p.fill(c.img, c.img.Bounds(), style.Stroke, 1)
}

func (c canvas) polygon(s figure.Polygon) {
	if len(s.Points) < 3 {
		return
	}
	if s.Fill != "" {
		p := c.pen()
		for i, at := range s.Points {
			if i == 0 {
				p.move(at.X, at.Y)
				continue
			}
			p.line(at.X, at.Y)
		}
		p.ClosePath()
		p.fill(c.img, c.img.Bounds(), s.Fill, s.Opacity)
	}
	for i, at := range s.Points {
		to := s.Points[(i+1)%len(s.Points)]
		c.stroke(s.Style, at.X, at.Y, to.X, to.Y)
	}
}

func (c canvas) text(s figure.Text) {
	if s.Fill == "" || s.Text == "" {
		return
	}
	font := pdf.Regular
	if s.Bold {
		font = pdf.Bold
	}
	x := s.X
	switch s.Anchor {
	case figure.Middle:
		x -= font.Advance(s.Text) * s.Size / 2
	case figure.End:
		x -= font.Advance(s.Text) * s.Size
	}
	p := c.pen()
	font.Outline(p, x*c.scale, s.Y*c.scale, s.Size*c.scale, s.Text)
	p.fill(c.img, c.img.Bounds(), s.Fill, s.Opacity)
}

func (c canvas) bounds(r figure.Rect) image.Rectangle {
	return image.Rect(int(math.Floor(r.X*c.scale)), int(math.Floor(r.Y*c.scale)), int(math.Ceil((r.X+r.W)*c.scale)), int(math.Ceil((r.Y+r.H)*c.scale)))
}

// colourOf reads #rrggbb; anything else is no colour.
func colourOf(text string, opacity float64) (color.NRGBA, bool) {
	if len(text) != 7 || text[0] != '#' {
		return color.NRGBA{}, false
	}
	v, err := strconv.ParseUint(text[1:], 16, 32)
	if opacity <= 0 || opacity > 1 {
		opacity = 1
	}
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), uint8(math.Round(255 * opacity))}, err == nil
}

// fill paints what a pen has outlined, within clip.
func (p *pen) fill(img *image.RGBA, clip image.Rectangle, text string, opacity float64) {
	paint, ok := colourOf(text, opacity)
	within := p.bounds().Intersect(clip)
	if !ok || within.Empty() {
		return
	}
	// A canvas of the outline's own size: one of the picture's would be looked
	// through for every shape.
	r := vector.NewRasterizer(within.Dx(), within.Dy())
	p.replay(r, float32(within.Min.X), float32(within.Min.Y))
	r.Draw(img, within, image.NewUniform(paint), image.Point{})
}
