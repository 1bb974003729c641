package instrument

import (
	"cmp"
	"slices"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Term is a glossary entry: a word that is not everyday language, explained.
type Term struct {
	Code    string    `yaml:"code"`
	Term    lang.Text `yaml:"term"`
	Meaning lang.Text `yaml:"meaning"` // with its plain-language form
}

// Guidance is what a result in one segment is talked through with. Everything
// but Professional is written to the client and has its plain-language form.
type Guidance struct {
	Headline     lang.Text `yaml:"headline"`
	Strengths    lang.Text `yaml:"strengths"`    // what the client has and can
	Heavy        lang.Text `yaml:"heavy"`        // what weighs on the situation
	Together     lang.Text `yaml:"together"`     // what is done next, and who helps
	Steps        []Step    `yaml:"steps"`        // where to go, in the order of usefulness
	Professional lang.Text `yaml:"professional"` // to the professional
	Neighbour    lang.Text `yaml:"neighbour"`    // said when this segment is the neighbour of a borderline result
}

// Step is a service that may help and the first thing to do towards it.
type Step struct {
	Service   lang.Text `yaml:"service"`
	FirstStep lang.Text `yaml:"first_step"`
}

// Library is a set of battery versions with the glossary and the guidance that
// belong to them. It never changes after it was made, nor may what it returns
// be changed; it is safe for concurrent use.
type Library struct {
	versions []*Battery // by table order, code, then version from the highest
	terms    []Term
	guidance map[segment.Segment]Guidance
	caution  lang.Text
}

// tableOrder is the order of the published trial's table; batteries that are
// not in it follow by code.
var tableOrder = []string{ClientBattery, "functioning", "illness-care", "social-wellbeing", "health-risk"}

// NewLibrary makes a library of batteries alone, without glossary or guidance.
// Of two batteries with the same code and version the first one counts.
func NewLibrary(batteries ...*Battery) *Library {
	l := &Library{versions: slices.Clone(batteries)}
	slices.SortStableFunc(l.versions, func(a, b *Battery) int {
		return cmp.Or(cmp.Compare(rank(a.Code), rank(b.Code)), cmp.Compare(a.Code, b.Code), cmp.Compare(b.Version, a.Version))
	})
	l.versions = slices.CompactFunc(l.versions, func(a, b *Battery) bool { return a.Ref() == b.Ref() })
	return l
}

func rank(code string) int {
	if i := slices.Index(tableOrder, code); i >= 0 {
		return i
	}
	return len(tableOrder)
}

// Current returns the highest version of a battery.
func (l *Library) Current(code string) (*Battery, bool) {
	return l.find(func(b *Battery) bool { return b.Code == code })
}

// Version returns one version of a battery.
func (l *Library) Version(code string, version int) (*Battery, bool) {
	return l.find(func(b *Battery) bool { return b.Code == code && b.Version == version })
}

// Ref returns the battery that Battery.Ref names, for example "functioning@1".
func (l *Library) Ref(ref string) (*Battery, bool) {
	return l.find(func(b *Battery) bool { return b.Ref() == ref })
}

func (l *Library) find(match func(*Battery) bool) (*Battery, bool) {
	if i := slices.IndexFunc(l.versions, match); i >= 0 {
		return l.versions[i], true
	}
	return nil, false
}

// Batteries returns the current version of every battery: the client's own
// first, then the others in the order of every table.
func (l *Library) Batteries() []*Battery {
	return slices.CompactFunc(slices.Clone(l.versions), func(a, b *Battery) bool { return a.Code == b.Code })
}

// Versions returns every version of every battery in the order of Batteries,
// the highest version of each first.
func (l *Library) Versions() []*Battery { return slices.Clone(l.versions) }

// Professional returns the current batteries that professionals answer.
func (l *Library) Professional() []*Battery {
	return slices.DeleteFunc(l.Batteries(), func(b *Battery) bool { return b.Side != Professional })
}

// Client returns the current battery that every client answers, nil in a
// library without one.
func (l *Library) Client() *Battery {
	b, _ := l.Current(ClientBattery)
	return b
}

// Term returns a glossary entry by its code.
func (l *Library) Term(code string) (Term, bool) {
	i := slices.IndexFunc(l.terms, func(t Term) bool { return t.Code == code })
	if i < 0 {
		return Term{}, false
	}
	return l.terms[i], true
}

// Glossary returns all entries in the order of their file.
func (l *Library) Glossary() []Term { return slices.Clone(l.terms) }

// Guidance returns the guidance of a segment, empty for an invalid one.
func (l *Library) Guidance(s segment.Segment) Guidance { return l.guidance[s] }

// Caution returns what is said beside every result: that it is a proposal to
// be talked through, and what it is not.
func (l *Library) Caution() lang.Text { return l.caution }

// Check is like the function Check and also looks the terms up in the
// library's glossary.
func (l *Library) Check(file string, data []byte) (*Battery, []Mistake) {
	return check(file, data, termCodes(l.terms))
}

func termCodes(terms []Term) []string {
	codes := make([]string, len(terms))
	for i, term := range terms {
		codes[i] = term.Code
	}
	return codes
}
