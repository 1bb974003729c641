package access

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed common.txt
var commonText string

// commonWords are the words of common.txt, and the longest of them in runes.
var commonWords, longestWord = readWords(commonText)

func readWords(text string) (map[string]bool, int) {
	words, longest := map[string]bool{}, 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, word := range strings.Fields(line) {
			words[word] = true
			longest = max(longest, len([]rune(word)))
		}
	}
	return words, longest
}

// walks are what fingers and tongues run along, in both directions.
var walks = [...]string{
	"12345678901234567890", "qwertyuiopå", "asdfghjklöä", "zxcvbnm", "abcdefghijklmnopqrstuvwxyzåäö",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "147258369",
}

const (
	shortestWalk = 4 // characters
	// leastOwn is how much a password must have that nobody guesses first: letters,
	// with a digit as half a letter.
	leastOwn = 4
	// leastUnit is how long something is that may be repeated, in characters.
	leastUnit = 8
)

// lookalikes are what people write for letters.
var lookalikes = map[rune]rune{'@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', '$': 's', '5': 's', '7': 't'}

// spelled writes letters where something stands for one: before another letter,
// for behind words there are numbers that are numbers.
func spelled(text string) string {
	runes := []rune(text)
	for i := range len(runes) - 1 {
		if letter, ok := lookalikes[runes[i]]; ok && (unicode.IsLetter(runes[i+1]) || runes[i+1] == runes[i]) {
			runes[i] = letter
		}
	}
	return string(runes)
}

// common tells whether a password is one of those that are tried first: words
// that many use, names of the user, years, repetitions and rows of keys, with
// hardly anything of its own. It stands for the lists of leaked passwords, whose
// long ones are made that way.
func common(password string, names ...string) bool {
	known := map[string]bool{}
	for _, name := range names {
		for _, part := range strings.FieldsFunc(folded(name), apart) {
			if len([]rune(part)) > 2 {
				known[part] = true
			}
		}
	}
	text := folded(password)
	return thin(bare(text), known) || thin(bare(spelled(text)), known)
}

func folded(text string) string { return strings.ToLower(norm.NFKC.String(text)) }

func apart(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// bare is a text without what stands between words and after them.
func bare(text string) []rune {
	return []rune(strings.Map(func(r rune) rune {
		if apart(r) {
			return -1
		}
		return r
	}, text))
}

// thin tells whether hardly anything of a text is its own.
func thin(text []rune, names map[string]bool) bool {
	if unit := period(text); unit < len(text) {
		if unit < leastUnit {
			return true
		}
		text = text[:unit]
	}
	own := 0.0
	for i := 0; i < len(text); {
		if n := foreign(text[i:], names); n > 0 {
			i += n
			continue
		}
		if unicode.IsDigit(text[i]) {
			own += 0.5
		} else {
			own++
		}
		i++
	}
	return own < leastOwn
}

// period is the length of what a text repeats, its own length if nothing.
func period(text []rune) int {
	for n := 1; n <= len(text)/2; n++ {
		repeats := true
		for i := n; i < len(text) && repeats; i++ {
			repeats = text[i] == text[i-n]
		}
		if repeats {
			return n
		}
	}
	return len(text)
}

// foreign is how many runes at the beginning of a text are nobody's own, 0 for
// none: a word, a name, a year, a row of keys or the same sign again and again.
func foreign(text []rune, names map[string]bool) int {
	longest := 0
	for n := min(len(text), max(longestWord, 40)); n > 2 && longest == 0; n-- {
		if word := string(text[:n]); commonWords[word] || names[word] {
			longest = n
		}
	}
	if n := year(text); n > longest {
		longest = n
	}
	for _, walk := range walks {
		longest = max(longest, along([]rune(walk), text))
	}
	same := 1
	for same < len(text) && text[same] == text[0] {
		same++
	}
	if same > 2 {
		longest = max(longest, same)
	}
	return longest
}

// year is 4 for a text that begins with a year of this century or the last.
func year(text []rune) int {
	if len(text) >= 4 && (string(text[:2]) == "19" || string(text[:2]) == "20") && unicode.IsDigit(text[2]) && unicode.IsDigit(text[3]) {
		return 4
	}
	return 0
}

// along is how far the beginning of a text runs along a walk, 0 when that is too
// short to be one.
func along(walk, text []rune) int {
	longest := 0
	for start := range walk {
		for _, step := range []int{1, -1} {
			n := 0
			for at := start; n < len(text) && at >= 0 && at < len(walk) && walk[at] == text[n]; at += step {
				n++
			}
			longest = max(longest, n)
		}
	}
	if longest < shortestWalk {
		return 0
	}
	return longest
}
