package identity_test

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
)

func TestPasswordIsReadableAndNeverTheSame(t *testing.T) {
	form := regexp.MustCompile(`^[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){3}$`)
	seen := map[string]bool{}
	for range 3 {
		plain, hash, err := identity.Secrets{}.NewPassword(t.Context())
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

func TestPasswordFitsItsOwnHashAlone(t *testing.T) {
	s := identity.Secrets{}
	hash, err := s.HashPassword(t.Context(), "p\u00e4iv\u00e4n pitk\u00e4 salasana")
	if err != nil {
		t.Fatal(err)
	}
	cheap := "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQxMjM0NTY$" // another cost, as an older program may have used
	for _, c := range []struct {
		name, plain, hash string
		want              bool
	}{
		{"the same", "p\u00e4iv\u00e4n pitk\u00e4 salasana", hash, true},
		{"composed otherwise", "pa\u0308iva\u0308n pitka\u0308 salasana", hash, true},
		{"another", "p\u00e4iv\u00e4n pitk\u00e4 salasanA", hash, false},
		{"nothing", "", hash, false},
		{"no hash", "", "", false},
		{"no hash of ours", "x", "x", false},
		{"a key too short", "x", cheap + "AAAA", false},
		{"a key of nothing", "x", cheap, false},
		{"without a pass", "x", strings.Replace(hash, "t=2", "t=0", 1), false},
		{"too dear", "x", strings.Replace(hash, "m=19456", "m=4000000", 1), false},
		{"cut", "p\u00e4iv\u00e4n pitk\u00e4 salasana", hash[:len(hash)-1], false},
	} {
		if got, err := s.VerifyPassword(t.Context(), c.plain, c.hash); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}

// Whoever gives up waiting is told so, and a wrong answer is never made of it.
func TestPasswordWorkEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := identity.Secrets{}
	if fits, err := s.VerifyPassword(ctx, "x", ""); fits || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%v, %v", fits, err)
	}
	if _, err := s.HashPassword(ctx, "x"); fault.KindOf(err) != fault.Unavailable {
		t.Error(err)
	}
}

func TestSecretsAreLongAndNeverTheSame(t *testing.T) {
	s := identity.Secrets{}
	one, hash, err := s.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := s.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	if len(one) != 43 || one == other || !bytes.Equal(hash, s.HashToken(one)) {
		t.Error("a secret is short, repeated or hashed as something else")
	}
	if strings.ContainsAny(one+other, "+/=") {
		t.Error("a secret does not fit into an address")
	}
}
