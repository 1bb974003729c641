package identity_test

import (
	"bytes"
	"regexp"
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity"
)

func TestPasswordIsReadableAndNeverTheSame(t *testing.T) {
	form := regexp.MustCompile(`^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}$`)
	seen := map[string]bool{}
	for range 3 {
		plain, hash, err := identity.Secrets{}.NewPassword()
		if err != nil {
			t.Fatal(err)
		}
		if !form.MatchString(plain) {
			t.Errorf("password %q is not four groups of four unmistakable characters", plain)
		}
		if seen[plain] || seen[hash] {
			t.Error("the same password or hash twice")
		}
		seen[plain], seen[hash] = true, true
		if bytes.Contains([]byte(hash), []byte(plain)) {
			t.Error("the hash shows the password")
		}
	}
}

func TestTokenHashIsOfTheToken(t *testing.T) {
	s := identity.Secrets{}
	plain, hash, err := s.NewToken()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(hash, s.HashToken(plain)) || bytes.Equal(hash, s.HashToken(plain+"x")) {
		t.Error("a token must hash to its own hash and to no other")
	}
	if len(plain) < 40 || plain[:4] != identity.TokenPrefix {
		t.Errorf("token of %d characters without the prefix", len(plain))
	}
}
