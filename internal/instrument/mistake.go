package instrument

import (
	"cmp"
	"slices"
)

// Mistake is one thing wrong in an author's file.
type Mistake struct {
	File   string
	Line   int            // from 1
	Column int            // from 1, in characters
	Where  string         // for example items[3].text.sv, counted from 0; "" for the file as a whole
	Code   string         // one of the codes below; stable, the message catalogue words it
	Args   map[string]any // strings and ints that fill in the wording
}

// The codes of mistakes. Each has its English wording in wording.go.
const (
	TooLarge         = "too_large"         // max in bytes
	NotUTF8          = "not_utf8"          //
	HasTab           = "tab"               //
	ControlCharacter = "control_character" // character, as U+0007
	Syntax           = "syntax"            // problem, in the words of the YAML reader
	EmptyFile        = "empty_file"        //
	SeveralDocuments = "several_documents" //
	HasAlias         = "alias"             // name
	NotText          = "not_text"          // got
	NotNumber        = "not_number"        // got
	NotBoolean       = "not_boolean"       // got
	NotList          = "not_list"          // got
	NotGroup         = "not_group"         // got
	UnknownKey       = "unknown_key"       // key, known, nearest?
	RepeatedKey      = "repeated_key"      // key, line of the first
	Missing          = "missing"           // key, parent?, line?
	Empty            = "empty"             // key
	TooLong          = "too_long"          // key, max and length in characters
	NotNFC           = "not_nfc"           // key
	Leftover         = "leftover"          // word
	BadCode          = "bad_code"          // max
	UnknownSide      = "unknown_side"      // nearest?
	OutOfRange       = "out_of_range"      // min, max
	WrongScale       = "wrong_scale"       // must
	NoItems          = "no_items"          //
	TooManyItems     = "too_many_items"    // count, max
	RepeatedCode     = "repeated_code"     // value, line of the first
	RepeatedText     = "repeated_text"     // other, line of the other
	NearlyEqual      = "nearly_equal"      // other, line of the other
	RepeatedTerm     = "repeated_term"     // value
	UnknownTerm      = "unknown_term"      // value, nearest?
	More             = "more"              // count of mistakes that are not listed
)

// maxMistakes bounds what a hostile or hopelessly broken file can make us list.
const maxMistakes = 500

// inOrder sorts mistakes as a reader of the file meets them and keeps the list
// within bounds.
func inOrder(file string, found []Mistake) []Mistake {
	slices.SortStableFunc(found, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Where, b.Where))
	})
	if len(found) <= maxMistakes {
		return found
	}
	last := found[maxMistakes-1]
	return append(found[:maxMistakes:maxMistakes], Mistake{File: file, Line: last.Line, Column: last.Column,
		Code: More, Args: map[string]any{"count": len(found) - maxMistakes}})
}
