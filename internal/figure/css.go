package figure

import (
	"fmt"
	"strings"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// Rules are CSS rules that paint a picture in the colours of a palette, whatever
// it was drawn in. under comes before each selector, for example
// "html[data-contrast=dark] ", or is empty.
func Rules(p Palette, under string) string {
	var b strings.Builder
	fill := func(class, colour string) { fmt.Fprintf(&b, "%ssvg .%s { fill: %s; }\n", under, class, colour) }
	stroke := func(class, colour string) {
		fmt.Fprintf(&b, "%ssvg .%s { stroke: %s; }\n", under, class, colour)
	}
	fill("ink", p.Ink)
	fill("quiet", p.Quiet)
	stroke("rule", p.Rule)
	fill("paper", p.Paper)
	fill("bar", p.Rule)
	stroke("on", p.Paper)
	fill("spread", p.Paper)
	stroke("spread", p.Ink)
	fill("dot", p.Ink)
	stroke("dot", p.Paper)
	fill("waypoint", p.Paper)
	stroke("waypoint", p.Ink)
	stroke("way", p.Ink)
	fill("number", p.Ink)
	for _, s := range segment.All {
		fill("mark-"+s.Code(), p.Marks[s].Mark)
		stroke("line-"+s.Code(), p.Marks[s].Mark)
		fill("soft-"+s.Code(), p.Marks[s].Soft)
	}
	return b.String()
}

// Properties are CSS rules that give what has the class of a segment's code the
// custom properties --mark and --soft.
func Properties(p Palette, under string) string {
	var b strings.Builder
	for _, s := range segment.All {
		fmt.Fprintf(&b, "%s.%s { --mark: %s; --soft: %s; }\n", under, s.Code(), p.Marks[s].Mark, p.Marks[s].Soft)
	}
	return b.String()
}
