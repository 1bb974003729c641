package identity_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity"
)

func TestCodeIsReadAsPeopleTypeIt(t *testing.T) {
	s := identity.Secrets{}
	code, selector, hash, err := s.NewCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^[a-km-np-z2-9]{4}-[a-km-np-z2-9]{4}$`).MatchString(code) {
		t.Errorf("code %q is not two groups of four unmistakable characters", code)
	}
	bare := strings.ReplaceAll(code, "-", "")
	if strings.Contains(hash, bare[3:]) || strings.Contains(hash, code) {
		t.Error("the hash shows the code")
	}
	for _, typed := range []string{code, bare, strings.ToUpper(code), " " + code[:4] + "  \u2013 " + code[5:] + "\n", strings.Join(strings.Split(bare, ""), " ")} {
		found, secret, ok := s.SplitCode(typed)
		if !ok || found != selector || found != bare[:3] {
			t.Errorf("typed as %q it is not understood", typed)
			continue
		}
		if right, err := s.VerifyPassword(t.Context(), secret, hash); err != nil || !right {
			t.Errorf("typed as %q it is wrong: %v", typed, err)
		}
	}
	for _, typed := range []string{"", "-", bare[:7], bare + "2", strings.Repeat(" ", 10000) + code} {
		if _, _, ok := s.SplitCode(typed); ok {
			t.Errorf("%q is taken for a code", typed)
		}
	}
	_, secret, _ := s.SplitCode(code)
	if right, err := s.VerifyPassword(t.Context(), secret[:4], hash); err != nil || right {
		t.Errorf("a part of the secret is taken for all of it: %v", err)
	}
}
