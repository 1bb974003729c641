package instrument

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// Side is who answers a battery.
type Side string

// The two sides of an assessment.
const (
	Client       Side = "client"       // asiakas: rates the own resources
	Professional Side = "professional" // ammattilainen: rates how challenging the situation is
)

// ClientBattery is the code of the battery that every client answers.
const ClientBattery = "individual-client"

// Limits that the scoring relies on.
const (
	MaxItems  = 26 // a side; keeps the stability exact in float64
	MinWeight = 1
	MaxWeight = 10
	MinCutoff = 1
	MaxCutoff = 100
)

// Battery is one version of one set of questions.
type Battery struct {
	Code        string    `yaml:"code"`
	Version     int       `yaml:"version"` // from 1
	Side        Side      `yaml:"side"`
	Cutoff      int       `yaml:"cutoff"` // a score at or above it is high; MinCutoff..MaxCutoff
	Name        lang.Text `yaml:"name"`
	Description lang.Text `yaml:"description"` // one line: when this battery fits
	Scale       Scale     `yaml:"scale"`
	Items       []Item    `yaml:"items"`
}

// Ref names a version of a battery, for example "functioning@1".
func (b *Battery) Ref() string { return fmt.Sprintf("%s@%d", b.Code, b.Version) }

// Index returns the place of an item in the battery, or -1.
func (b *Battery) Index(item string) int {
	for i := range b.Items {
		if b.Items[i].Code == item {
			return i
		}
	}
	return -1
}

// Scale is the answer scale: whole numbers with a verbal anchor at both ends
// and in the middle. The only scale of content version 1 is 0..10.
type Scale struct {
	Min     int               `yaml:"min"`
	Max     int               `yaml:"max"`
	Anchors map[int]lang.Text `yaml:"anchors"` // keys Min, the middle and Max
}

// Item is one question or statement, rated on the battery's scale.
type Item struct {
	Code    string    `yaml:"code"`
	Topic   lang.Text `yaml:"topic"`   // a word or two, the heading above the item
	Text    lang.Text `yaml:"text"`    // what is asked, with its plain-language form
	Help    lang.Text `yaml:"help"`    // a sentence or two that explain it, with the plain form
	Reverse bool      `yaml:"reverse"` // a high answer means a low score
	Weight  int       `yaml:"weight"`  // MinWeight..MaxWeight; 1 when the file leaves it out
	Terms   []string  `yaml:"terms"`   // codes of glossary entries that open beside it
}

// Skip is why an item has no value.
type Skip string

// The kinds of skipping. None of them is scored.
const (
	Discuss       Skip = "discuss"        // jutellaan tästä
	Declined      Skip = "declined"       // en halua vastata
	NotApplicable Skip = "not_applicable" // ei koske minua
)

// Unanswered is an item about which something was said, in words or by calling
// it unclear, but which has no value and no kind of skipping yet. Nobody chooses
// it: it stands in drafts alone, and completing one makes it Discuss.
const Unanswered Skip = "unanswered"

// Skips lists the kinds of skipping that can be chosen.
var Skips = []Skip{Discuss, Declined, NotApplicable}

// Answer is the answer to one item: a value or a skip, never both.
type Answer struct {
	Item    string
	Value   int    // 0..10, meaningless with a Skip
	Skip    Skip   // "" when a value was given
	Comment string // in the client's or professional's own words; personal data
	Unclear bool   // the item is reported to its authors as hard to understand
}

// Scored tells whether the answer counts.
func (a Answer) Scored() bool { return a.Skip == "" }

// redacted is what is printed in the place of answers.
const redacted = "[redacted]"

// String keeps answers out of logs and error texts.
func (a Answer) String() string { return redacted }

// Format does the same for every verb, %#v and %d included.
func (a Answer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps answers out of structured logs.
func (a Answer) LogValue() slog.Value { return slog.StringValue(redacted) }

// Sheet is the answers of one side, in the order of the battery's items.
type Sheet []Answer

// Find returns the answer to an item.
func (s Sheet) Find(item string) (Answer, bool) {
	for _, a := range s {
		if a.Item == item {
			return a, true
		}
	}
	return Answer{}, false
}

// String keeps answers out of logs and error texts.
func (s Sheet) String() string { return redacted }

// Format does the same for every verb, %#v and %d included.
func (s Sheet) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps answers out of structured logs.
func (s Sheet) LogValue() slog.Value { return slog.StringValue(redacted) }
