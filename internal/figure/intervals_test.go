package figure

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// Intervals tell every number in words, draw those that are known inside their
// axis, and nothing for the others.
func TestIntervals(t *testing.T) {
	f := Intervals(IntervalsSpec{
		ID: "test", Title: "Items & <others>", Subtitle: "n = 67", Desc: "Numbers.", From: -0.2, To: 1,
		Ticks: []Tick{{At: 0, Text: "0,0", Strong: true}, {At: 1, Text: "1,0"}},
		Rows: []Interval{
			{Label: "Arki", Text: "0,80 (0,69 – 0,87)", Value: 0.8, Low: 0.69, High: 0.87, Known: true},
			{Label: "Raha", Text: "0,10 (−0,60 – 0,70)", Value: 0.1, Low: -0.6, High: 0.7, Known: true},
			{Label: "Muutos", Text: "ei laskettavissa"},
		},
		Notes: []string{"A note."}, Palette: Light(),
	})
	dots := 0
	for _, s := range f.Shapes {
		switch s := s.(type) {
		case Circle:
			dots++
		case Line:
			if s.X1 < intervalLeft || s.X2 > intervalRight {
				t.Errorf("a line leaves the axis: %+v", s)
			}
		}
	}
	if dots != 2 {
		t.Errorf("%d dots of two known values", dots)
	}
	for _, words := range []string{"Arki 0,80 (0,69 – 0,87).", "Muutos ei laskettavissa.", "A note."} {
		if !strings.Contains(f.Desc, words) {
			t.Errorf("the description lacks %q: %s", words, f.Desc)
		}
	}
	for d := xml.NewDecoder(strings.NewReader(string(f.SVG()))); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
