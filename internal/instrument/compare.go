package instrument

import (
	"slices"
	"strings"
	"unicode"
)

// worded is the text of one item, by form, for comparing it with the others.
type worded struct {
	where string
	forms map[string]field
}

// compare lists items that ask the same as an earlier one, or so nearly the
// same that a reader would not see the difference.
func (c *checker) compare(items []worded) {
	for _, form := range forms {
		// A plain form is short and built from few patterns, so near equality
		// means nothing there.
		near := !strings.HasSuffix(form, "_plain")
		c.compareForm(items, form, near)
	}
}

func (c *checker) compareForm(items []worded, form string, near bool) {
	first := map[string]worded{}
	var earlier []worded
	for _, item := range items {
		words := item.words(form)
		if len(words) == 0 {
			continue
		}
		key := strings.Join(words, " ")
		if same, repeated := first[key]; repeated {
			c.other(item.forms[form], same, form, RepeatedText)
			continue
		}
		first[key] = item
		if !near {
			continue
		}
		for _, other := range earlier {
			if oneWordApart(words, other.words(form)) {
				c.other(item.forms[form], other, form, NearlyEqual)
				break
			}
		}
		earlier = append(earlier, item)
	}
}

func (c *checker) other(f field, other worded, form, code string) {
	line, _ := other.forms[form].position()
	c.add(f, code, args{"other": other.where, "line": line})
}

// words returns the words of a form in small letters, without punctuation.
func (w worded) words(form string) []string {
	f := w.forms[form]
	if f.node == nil || len(f.node.Value) > 8*itemRule.max { // listed as too long already
		return nil
	}
	return strings.FieldsFunc(strings.ToLower(f.node.Value), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// oneWordApart tells whether one word is another, added or left out. Texts of
// one or two words are labels rather than questions and are not compared.
func oneWordApart(a, b []string) bool {
	const short = 3
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < short || len(b)-len(a) > 1 {
		return false
	}
	same := 0
	for same < len(a) && a[same] == b[same] {
		same++
	}
	if len(a) == len(b) {
		return same < len(a) && slices.Equal(a[same+1:], b[same+1:])
	}
	return slices.Equal(a[same:], b[same+1:])
}
