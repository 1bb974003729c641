package document

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/figure"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Plane is the picture of a result: the four fields with the client's place, in
// the light palette. It fails when the result is incomplete.
func Plane(r Result, tag lang.Tag) (figure.Figure, error) {
	if err := r.check(); err != nil {
		return figure.Figure{}, err
	}
	return tell(r, locale.For(tag)).Plane(nil), nil
}

// Plane draws the picture. path is where the client was before, oldest first; it
// may be empty.
func (v *Told) Plane(path []figure.Waypoint) figure.Figure {
	r, p := v.result, v.p
	few, many, here := p.Text("axis.resources.low"), p.Text("axis.resources.high"), p.Text("document.place.here")
	words := figure.PlaneWords{
		Segments:  map[segment.Segment]string{},
		Resources: p.Text("axis.resources"), Few: few + room(few), Many: room(many) + many,
		Challenge: p.Text("axis.challenge"), Small: p.Text("axis.challenge.low"), Great: p.Text("axis.challenge.high"),
	}
	for _, s := range segment.All {
		name := p.SegmentShort(s)
		if s.ResourcesHigh() { // written towards the right edge
			words.Segments[s] = room(name) + name
		} else {
			words.Segments[s] = name + room(name)
		}
	}
	here = room(here) + here + room(here)
	resources, challenge := r.Scoring.Resources, r.Scoring.Challenge
	return figure.Plane(figure.PlaneSpec{
		ID:      "place",
		Title:   p.Segment(r.Scoring.Segment),
		Desc:    v.PlaceText(),
		Cutoffs: figure.Point{Resources: float64(resources.Cutoff), Challenge: float64(challenge.Cutoff)},
		Place: &figure.Place{
			Point:  figure.Point{Resources: resources.Shown(), Challenge: challenge.Shown()},
			Spread: 2 * max(deviation(r.Scoring, r.ClientBattery), deviation(r.Scoring, r.ProfessionalBattery)),
			Label:  here,
		},
		Path:    path,
		Words:   words,
		Palette: figure.Light(),
	})
}

// room is what a word in the picture needs beside it. The page's style sheet
// writes the words larger than the picture does by itself, for tired eyes, and
// the picture keeps lines and other words out of the room that a text takes.
func room(word string) string {
	return strings.Repeat("\u00a0", (utf8.RuneCountInString(word)+2)/3)
}

// deviation is the standard deviation, in points, of a side's score when every
// scored answer moves as it does for the stability: one step down or up with ¼
// each, which is a variance of ½ step² an answer. Twice that is the soft area
// around the place.
func deviation(result scoring.Result, battery *instrument.Battery) float64 {
	weights, squares := 0, 0
	for _, one := range result.Contributions {
		if i := battery.Index(one.Item); i >= 0 && one.Side == battery.Side {
			w := battery.Items[i].Weight
			weights, squares = weights+w, squares+w*w
		}
	}
	if weights == 0 {
		return 0
	}
	return 10 * math.Sqrt(float64(squares)/2) / float64(weights)
}

// coloursCSS turns the palettes of package figure into the page's custom
// properties and, for dark screens, into the colours of the picture, which is
// drawn in the light palette.
func coloursCSS() string {
	light, dark := figure.Light(), figure.Dark()
	return ":root { color-scheme: light dark; }\n" + properties(light) +
		"@media screen and (prefers-color-scheme: dark) {\n" + properties(dark) + figure.Rules(dark, "") + "}\n"
}

func properties(p figure.Palette) string {
	return fmt.Sprintf(":root { --paper: %s; --ink: %s; --quiet: %s; --line: %s; }\n", p.Paper, p.Ink, p.Quiet, p.Rule) + figure.Properties(p, "")
}
