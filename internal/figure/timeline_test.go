package figure_test

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/figure"
)

func timeline() figure.TimelineSpec {
	count := func(n int) *int { return &n }
	return figure.TimelineSpec{
		ID: "months", Title: "Arviot", Subtitle: "n = 40", Desc: "Kuukausittain.", Days: 120, Palette: figure.Light(),
		Columns: []figure.TimelineColumn{
			{First: 0, Last: 30, Label: "touko", Value: "13", Height: count(13)},
			{First: 31, Last: 60, None: true, Label: "kesä", Value: "0", Height: count(0)},
			{First: 70, Last: 91, Label: "heinä", Value: "piilotettu"},
			{First: 92, Last: 119, Label: "elo", Value: "26", Height: count(26)},
		},
		Gaps: []figure.TimelineGap{{First: 31, Last: 69, Label: "Katko 1.6.–9.7."}},
	}
}

// A gap is told in words to everybody, and a hidden number has no height that would
// give it away.
func TestTimelineTellsItsGaps(t *testing.T) {
	f := figure.Timeline(timeline())
	for _, want := range []string{"touko 13", "kesä 0", "heinä piilotettu", "elo 26", "Katko 1.6.–9.7."} {
		if !strings.Contains(f.Desc, want) {
			t.Errorf("the description lacks %q: %s", want, f.Desc)
		}
	}
	named, bars := false, []figure.Rect{}
	for _, s := range f.Shapes {
		switch s := s.(type) {
		case figure.Text:
			named = named || s.Text == "Katko 1.6.–9.7."
			if s.X < 0 || s.X > f.Width || s.Y > f.Height {
				t.Errorf("%q is outside: %v, %v", s.Text, s.X, s.Y)
			}
		case figure.Rect:
			if s.Class == "bar" {
				bars = append(bars, s)
			}
		}
	}
	if !named {
		t.Error("the gap has no name")
	}
	if len(bars) != 2 || bars[1].H != 2*bars[0].H {
		t.Errorf("columns: %+v", bars)
	}
}

// The hatching stays inside its gap.
func TestHatchingStaysInTheGap(t *testing.T) {
	f := figure.Timeline(timeline())
	var field figure.Rect
	for _, s := range f.Shapes {
		if r, ok := s.(figure.Rect); ok && r.Dash == 5 {
			field = r
		}
	}
	lines := 0
	for _, s := range f.Shapes {
		l, ok := s.(figure.Line)
		if !ok || l.StrokeWidth != 1 {
			continue
		}
		lines++
		for _, x := range []float64{l.X1, l.X2} {
			if x < field.X-0.01 || x > field.X+field.W+0.01 {
				t.Errorf("a line leaves the field at %v", x)
			}
		}
		for _, y := range []float64{l.Y1, l.Y2} {
			if y < field.Y-0.01 || y > field.Y+field.H+0.01 {
				t.Errorf("a line leaves the field at the height %v", y)
			}
		}
	}
	if lines < 10 {
		t.Errorf("%d lines of hatching", lines)
	}
}

// Many months have labels that do not run into each other, and nothing breaks
// without any.
func TestTimelineOfManyMonths(t *testing.T) {
	spec := figure.TimelineSpec{ID: "long", Days: 3650, Palette: figure.Light()}
	for i := range 120 {
		n := i
		spec.Columns = append(spec.Columns, figure.TimelineColumn{First: 30 * i, Last: 30*i + 29, Label: "tammikuu", Value: "100", Height: &n})
	}
	labels, last := 0, -1000.0
	for _, s := range figure.Timeline(spec).Shapes {
		if text, ok := s.(figure.Text); ok && text.Text == "tammikuu" {
			labels++
			if text.X-last < 60 {
				t.Errorf("labels at %v and %v", last, text.X)
			}
			last = text.X
		}
	}
	if labels == 0 || labels > 13 {
		t.Errorf("%d labels", labels)
	}
	if f := figure.Timeline(figure.TimelineSpec{}); f.Height <= 0 {
		t.Error("without columns there is no picture")
	}
}
