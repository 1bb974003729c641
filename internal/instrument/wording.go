package instrument

import (
	"fmt"
	"strings"
)

// wording is what a command-line author reads about one code. {x} stands for
// the argument x; {name} for a key in words.
type wording struct {
	wrong string
	mend  string
	plain string // the mending when an argument of mend is not known
}

// wordings is in English: it serves the command line. Pages take their words
// from the message catalogue by the same codes.
var wordings = map[string]wording{
	TooLarge: {wrong: "The file is larger than {max} bytes.", mend: "Keep one battery to a file and remove what is not part of it."},
	NotUTF8: {wrong: "The file is not UTF-8 text; the first wrong byte is here.",
		mend: "Save it again in your editor with the encoding UTF-8."},
	HasTab: {wrong: "There is a tab on this line.", mend: "Replace it by spaces: YAML indents with spaces only."},
	ControlCharacter: {wrong: "There is an invisible character {character} here.",
		mend: "Delete it, or write a space in its place."},
	Syntax: {wrong: "This is not YAML: {problem}.",
		mend: "Look at this line and the one above it: indent with spaces, put a text that has `: ` or ` #` in it between double quotes, and close every quote and bracket."},
	EmptyFile:        {wrong: "The file is empty.", mend: "Start from a copy of an existing file."},
	SeveralDocuments: {wrong: "A second document begins here.", mend: "Keep one document to a file: remove the line `---` and move what follows it to a file of its own."},
	HasAlias:         {wrong: "YAML anchors and aliases (`&` and `*`) are not used in these files.", mend: "Write the text out in each place, or put a text that begins with `&` or `*` between double quotes."},

	NotText:    {wrong: "Here must be a text, not {got}.", mend: "Write a text; put it between double quotes if it looks like a number or like true, false, null, yes or no."},
	NotNumber:  {wrong: "Here must be a whole number, not {got}.", mend: "Write it in digits, for example 50, without quotes, decimals or signs."},
	NotBoolean: {wrong: "Here must be true or false, not {got}.", mend: "Write true or false, without quotes."},
	NotList:    {wrong: "Here must be a list, not {got}.", mend: "Begin each of its lines with `- `."},
	NotGroup:   {wrong: "Here must be a group of keys, not {got}.", mend: "Write `key: value` lines below it, indented by two more spaces."},

	UnknownKey: {wrong: "There is no key {key} here.", mend: "Did you mean `{nearest}`? Correct the spelling, or remove the line.",
		plain: "Remove it; the keys here are: {known}."},
	RepeatedKey: {wrong: "The key `{key}` is here a second time; the first is on line {line}.", mend: "Remove one of the two."},
	Missing: {wrong: "The {name} is missing.", mend: "Write it as `{key}:` under `{parent}` on line {line}.",
		plain: "Write `{key}:` at the left margin of the file."},
	Empty:    {wrong: "The {name} is empty.", mend: "Write it, or remove its line if it isn't needed."},
	TooLong:  {wrong: "The {name} is {length} characters long; at most {max} fit.", mend: "Shorten it, or split it into two."},
	NotNFC:   {wrong: "The {name} has letters that are put together from parts (it is not in Unicode form NFC), usually after copying from a PDF.", mend: "Type the letters with dots and accents again."},
	Leftover: {wrong: "A left-over `{word}` is in the text.", mend: "Write the final text, or remove the mark."},

	BadCode:      {wrong: "This is not a code.", mend: "Use 1 to {max} small letters a to z and digits, a letter first, words joined by a hyphen, for example everyday-life."},
	UnknownSide:  {wrong: "There is no such side.", mend: "Did you mean `{nearest}`? A side is client or professional.", plain: "Write client or professional."},
	OutOfRange:   {wrong: "The number is not within {min} to {max}.", mend: "Write a whole number from {min} to {max}."},
	WrongScale:   {wrong: "The only scale is 0 to 10.", mend: "Write {must} here."},
	NoItems:      {wrong: "The battery has no items.", mend: "Add at least one item under `items:`, beginning with `- code:`."},
	TooManyItems: {wrong: "The battery has {count} items; at most {max} fit.", mend: "Remove items from here on, or make two batteries of it."},
	RepeatedCode: {wrong: "The code `{value}` is in use on line {line} already.", mend: "Give this one a code of its own."},
	RepeatedText: {wrong: "The same text stands in {other} on line {line}.", mend: "Ask something else here, or remove one of the two items."},
	NearlyEqual: {wrong: "The text differs from {other} on line {line} in a single word only.",
		mend: "Word one of them differently, so that a reader sees at once what each asks."},
	RepeatedTerm: {wrong: "The term `{value}` is in this list already.", mend: "Remove it here."},
	UnknownTerm: {wrong: "The glossary has no term `{value}`.", mend: "Did you mean `{nearest}`? Correct the spelling, or add the term to the glossary.",
		plain: "Add the term to the glossary, or remove it here."},
	More: {wrong: "There are {count} more mistakes below.", mend: "Mend these first and check again."},
}

// names says keys in words where the key alone would not be clear.
var names = map[string]string{
	"":         "entry of this list",
	"fi":       "Finnish text",
	"sv":       "Swedish text",
	"en":       "English text",
	"fi_plain": "Finnish plain-language text (selkokieli)",
	"sv_plain": "Swedish plain-language text (lättläst)",
}

// String tells the mistake as FILE:LINE:COLUMN: WHERE: what is wrong. How to
// mend it. It is in English; Code and Args carry it into other languages.
func (m Mistake) String() string {
	w, ok := wordings[m.Code]
	if !ok {
		w = wording{wrong: "Something is wrong here (" + m.Code + ").", mend: "Compare with an existing file."}
	}
	mend := m.fill(w.mend)
	if w.plain != "" && strings.Contains(mend, "{") {
		mend = m.fill(w.plain)
	}
	where := ""
	if m.Where != "" {
		where = m.Where + ": "
	}
	return fmt.Sprintf("%s:%d:%d: %s%s %s", m.File, m.Line, m.Column, where, m.fill(w.wrong), mend)
}

func (m Mistake) fill(template string) string {
	pairs := make([]string, 0, 2*len(m.Args)+2)
	for key, value := range m.Args {
		pairs = append(pairs, "{"+key+"}", fmt.Sprint(value))
	}
	if key, ok := m.Args["key"].(string); ok {
		name, known := names[key]
		if !known {
			name = "key `" + key + "`"
		}
		pairs = append(pairs, "{name}", name)
	}
	return strings.NewReplacer(pairs...).Replace(template)
}
