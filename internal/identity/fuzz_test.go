package identity_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/identity"
)

// FuzzCode: however a code is typed, one and the same is read; what is left of it
// is short and safe to look up.
func FuzzCode(f *testing.F) {
	for _, typed := range []string{"abcd-efgh", " ABCD efgh\n", "a b c d e f g h", "abcd\u2013\u00a0efgh", "", "abcd-efg", "abcd-efghi", "\u0130bcd-efgh", "abcd-efg\xff", "äöåß-1234", "\u202eabcdefgh"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		selector, secret, ok := identity.Secrets{}.SplitCode(typed)
		code := selector + secret
		if !ok {
			if code != "" {
				t.Fatalf("%q is refused and yet read as %q", typed, code)
			}
			return
		}
		if utf8.RuneCountInString(code) != 8 || utf8.RuneCountInString(selector) != 3 || !utf8.ValidString(code) {
			t.Fatalf("%q is read as %q and %q", typed, selector, secret)
		}
		if strings.ContainsFunc(code, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			t.Fatalf("%q is read as %q", typed, code)
		}
		for _, again := range []string{code, " " + selector + "-" + secret + "\n", strings.ToLower(code)} {
			if s, rest, ok := (identity.Secrets{}).SplitCode(again); !ok || s != selector || rest != secret {
				t.Fatalf("%q is read as %q, and that as %q", typed, code, s+rest)
			}
		}
	})
}
