package identity_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity"
)

// A code is taken however it is typed, and every slip that people make is told
// from a code that is wrong.
func TestEmergencyCodeShowsEverySlip(t *testing.T) {
	s := identity.Secrets{}
	code, hash, err := s.NewEmergencyCode()
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^([a-km-np-z2-9]{4}-){6}[a-km-np-z2-9]{4}$`).MatchString(code) {
		t.Errorf("code %q is not seven groups of four unmistakable characters", code)
	}
	bare := strings.ReplaceAll(code, "-", "")
	for _, typed := range []string{code, bare, strings.ToUpper(code), " " + strings.ReplaceAll(code, "-", " \u2013 ") + "\n"} {
		if got, ok := s.HashEmergencyCode(typed); !ok || !bytes.Equal(got, hash) {
			t.Errorf("typed as %q it is not understood", typed)
		}
	}
	for at := range bare {
		for _, other := range "abcdefghijklmnopqrstuvwxyz0123456789" {
			if byte(other) == bare[at] {
				continue
			}
			if _, ok := s.HashEmergencyCode(bare[:at] + string(other) + bare[at+1:]); ok {
				t.Errorf("a wrong character at %d is not noticed", at)
			}
		}
		for with := range at {
			if bare[with] == bare[at] {
				continue
			}
			swapped := []byte(bare)
			swapped[with], swapped[at] = swapped[at], swapped[with]
			if _, ok := s.HashEmergencyCode(string(swapped)); ok {
				t.Errorf("characters %d and %d in each other's place are not noticed", with, at)
			}
		}
	}
	for _, typed := range []string{"", bare[:27], bare + "2", strings.Repeat("å", 14), strings.Repeat(" ", 1000) + code} {
		if _, ok := s.HashEmergencyCode(typed); ok {
			t.Errorf("%q is taken for a code", typed)
		}
	}
}

func FuzzEmergencyCode(f *testing.F) {
	f.Add("abcd-efgh-ijkm-npqr-stuv-wxyz-2345")
	f.Add(strings.Repeat("å", 14))
	f.Fuzz(func(_ *testing.T, typed string) { identity.Secrets{}.HashEmergencyCode(typed) })
}
