package figure

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
)

const fontStack = `'Source Sans 3', system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif`

// SVG writes the figure as an inline SVG element: no script, no link, no
// embedded font, and every text escaped. It scales to the width it is given and
// carries its own title and description for assistive technology.
func (f Figure) SVG() []byte { return f.svg("figure") }

// Inline writes the figure for a page that has its heading and small print around
// it, followed by the one for a narrow screen, if there is one. The page's style
// sheet shows one of them.
func (f Figure) Inline() []byte {
	b := f.Bare().svg("figure")
	if f.Narrow != nil {
		b = append(b, f.Narrow.svg("figure narrow")...)
	}
	return b
}

func (f Figure) svg(class string) []byte {
	var b bytes.Buffer
	id := identifier(f.ID)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="%s" viewBox="0 0 %s %s" width="%s" height="%s" role="img" aria-labelledby="%s-title %s-desc" font-family="%s">`+"\n",
		class, num(f.Width), num(f.Height), num(f.Width), num(f.Height), id, id, html.EscapeString(fontStack))
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%s-desc\">%s</desc>\n", id, escape(f.Title), id, escape(f.Desc))
	for i, s := range f.Shapes {
		writeShape(&b, s, fmt.Sprintf("%s-clip%d", id, i))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func writeShape(b *bytes.Buffer, s Shape, clip string) {
	switch s := s.(type) {
	case Rect:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s"`, num(s.X), num(s.Y), num(s.W), num(s.H))
		if s.Round > 0 {
			fmt.Fprintf(b, ` rx="%s"`, num(s.Round))
		}
		fmt.Fprintf(b, "%s/>\n", s.attributes())
	case Circle:
		use := ""
		if c := s.Clip; c != nil {
			fmt.Fprintf(b, `<clipPath id="%s"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>`, clip, num(c.X), num(c.Y), num(c.W), num(c.H))
			use = fmt.Sprintf(` clip-path="url(#%s)"`, clip)
		}
		fmt.Fprintf(b, "<circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s%s/>\n", num(s.X), num(s.Y), num(s.R), use, s.attributes())
	case Line:
		fmt.Fprintf(b, "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"%s/>\n", num(s.X1), num(s.Y1), num(s.X2), num(s.Y2), s.attributes())
	case Polygon:
		points := make([]string, len(s.Points))
		for i, p := range s.Points {
			points[i] = num(p.X) + "," + num(p.Y)
		}
		fmt.Fprintf(b, "<polygon points=\"%s\"%s/>\n", strings.Join(points, " "), s.attributes())
	case Text:
		weight := ""
		if s.Bold {
			weight = ` font-weight="600"`
		}
		fmt.Fprintf(b, "<text x=\"%s\" y=\"%s\" font-size=\"%s\" text-anchor=\"%s\"%s%s>%s</text>\n",
			num(s.X), num(s.Y), num(s.Size), anchorOf(s.Anchor), weight, s.attributes(), escape(s.Text))
	}
}

func (s Style) attributes() string {
	var b strings.Builder
	if s.Class != "" {
		fmt.Fprintf(&b, ` class="%s"`, html.EscapeString(s.Class))
	}
	if s.Fill == "" {
		b.WriteString(` fill="none"`)
	} else {
		fmt.Fprintf(&b, ` fill="%s"`, html.EscapeString(s.Fill))
	}
	if s.Opacity > 0 && s.Opacity < 1 {
		fmt.Fprintf(&b, ` fill-opacity="%s"`, num(s.Opacity))
	}
	if s.Stroke != "" {
		fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s"`, html.EscapeString(s.Stroke), num(s.StrokeWidth))
	}
	if s.Dash > 0 {
		fmt.Fprintf(&b, ` stroke-dasharray="%s"`, num(s.Dash))
	}
	return b.String()
}

func anchorOf(a Anchor) Anchor {
	if a == Middle || a == End {
		return a
	}
	return Start
}

// num writes a coordinate with at most two decimals, so that pictures are the
// same on every machine.
func num(v float64) string {
	text := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', 2, 64), "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}

// escape makes a text safe inside an element. Characters that XML does not allow
// become a replacement character.
func escape(text string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	return html.EscapeString(clean)
}

// identifier keeps what is safe in an id and in a url(#…).
func identifier(id string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, id)
	if clean == "" {
		return "figure"
	}
	return "fig-" + clean
}
