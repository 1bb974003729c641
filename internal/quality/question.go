package quality

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Question asks how good a version of a battery is, by the assessments of a
// period, both days included, by the date of the visit. Unit, Language and Mode
// narrow it; "" is all of them. At most one of Language and Mode may be given:
// what both together leave is not protected as a small cell.
type Question struct {
	Prior    fault.Findings // what the edge found wrong already
	Battery  string
	Version  int // 0 for the current one
	From, To calendar.Date
	Unit     string
	Language lang.Tag
	Mode     assessment.Mode
}

// Scope is which assessments are read: those of a question, in these units only
// (nil for all).
type Scope struct {
	Side     instrument.Side
	Battery  string
	Version  int
	From, To calendar.Date
	Unit     string
	Language lang.Tag
	Mode     assessment.Mode
	Units    []string
}

// document is a scope as it is kept.
type document struct {
	Side     string   `json:"side"`
	Battery  string   `json:"battery"`
	Version  int      `json:"version"`
	From     string   `json:"from"`
	To       string   `json:"to"`
	Unit     string   `json:"unit,omitempty"`
	Language string   `json:"language,omitempty"`
	Mode     string   `json:"mode,omitempty"`
	Units    []string `json:"units,omitempty"`
}

// encode writes a scope, always the same way.
func (s Scope) encode() []byte {
	units := slices.Clone(s.Units)
	slices.Sort(units)
	text, err := json.Marshal(document{
		string(s.Side), s.Battery, s.Version, s.From.String(), s.To.String(), s.Unit, string(s.Language), string(s.Mode), units,
	})
	if err != nil {
		panic("quality: " + err.Error()) // strings and numbers can always be written
	}
	return text
}

// id names a scope: the SHA-256 of how it is written.
func (s Scope) id() string {
	sum := sha256.Sum256(s.encode())
	return hex.EncodeToString(sum[:])
}

func decodeScope(text []byte) (s Scope, err error) {
	var d document
	if err := json.Unmarshal(text, &d); err != nil {
		return Scope{}, err
	}
	s = Scope{
		Side: instrument.Side(d.Side), Battery: d.Battery, Version: d.Version, Unit: d.Unit,
		Language: lang.Tag(d.Language), Mode: assessment.Mode(d.Mode), Units: d.Units,
	}
	if s.From, err = calendar.Parse(d.From); err != nil {
		return Scope{}, err
	}
	s.To, err = calendar.Parse(d.To)
	return s, err
}

// Modes lists the ways of answering, the usual one first: the others are compared
// with it.
var Modes = []assessment.Mode{assessment.Joint, assessment.Self, assessment.Phone, assessment.Paper}

func joined[T ~string](codes []T) string {
	list := make([]string, len(codes))
	for i, c := range codes {
		list[i] = string(c)
	}
	return strings.Join(list, ", ")
}

// check finds the battery, and what is wrong with the rest.
func (q *Question) check(library *instrument.Library) *instrument.Battery {
	if q.Version == 0 {
		if current, found := library.Current(q.Battery); found {
			q.Version = current.Version
		}
	}
	battery, found := library.Version(q.Battery, q.Version)
	if !found {
		q.Prior.Add("/battery", fault.UnknownBattery, nil)
	}
	if _, known := lang.Parse(string(q.Language)); q.Language != "" && !known {
		q.Prior.Add("/language", fault.NotInList, fault.Args{"allowed": joined(lang.All)})
	}
	if q.Mode != "" && !slices.Contains(Modes, q.Mode) {
		q.Prior.Add("/mode", fault.NotInList, fault.Args{"allowed": joined(Modes)})
	}
	if q.Language != "" && q.Mode != "" {
		q.Prior.Add("/mode", fault.FieldNotAllowed, nil)
	}
	return battery
}
