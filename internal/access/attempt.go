package access

import (
	"bytes"
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Attempt is a login that was begun here and goes on at an identity provider,
// until the browser comes back.
type Attempt struct {
	State    []byte // hash of what the provider gives back with the answer
	Browser  []byte // hash of the secret of the browser in which it was begun
	Provider string
	Nonce    string // that must be in the answer's ID token
	Verifier string // of PKCE (RFC 7636)
	Back     string // where the reader goes on
	Fresh    bool   // to take a screen back: the user must prove to be there now
	Begun    time.Time
}

// AttemptFor is how long somebody has for logging in at the provider.
const AttemptFor = 10 * time.Minute

// Why an answer belongs to no login that was begun here.
const (
	RefusedState    = "state"          // none, unknown, used before, or too late
	RefusedBrowser  = "state_browser"  // begun in another browser
	RefusedProvider = "state_provider" // begun at another provider
)

// BeginAttempt keeps an attempt for AttemptFor and returns the state that the
// provider gives back. browser is the secret that the browser keeps.
func (s *Service) BeginAttempt(ctx context.Context, a Attempt, browser string) (state string, err error) {
	if err := s.store.DeleteAttemptsBefore(ctx, s.now().Add(-AttemptFor), sweepMost); err != nil {
		return "", err
	}
	state, a.State, err = s.secrets.NewSecret()
	if err != nil {
		return "", err
	}
	a.Browser, a.Begun = s.secrets.HashToken(browser), s.now()
	return state, s.store.InsertAttempt(ctx, a)
}

// NewBrowserSecret makes the secret that binds attempts to a browser.
func (s *Service) NewBrowserSecret() (string, error) {
	secret, _, err := s.secrets.NewSecret()
	return secret, err
}

// TakeAttempt returns the attempt that an answer belongs to, once. What belongs
// to none is Forbidden with one of the codes above, and a row in the audit.
func (s *Service) TakeAttempt(ctx context.Context, provider, state, browser string) (Attempt, error) {
	a, err := s.store.TakeAttempt(ctx, s.secrets.HashToken(state))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Attempt{}, s.Refuse(ctx, provider, RefusedState)
	case err != nil:
		return Attempt{}, err
	case browser == "" || !bytes.Equal(a.Browser, s.secrets.HashToken(browser)):
		return Attempt{}, s.Refuse(ctx, provider, RefusedBrowser)
	case a.Provider != provider:
		return Attempt{}, s.Refuse(ctx, provider, RefusedProvider)
	case !s.now().Before(a.Begun.Add(AttemptFor)):
		return Attempt{}, s.Refuse(ctx, provider, RefusedState)
	}
	return a, nil
}
