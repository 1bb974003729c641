package typeset

import (
	"embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// What is hyphenated at all: longer words, with enough left on both lines to be
// recognised.
const (
	leastWord   = 8
	leastBefore = 3
	leastAfter  = 3
)

//go:embed patterns/*.tex patterns/seams.txt
var patternFiles embed.FS

// hyphenator holds the patterns of one language (F. M. Liang, Word Hy-phen-a-tion
// by Com-put-er, 1983): a piece of a word to the digits between its letters. An
// odd digit allows a break, an even one forbids it, and the greatest wins.
type hyphenator struct {
	patterns   map[string][]byte
	longest    int // pattern, in letters
	exceptions map[string][]int
	seams      []seam
}

// seam is where the second part of a compound word begins: before the letter at.
type seam struct {
	part string
	at   int
}

var hyphenators = map[lang.Tag]func() *hyphenator{
	lang.Finnish: sync.OnceValue(func() *hyphenator { return readPatterns(lang.Finnish, "hyph-fi.tex") }),
	lang.Swedish: sync.OnceValue(func() *hyphenator { return readPatterns(lang.Swedish, "hyph-sv.tex") }),
	lang.English: sync.OnceValue(func() *hyphenator { return readPatterns(lang.English, "hyph-en-gb.tex") }),
}

// hyphenate returns before which letters of a word a hyphen may end the line, as
// counts of letters, ascending. A word of another language, a short one or one
// that holds anything but letters has no such places.
func hyphenate(word string, tag lang.Tag) []int {
	letters := []rune(strings.ToLower(word))
	load, known := hyphenators[tag]
	if !known || len(letters) < leastWord {
		return nil
	}
	for _, r := range letters {
		if !unicode.IsLetter(r) {
			return nil
		}
	}
	h := load()
	if places, listed := h.exceptions[string(letters)]; listed {
		return inner(places, len(letters))
	}
	return inner(h.places(letters), len(letters))
}

// inner keeps the places that leave enough letters on both sides.
func inner(places []int, letters int) []int {
	var kept []int
	for _, p := range places {
		if p >= leastBefore && letters-p >= leastAfter {
			kept = append(kept, p)
		}
	}
	return kept
}

func (h *hyphenator) places(letters []rune) []int {
	word := make([]rune, 0, len(letters)+2)
	word = append(append(append(word, '.'), letters...), '.')
	digits := make([]byte, len(word)+1)
	var key []byte
	for from := range word {
		key = key[:0]
		for to := from; to < len(word) && to-from < h.longest; to++ {
			key = append(key, string(word[to])...)
			for i, d := range h.patterns[string(key)] {
				digits[from+i] = max(digits[from+i], d)
			}
		}
	}
	h.mark(digits[1:], string(letters))
	var places []int
	for i := 1; i < len(letters); i++ {
		if digits[i+1]%2 == 1 {
			places = append(places, i)
		}
	}
	return places
}

// The digits of our own seams, above all of the patterns.
const (
	seamHere = 11
	seamNear = 10
)

// mark writes the seams of a word into the digits before its letters.
func (h *hyphenator) mark(digits []byte, word string) {
	for _, s := range h.seams {
		found := strings.Index(word, s.part)
		if found < 0 {
			continue
		}
		if at := utf8.RuneCountInString(word[:found]) + s.at; at > 0 {
			digits[at-1] = max(digits[at-1], seamNear)
			digits[at] = max(digits[at], seamHere)
			digits[at+1] = max(digits[at+1], seamNear)
		}
	}
}

// readPatterns reads the patterns and exceptions of a file of TeX and our own
// seams. The files are part of the program: one that is missing is a broken build.
func readPatterns(tag lang.Tag, name string) *hyphenator {
	h := &hyphenator{patterns: map[string][]byte{}, exceptions: map[string][]int{}}
	section := ""
	for line := range strings.Lines(readPatternFile(name)) {
		line, _, _ = strings.Cut(line, "%")
		for _, part := range strings.Fields(strings.ReplaceAll(line, "}", " } ")) {
			switch {
			case strings.HasSuffix(part, "{"):
				section = part
			case part == "}":
				section = ""
			case section == `\patterns{`:
				h.addPattern(part)
			case section == `\hyphenation{`:
				h.addException(part)
			}
		}
	}
	for line := range strings.Lines(readPatternFile("seams.txt")) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != string(tag) {
			continue
		}
		for _, part := range fields[1:] {
			before, after, _ := strings.Cut(part, "|")
			h.seams = append(h.seams, seam{part: before + after, at: utf8.RuneCountInString(before)})
		}
	}
	return h
}

func readPatternFile(name string) string {
	text, err := patternFiles.ReadFile("patterns/" + name)
	if err != nil {
		panic("typeset: " + err.Error())
	}
	return string(text)
}

func (h *hyphenator) addPattern(pattern string) {
	var letters []rune
	digits := []byte{0}
	for _, r := range pattern {
		if r >= '0' && r <= '9' {
			digits[len(digits)-1] = byte(r - '0')
			continue
		}
		letters = append(letters, r)
		digits = append(digits, 0)
	}
	h.patterns[string(letters)] = digits
	h.longest = max(h.longest, len(letters))
}

func (h *hyphenator) addException(word string) {
	var places []int
	letters := 0
	for _, r := range word {
		if r == '-' {
			places = append(places, letters)
		} else {
			letters++
		}
	}
	h.exceptions[strings.ReplaceAll(word, "-", "")] = places
}
