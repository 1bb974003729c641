package lang

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Tidy gives a text that somebody wrote the form in which it is kept: no space
// around it, lines that end with LF, UTF-8 in NFC. It makes the bytes
// independent of the editor or browser that they were written with.
func Tidy(text string) string {
	return norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")))
}

// Tidy is the function Tidy for every form of the text.
func (t Text) Tidy() Text {
	return Text{Fi: Tidy(t.Fi), Sv: Tidy(t.Sv), En: Tidy(t.En), FiPlain: Tidy(t.FiPlain), SvPlain: Tidy(t.SvPlain)}
}

// CheckWritten adds what is wrong with a text that somebody wrote: it is
// missing though required, longer than max characters, or has a character that
// cannot be kept.
func CheckWritten(f *fault.Findings, pointer, text string, max int, required bool) {
	switch {
	case required && strings.TrimSpace(text) == "":
		f.Add(pointer, fault.Required, nil)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unkeepable):
		f.Add(pointer, fault.BadCharacter, nil)
	case utf8.RuneCountInString(text) > max:
		f.Add(pointer, fault.TooLong, fault.Args{"max": max})
	}
}

// unkeepable tells whether a character is a control character other than those
// that lay out lines. NUL would even be refused by PostgreSQL.
func unkeepable(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// Rule is what a text in all languages must keep to.
type Rule struct {
	Max   int  // characters, in each form
	Plain bool // a client needs it explained: the plain-language forms must be there
}

// Check adds what is wrong with a text, with pointers such as /title/fi_plain
// for the pointer /title. A plain-language form that is there in one language
// is needed in the other too, required by the rule or not.
func (r Rule) Check(f *fault.Findings, pointer string, t Text) {
	plain := r.Plain || strings.TrimSpace(t.FiPlain+t.SvPlain) != ""
	for _, form := range []struct {
		code, text string
		required   bool
	}{{"fi", t.Fi, true}, {"sv", t.Sv, true}, {"en", t.En, true}, {"fi_plain", t.FiPlain, plain}, {"sv_plain", t.SvPlain, plain}} {
		CheckWritten(f, pointer+"/"+form.code, form.text, r.Max, form.required)
	}
}
