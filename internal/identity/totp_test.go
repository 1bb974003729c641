package identity_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/identity"
)

// RFC 6238, appendix B, the vectors for SHA-1; of their eight digits the last
// six are the code.
var vectors = []struct {
	at   int64
	code string
}{
	{59, "94287082"}, {1111111109, "07081804"}, {1111111111, "14050471"},
	{1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
}

var rfcSecret = []byte("12345678901234567890")

func TestCodesOfTheStandard(t *testing.T) {
	s := identity.Secrets{}
	for _, v := range vectors {
		code, at := v.code[2:], time.Unix(v.at, 0)
		step, ok := s.TOTPStep(rfcSecret, code, at, 0)
		if !ok || step != v.at/30 {
			t.Errorf("%s at %d: step %d, %v", code, v.at, step, ok)
		}
		for _, c := range []struct {
			what  string
			typed string
			at    time.Time
			after int64
			want  bool
		}{
			{"with a space", code[:3] + " " + code[3:], at, 0, true},
			{"a clock half a minute slow", code, at.Add(30 * time.Second), 0, true},
			{"a clock half a minute fast", code, at.Add(-30 * time.Second), 0, true},
			{"a minute late", code, at.Add(60 * time.Second), 0, false},
			{"a minute early", code, at.Add(-60 * time.Second), 0, false},
			{"used", code, at, v.at / 30, false},
			{"the step before was used", code, at, v.at/30 - 1, true},
			{"eight digits", v.code, at, 0, false},
			{"five digits", code[1:], at, 0, false},
			{"nothing", "", at, 0, false},
			{"letters", "abcdef", at, 0, false},
			{"other digits", strings.Repeat("\u0661", 6), at, 0, false},
			{"endless", strings.Repeat(" ", 1000) + code, at, 0, false},
		} {
			if c.at.Unix() < 0 {
				continue // before time began
			}
			if _, ok := s.TOTPStep(rfcSecret, c.typed, c.at, c.after); ok != c.want {
				t.Errorf("%s of %d: %v", c.what, v.at, ok)
			}
		}
	}
	if _, ok := s.TOTPStep(nil, "328482", time.Unix(59, 0), 0); ok {
		t.Error("a code without a secret")
	}
}

func TestSecretsForAppsAreLongAndNeverTheSame(t *testing.T) {
	one, err := identity.Secrets{}.NewTOTP()
	if err != nil {
		t.Fatal(err)
	}
	other, err := identity.Secrets{}.NewTOTP()
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 20 || bytes.Equal(one, other) || bytes.Equal(one, make([]byte, 20)) {
		t.Errorf("%x, %x", one, other)
	}
}

func TestRecoveryCodeIsReadAsPeopleTypeIt(t *testing.T) {
	s := identity.Secrets{}
	code, hash, err := s.NewRecoveryCode()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}$`).MatchString(code) {
		t.Errorf("code %q is not four groups of four unmistakable characters", code)
	}
	for _, typed := range []string{code, strings.ReplaceAll(code, "-", ""), strings.ToUpper(code), " " + strings.ReplaceAll(code, "-", " \u2013 ") + "\n"} {
		if !bytes.Equal(s.HashRecoveryCode(typed), hash) {
			t.Errorf("typed as %q it is another", typed)
		}
	}
	for _, typed := range []string{"", code[1:], code + "a", strings.Repeat("a", 1000)} {
		if bytes.Equal(s.HashRecoveryCode(typed), hash) {
			t.Errorf("%q is taken for it", typed)
		}
	}
}
