package figure

import "github.com/omasuunta/omasuunta/internal/segment"

// Palette is a set of colours, #rrggbb. Every mark has a contrast of at least
// 3:1 on the paper and Ink at least 11:1 on every soft field.
type Palette struct {
	Paper string
	Ink   string
	Quiet string // smaller words, at least 4.5:1 on the paper
	Rule  string // thin lines
	Marks map[segment.Segment]Colour
}

// Colour is the colours of one segment. No colour says good or bad.
type Colour struct {
	Mark string
	Soft string
}

// Light is the palette of pages, print and PDF.
func Light() Palette {
	return Palette{
		Paper: "#ffffff", Ink: "#1b2430", Quiet: "#4a5563", Rule: "#76808d",
		Marks: map[segment.Segment]Colour{
			segment.SelfActing:  {Mark: "#0b5d46", Soft: "#d8efe6"},
			segment.Community:   {Mark: "#b26a00", Soft: "#fdecd2"},
			segment.Cooperating: {Mark: "#2a6fdb", Soft: "#dde9fb"},
			segment.Network:     {Mark: "#4a1259", Soft: "#ecdcf1"},
		},
	}
}

// Dark is the palette of the dark theme.
func Dark() Palette {
	return Palette{
		Paper: "#12181f", Ink: "#f4f6f8", Quiet: "#b7c0ca", Rule: "#7d8894",
		Marks: map[segment.Segment]Colour{
			segment.SelfActing:  {Mark: "#5fc7a2", Soft: "#12352a"},
			segment.Community:   {Mark: "#f2b14a", Soft: "#3a2a10"},
			segment.Cooperating: {Mark: "#7aa7f2", Soft: "#182f54"},
			segment.Network:     {Mark: "#e3c3ee", Soft: "#351a40"},
		},
	}
}

func (p Palette) mark(s segment.Segment) Style {
	return Style{Class: "mark-" + s.Code(), Fill: p.Marks[s].Mark}
}

func (p Palette) soft(s segment.Segment) Style {
	return Style{Class: "soft-" + s.Code(), Fill: p.Marks[s].Soft}
}

func (p Palette) paper() Style { return Style{Class: "paper", Fill: p.Paper} }
func (p Palette) bar() Style   { return Style{Class: "bar", Fill: p.Rule} }

// tinted is ink that lets what is below shine through.
func (p Palette) tinted(opacity float64) Style {
	return Style{Class: "ink", Fill: p.Ink, Opacity: opacity}
}

// on is for words and patterns on a mark.
func (p Palette) on() Style { return Style{Class: "paper", Fill: p.Paper} }
func (p Palette) onLine(width float64) Style {
	return Style{Class: "on", Stroke: p.Paper, StrokeWidth: width}
}

func (p Palette) ink() Style   { return Style{Class: "ink", Fill: p.Ink} }
func (p Palette) quiet() Style { return Style{Class: "quiet", Fill: p.Quiet} }
func (p Palette) rule(width float64) Style {
	return Style{Class: "rule", Stroke: p.Rule, StrokeWidth: width}
}
