package figure

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/segment"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, got, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Error(diff)
	}
}

var names = map[segment.Segment]string{
	segment.SelfActing: "Omatoimiasiakkuus", segment.Community: "Yhteisöasiakkuus",
	segment.Cooperating: "Yhteistyöasiakkuus", segment.Network: "Verkostoasiakkuus",
}

func plane(place *Place, way ...Waypoint) Figure {
	return Plane(PlaneSpec{
		Path: way,
		ID:   "result", Title: "Paikkasi kuvassa", Desc: "Voimavaroja on paljon, tilanne ei ole kovin haastava.",
		Cutoffs: Point{50, 50}, Place: place, Palette: Light(),
		Words: PlaneWords{
			Segments: names, Resources: "Voimavarani", Few: "vähän", Many: "paljon",
			Challenge: "Tilanteen haastavuus", Small: "pieni", Great: "suuri",
		},
	})
}

// One test holds constant, code and colour together: yhteiso and yhteistyo are
// easy to confuse.
func TestConstantCodeAndColour(t *testing.T) {
	for _, c := range []struct {
		segment          segment.Segment
		code, mark, soft string
	}{
		{segment.SelfActing, "omatoimi", "#0b5d46", "#d8efe6"},
		{segment.Community, "yhteiso", "#b26a00", "#fdecd2"},
		{segment.Cooperating, "yhteistyo", "#2a6fdb", "#dde9fb"},
		{segment.Network, "verkosto", "#4a1259", "#ecdcf1"},
	} {
		if got := Light().Marks[c.segment]; c.segment.Code() != c.code || got != (Colour{c.mark, c.soft}) {
			t.Errorf("%s: %s %+v", c.code, c.segment.Code(), got)
		}
		if style := Light().mark(c.segment); style.Class != "mark-"+c.code || style.Fill != c.mark {
			t.Errorf("%s is drawn as %+v", c.code, style)
		}
	}
}

func TestContrasts(t *testing.T) {
	for name, p := range map[string]Palette{"light": Light(), "dark": Dark()} {
		atLeast := func(what, a, b string, want float64) {
			if got := contrast(a, b); got < want {
				t.Errorf("%s: %s has a contrast of %.2f, less than %v", name, what, got, want)
			}
		}
		atLeast("ink on paper", p.Ink, p.Paper, 11)
		atLeast("quiet words", p.Quiet, p.Paper, 4.5)
		atLeast("lines", p.Rule, p.Paper, 3)
		for s, c := range p.Marks {
			atLeast("mark of "+s.Code(), c.Mark, p.Paper, 3)
			atLeast("mark on the field of "+s.Code(), c.Mark, c.Soft, 3)
			atLeast("ink on the field of "+s.Code(), p.Ink, c.Soft, 11)
		}
	}
}

// contrast is the ratio of WCAG 2.2.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	total := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		total += weight * c
	}
	return total
}

// The picture must say the same as the rules: the dot lies in the field of the
// segment that the scores lead to, whatever the cut-offs are.
func TestTheDotLiesInItsField(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cut := Point{float64(rapid.IntRange(1, 100).Draw(t, "cut x")), float64(rapid.IntRange(1, 100).Draw(t, "cut y"))}
		at := Point{rapid.Float64Range(0, 100).Draw(t, "resources"), rapid.Float64Range(0, 100).Draw(t, "challenge")}
		s := segment.Of(at.Resources >= cut.Resources, at.Challenge >= cut.Challenge)
		r, x, y := field(s, cut), planeX(at.Resources), planeY(at.Challenge)
		const hair = 1e-9
		if x < r.X-hair || x > r.X+r.W+hair || y < r.Y-hair || y > r.Y+r.H+hair {
			t.Fatalf("%v is outside the field of %s", at, s)
		}
	})
}

func TestFieldsLieWhereTheyAreExpected(t *testing.T) {
	cut := Point{50, 50}
	self, net := field(segment.SelfActing, cut), field(segment.Network, cut)
	community, together := field(segment.Community, cut), field(segment.Cooperating, cut)
	if !(self.X > community.X && self.Y > together.Y && net.X < together.X && net.Y < community.Y) {
		t.Errorf("omatoimi %v, yhteiso %v, yhteistyo %v, verkosto %v", self, community, together, net)
	}
}

// No label is hidden by the client's place or its name, wherever it is.
func TestThePlaceCoversNoLabel(t *testing.T) {
	for resources := 0.0; resources <= 100; resources += 2.5 {
		for challenge := 0.0; challenge <= 100; challenge += 2.5 {
			place := &Place{Point: Point{resources, challenge}, Spread: 8, Label: "Sinun paikkasi"}
			x, y := planeX(resources), planeY(challenge)
			own := Rect{X: x - dotRadius, Y: y - dotRadius, W: 2 * dotRadius, H: 2 * dotRadius}
			var boxes []Rect
			for _, s := range plane(place).Shapes {
				if text, ok := s.(Text); ok {
					if overlapsAny(text.box(), append(boxes, own)) {
						t.Errorf("%v: %q is covered", place.Point, text.Text)
					}
					boxes = append(boxes, text.box())
				}
			}
		}
	}
}

