package segment

import "fmt"

// Segment is one of the four client segments. The zero Segment is invalid.
type Segment uint8

// The segments in the order of every table. The English names are those of the
// published studies of the method.
const (
	SelfActing  Segment = iota + 1 // omatoimiasiakkuus: high resources, low challenge
	Community                      // yhteisöasiakkuus: low resources, low challenge
	Cooperating                    // yhteistyöasiakkuus: high resources, high challenge
	Network                        // verkostoasiakkuus: low resources, high challenge
)

// All lists the segments in the order of every table.
var All = [4]Segment{SelfActing, Community, Cooperating, Network}

var codes = [...]string{"", "omatoimi", "yhteiso", "yhteistyo", "verkosto"}

// Valid tells whether s is one of the four.
func (s Segment) Valid() bool { return s >= SelfActing && s <= Network }

// Code is the ASCII code that is stored and exchanged, "" for the zero Segment.
func (s Segment) Code() string {
	if !s.Valid() {
		return ""
	}
	return codes[s]
}

// String implements fmt.Stringer with the code.
func (s Segment) String() string {
	if !s.Valid() {
		return fmt.Sprintf("segment(%d)", uint8(s))
	}
	return codes[s]
}

// Parse returns the segment of a code.
func Parse(code string) (Segment, bool) {
	for _, s := range All {
		if codes[s] == code {
			return s, true
		}
	}
	return 0, false
}

// Of places a client: resources high or not, challenge high or not.
func Of(resourcesHigh, challengeHigh bool) Segment {
	switch {
	case resourcesHigh && challengeHigh:
		return Cooperating
	case resourcesHigh:
		return SelfActing
	case challengeHigh:
		return Network
	default:
		return Community
	}
}

// ResourcesHigh tells on which side of the resources cut-off the segment lies.
func (s Segment) ResourcesHigh() bool { return s == SelfActing || s == Cooperating }

// ChallengeHigh tells on which side of the challenge cut-off the segment lies.
func (s Segment) ChallengeHigh() bool { return s == Cooperating || s == Network }
