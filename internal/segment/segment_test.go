package segment_test

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// yhteiso and yhteistyo are easy to confuse: this test holds constant, code,
// place in the tables, axes and parsing together.
func TestSegmentsHoldTogether(t *testing.T) {
	want := [...]struct {
		constant                 segment.Segment
		code                     string
		resourcesHigh, challenge bool
	}{
		{segment.SelfActing, "omatoimi", true, false},
		{segment.Community, "yhteiso", false, false},
		{segment.Cooperating, "yhteistyo", true, true},
		{segment.Network, "verkosto", false, true},
	}
	if len(want) != len(segment.All) {
		t.Fatalf("%d segments, want %d", len(segment.All), len(want))
	}
	for place, w := range want {
		t.Run(w.code, func(t *testing.T) {
			s := w.constant
			if segment.All[place] != s {
				t.Errorf("place %d of the tables is %v", place, segment.All[place])
			}
			if !s.Valid() || s.Code() != w.code || s.String() != w.code {
				t.Errorf("valid %v, code %q, string %q", s.Valid(), s.Code(), s.String())
			}
			if back, ok := segment.Parse(w.code); !ok || back != s {
				t.Errorf("parses to %v, %v", back, ok)
			}
			if s.ResourcesHigh() != w.resourcesHigh || s.ChallengeHigh() != w.challenge {
				t.Errorf("resources high %v, challenge high %v", s.ResourcesHigh(), s.ChallengeHigh())
			}
			if got := segment.Of(w.resourcesHigh, w.challenge); got != s {
				t.Errorf("its axes lead to %v", got)
			}
		})
	}
}

func TestWhatIsNotASegment(t *testing.T) {
	for _, s := range []segment.Segment{0, 5, 255} {
		if s.Valid() || s.Code() != "" || s.ResourcesHigh() || s.ChallengeHigh() {
			t.Errorf("%v passes for a segment", s)
		}
		if _, ok := segment.Parse(s.String()); ok {
			t.Errorf("%q parses", s.String())
		}
	}
	for _, code := range []string{"", "Omatoimi", "yhteisö", "yhteistyö", "OMATOIMI", " verkosto", "community", "1"} {
		if s, ok := segment.Parse(code); ok {
			t.Errorf("%q parses to %v", code, s)
		}
	}
}
