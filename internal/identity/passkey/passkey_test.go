package passkey_test

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/identity/passkey"
)

func TestAddressesOfPasskeys(t *testing.T) {
	for address, want := range map[string]struct{ host, why string }{
		"https://omasuunta.example.org":        {"omasuunta.example.org", ""},
		"https://Omasuunta.Example.org/":       {"omasuunta.example.org", ""},
		"https://omasuunta.example.org:8443/x": {"omasuunta.example.org", ""},
		"http://localhost:8080":                {"localhost", ""},
		"https://localhost":                    {"localhost", ""},
		"":                                     {"", passkey.Unset},
		"http://127.0.0.1:8080":                {"", passkey.Numeric},
		"https://10.1.2.3":                     {"", passkey.Numeric},
		"https://[::1]:8080":                   {"", passkey.Numeric},
		"http://omasuunta.example.org":         {"", passkey.Insecure},
	} {
		keys, why, err := passkey.New(address)
		if err != nil || why != want.why {
			t.Errorf("%q: why %q, %v", address, why, err)
			continue
		}
		host := ""
		if keys != nil {
			host = keys.Host()
		}
		if host != want.host {
			t.Errorf("%q: host %q", address, host)
		}
	}
}
