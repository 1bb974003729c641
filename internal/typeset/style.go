package typeset

import "github.com/omasuunta/omasuunta/internal/pdf"

// The colours of the page. Quiet has a contrast above 8:1 on white and above
// 7:1 on every soft field.
const (
	inkColour   pdf.Colour = "#1b2430"
	quietColour pdf.Colour = "#3d4755"
	linkColour  pdf.Colour = "#1d4480"
	ruleColour  pdf.Colour = "#76808d"
	hairColour  pdf.Colour = "#b9c0c9"
)

// The margins of a page, in points.
const (
	marginSide   = 66
	marginTop    = 58
	marginBottom = 68 // at least: a foot of several lines needs more
	textWidth    = pdf.PageWidth - 2*marginSide
)

// margins are the room around the text of a page, in points.
type margins struct{ side, top, bottom, aboveFoot float64 }

// textWidth is what they leave.
func (m margins) textWidth() float64 { return pdf.PageWidth - 2*m.side }

// The sizes of body text that are drawn, in points.
const (
	defaultSize = 14
	leastSize   = 6
	greatest    = 36
)

// textStyle is how a text is set. Sizes are in points.
type textStyle struct {
	ink     pdf.Ink
	leading float64 // from one baseline to the next
	after   float64 // room below, before the next block
	loose   bool    // rather ragged than hyphenated
}

// styles are the styles of a document whose body text has the size base.
type styles struct {
	margins
	base                        float64
	body, lead, quiet, cellHead textStyle
	caption, foot               textStyle
	headings                    [4]textStyle
	above                       [4]float64 // room over a heading
}

func newStyles(size float64) styles {
	if size == 0 || size != size {
		size = defaultSize
	}
	size = min(max(size, leastSize), greatest)
	set := func(font pdf.Font, points, leading, after float64, colour pdf.Colour) textStyle {
		return textStyle{ink: pdf.Ink{Font: font, Size: points, Colour: colour}, leading: leading * points, after: after * size}
	}
	scale := size / defaultSize
	heading := func(points, leading, after float64) textStyle {
		s := set(pdf.Bold, points*scale, leading, after, inkColour)
		s.loose = true
		return s
	}
	small := min(max(11.5*scale, 11), size)
	return styles{
		margins:  margins{side: marginSide, top: marginTop, bottom: marginBottom, aboveFoot: footAbove},
		base:     size,
		body:     set(pdf.Regular, size, 1.4, 0.6, inkColour),
		lead:     set(pdf.Regular, 17*scale, 1.38, 0.75, inkColour),
		quiet:    set(pdf.Regular, small, 1.4, 0.5, quietColour),
		cellHead: set(pdf.Bold, size, 1.3, 0, inkColour),
		caption:  set(pdf.Bold, size, 1.35, 0.35, inkColour),
		foot:     set(pdf.Regular, min(10.5, size), 1.3, 0, quietColour),
		headings: [4]textStyle{heading(26, 1.22, 0.75), heading(18, 1.28, 0.4), heading(15.5, 1.3, 0.3), heading(14, 1.35, 0.2)},
		above:    [4]float64{1.6 * size, 1.5 * size, 1.15 * size, 0.9 * size},
	}
}

// dense is the same with closer lines and narrower margins. No letter of running
// text is smaller.
func (s styles) dense() styles {
	closer := func(st *textStyle, leading, after float64) {
		st.leading, st.after = leading*st.ink.Size, after*s.base
	}
	s.margins = margins{side: 48, top: 38, bottom: 58, aboveFoot: 8}
	closer(&s.body, 1.31, 0.38)
	closer(&s.lead, 1.3, 0.5)
	closer(&s.quiet, 1.32, 0.35)
	s.headings[0].ink.Size, s.headings[1].ink.Size = 1.55*s.base, 1.18*s.base
	closer(&s.headings[0], 1.2, 0.45)
	closer(&s.headings[1], 1.22, 0.22)
	closer(&s.headings[2], 1.22, 0.16)
	s.above = [4]float64{s.base, s.base, 0.8 * s.base, 0.6 * s.base}
	return s
}

// bold is the same style in bold.
func (s textStyle) bold() textStyle {
	s.ink.Font = pdf.Bold
	return s
}

// baseline is how far the baseline lies below the top of a line, with the letters
// in the middle of their leading.
func (s textStyle) baseline() float64 {
	up, down := s.ink.Font.Ascent()*s.ink.Size, s.ink.Font.Descent()*s.ink.Size
	return (s.leading-up-down)/2 + up
}
