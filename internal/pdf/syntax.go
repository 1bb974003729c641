package pdf

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// builder builds the text of an object.
type builder struct{ strings.Builder }

func (b *builder) add(parts ...string) {
	for _, part := range parts {
		b.WriteString(part)
	}
}

// ref is a reference to the object of that number.
func ref(object int) string { return strconv.Itoa(object) + " 0 R" }

// number is v to a thousandth of a point, which is finer than any printer.
func number(v float64) string {
	return strconv.FormatFloat(math.Round(v*1000)/1000+0, 'f', -1, 64) // +0 makes -0 a 0
}

// up is a distance from the top of the page as one from its bottom.
func up(y float64) float64 { return PageHeight - y }

// rectangle is b in the coordinates of PDF.
func rectangle(b Box) string {
	return "[" + number(b.X) + " " + number(up(b.Y+b.H)) + " " + number(b.X+b.W) + " " + number(up(b.Y)) + "]"
}

// rgb is a colour as the operands of PDF; ok is false if it is no colour.
func (c Colour) rgb() (operands string, ok bool) {
	if len(c) != len("#rrggbb") || c[0] != '#' {
		return "", false
	}
	value, err := strconv.ParseUint(string(c[1:]), 16, 32)
	if err != nil {
		return "", false
	}
	part := func(shift int) string { return number(float64(value>>shift&0xFF) / 255) }
	return part(16) + " " + part(8) + " " + part(0), true
}

// textString is s as a text string: readable if it is ASCII, else as UTF-16.
func textString(s string) string {
	s = clean(s)
	for i := range len(s) {
		if s[i] >= 0x7F {
			return "<FEFF" + utf16Hex(s) + ">"
		}
	}
	return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
}

func utf16Hex(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String()
}

// clean is s with what may stand in no text of a file replaced: control
// characters, code points that are no characters, and private ones, which mean
// nothing outside the font they were made for.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) && unicode.IsControl(r):
			return ' '
		case r == '\uFEFF':
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