// The name beside the dot is in the dot's own field, and no cut-off line runs
// through it.
func TestThePlacesNameStaysInItsField(t *testing.T) {
	cut := Point{50, 50}
	for resources := 0.0; resources <= 100; resources += 2.5 {
		for challenge := 0.0; challenge <= 100; challenge += 2.5 {
			place := Place{Point: Point{resources, challenge}, Spread: 8, Label: "Sinun paikkasi"}
			f := field(segment.Of(resources >= cut.Resources, challenge >= cut.Challenge), cut)
			if b := placeLabel(place, cut).box(); b.X < f.X || b.X+b.W > f.X+f.W || b.Y < f.Y || b.Y+b.H > f.Y+f.H {
				t.Errorf("%v: %v is not within %v", place.Point, b, f)
			}
		}
	}
}

// The way ends in the present place, every earlier place has its number, and none
// of them is hidden behind the name of a field.
func TestThePathLeadsFromPlaceToPlace(t *testing.T) {
	way := []Waypoint{{Point{4, 3}, "1"}, {Point{12, 96}, "2"}, {Point{90, 92}, "3"}}
	now := Place{Point: Point{70, 30}, Spread: 8, Label: "Sinun paikkasi"}
	var lines []Line
	var dots []Rect
	for _, s := range plane(&now, way...).Shapes {
		switch s := s.(type) {
		case Line:
			if s.Class == "way" {
				lines = append(lines, s)
			}
		case Circle:
			if s.Class == "waypoint" {
				dots = append(dots, Rect{X: s.X - s.R, Y: s.Y - s.R, W: 2 * s.R, H: 2 * s.R})
			}
		}
	}
	if len(lines) != 3 || len(dots) != 3 {
		t.Fatalf("%d lines and %d dots", len(lines), len(dots))
	}
	for i, one := range lines[:2] {
		if one.X2 != lines[i+1].X1 || one.Y2 != lines[i+1].Y1 {
			t.Errorf("the way is broken after %d", i+1)
		}
	}
	if end := lines[2]; end.X2 != planeX(70) || end.Y2 != planeY(30) {
		t.Errorf("the way ends at %v, %v", end.X2, end.Y2)
	}
	for _, s := range plane(&now, way...).Shapes {
		if text, ok := s.(Text); ok && text.Class != "number" && overlapsAny(text.box(), dots) {
			t.Errorf("%q lies on an earlier place", text.Text)
		}
	}
	if got := plane(nil, way...).SVG(); bytes.Contains(got, []byte("waypoint")) {
		t.Error("a way is drawn that leads nowhere")
	}
}

func TestSVGIsWellFormedAndSafe(t *testing.T) {
	nasty := "<script>x</script> \"&' \x00\xff"
	spec := BarsSpec{ID: `a" onload="x`, Title: nasty, Subtitle: nasty, Desc: nasty, Notes: []string{nasty}, Palette: Light(),
		Groups: []BarGroup{{Heading: nasty, Bars: []Bar{{Label: nasty, Value: nasty}}}}}
	for _, f := range []Figure{Bars(spec), plane(&Place{Point: Point{100, 100}, Spread: 20, Label: nasty})} {
		svg := f.SVG()
		for _, bad := range []string{"<script", `" onload`, "href", "http://a", "\x00"} {
			if strings.Contains(string(svg), bad) {
				t.Errorf("%q in %s", bad, svg)
			}
		}
		ids, labelled := map[string]bool{}, ""
		decoder := xml.NewDecoder(bytes.NewReader(svg))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			for _, a := range start.Attr {
				switch a.Name.Local {
				case "id":
					ids[a.Value] = true
				case "aria-labelledby":
					labelled = a.Value
				}
			}
		}
		for _, id := range strings.Fields(labelled) {
			if !ids[id] {
				t.Errorf("no element %q", id)
			}
		}
		if labelled == "" {
			t.Error("the picture has no name")
		}
	}
}

func TestAHiddenBarHasNoLength(t *testing.T) {
	f := Bars(BarsSpec{Palette: Light(), Groups: []BarGroup{{Bars: []Bar{{Label: "a", Value: "piilossa", Segment: segment.Community}}}}})
	for _, s := range f.Shapes {
		if r, ok := s.(Rect); ok && r.Class != "paper" {
			t.Errorf("a bar is drawn: %+v", r)
		}
	}
	if !strings.Contains(f.Desc, "a piilossa") {
		t.Errorf("the description says nothing: %q", f.Desc)
	}
}

func TestALongNameIsWholeInTheDescription(t *testing.T) {
	long := strings.Repeat("pitkä nimi ", 9)
	f := Bars(BarsSpec{Palette: Light(), Groups: []BarGroup{{Bars: []Bar{{Label: long, Value: "1"}}}}})
	for _, s := range f.Shapes {
		if text, ok := s.(Text); ok && text.X < barLeft && text.X+9.4*float64(len([]rune(text.Text))) > barLeft {
			t.Errorf("%q runs into its bar", text.Text)
		}
	}
	if !strings.Contains(f.Desc, long) {
		t.Errorf("the name is cut in %q", f.Desc)
	}
}

func TestGolden(t *testing.T) {
	golden(t, "plane.svg", plane(&Place{Point: Point{72, 31}, Spread: 7, Label: "Sinun paikkasi"}).SVG())
	golden(t, "plane-corner.svg", plane(&Place{Point: Point{96, 93}, Spread: 9, Label: "Sinun paikkasi"}).SVG())
	golden(t, "plane-empty.svg", plane(nil).SVG())
	golden(t, "plane-path.svg", plane(&Place{Point: Point{72, 31}, Spread: 7, Label: "Sinun paikkasi"},
		Waypoint{Point{22, 78}, "1"}, Waypoint{Point{38, 61}, "2"}, Waypoint{Point{61, 57}, "3"}).SVG())
}
