package lang

import "strings"

// Tag is one of the languages of the service, as a BCP 47 tag.
type Tag string

// The languages of the service, Finnish first: it is the default.
const (
	Finnish Tag = "fi"
	Swedish Tag = "sv"
	English Tag = "en"
)

// All lists the languages in the order in which they are shown.
var All = []Tag{Finnish, Swedish, English}

// Parse returns the language of a bare code such as "fi". Regions and other
// subtags are not accepted here; negotiating an Accept-Language header is
// package locale's work.
func Parse(code string) (Tag, bool) {
	for _, t := range All {
		if string(t) == code {
			return t, true
		}
	}
	return "", false
}

// Text is one text in every language of the service. Finnish and Swedish also
// have a plain-language form (selkokieli, lättläst) where the reader may be a
// client; a label that is plain already leaves those two empty.
type Text struct {
	Fi      string `yaml:"fi"`
	Sv      string `yaml:"sv"`
	En      string `yaml:"en"`
	FiPlain string `yaml:"fi_plain,omitempty"`
	SvPlain string `yaml:"sv_plain,omitempty"`
}

// In returns the text in a language; an unknown language gets Finnish.
func (t Text) In(tag Tag) string {
	switch tag {
	case Swedish:
		return t.Sv
	case English:
		return t.En
	default:
		return t.Fi
	}
}

// Plain returns the plain-language form in a language, or the ordinary text
// where there is no separate one.
func (t Text) Plain(tag Tag) string {
	plain := ""
	switch tag {
	case Finnish:
		plain = t.FiPlain
	case Swedish:
		plain = t.SvPlain
	}
	if strings.TrimSpace(plain) == "" {
		return t.In(tag)
	}
	return plain
}
