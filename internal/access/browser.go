package access

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Browser is one in which a user has logged in. It is worth nothing for logging
// in: whoever tries a password or a code there is only counted apart from
// strangers, so that these can't keep the user out by guessing.
type Browser struct {
	ID     uuid.UUID
	Hash   []byte // of the secret in its cookie, which is another after every login
	User   uuid.UUID
	SeenAt time.Time // at the latest login
}

const (
	// BrowserFor is how long a browser is known after the latest login.
	BrowserFor = 90 * 24 * time.Hour
	// maxBrowsers is how many of a user are known, and how many users of one
	// browser: those of the latest logins.
	maxBrowsers = 20
)

// Browsers is what known browsers need of the database.
type Browsers interface {
	// BrowserOf returns the id of a browser that somebody has logged in with, the
	// user of a name or of an id, since some time.
	BrowserOf(ctx context.Context, hash []byte, user string, since time.Time) (uuid.UUID, error)
	// AnybodysBrowser tells whether any user has logged in with it since then.
	AnybodysBrowser(ctx context.Context, hash []byte, since time.Time) (bool, error)
	// KeepBrowser adds a browser of a user, or notes that it was seen again. What
	// others have logged in with under the hash before is under the new one, too.
	// Of the user and of the browser the latest most stay.
	KeepBrowser(ctx context.Context, b Browser, before []byte, most int) error
	DeleteBrowsersOf(ctx context.Context, user uuid.UUID) error
	DeleteBrowsersSeenBefore(ctx context.Context, at time.Time, most int) error
}

// KnownBrowser returns by what the tries of somebody are counted who has the
// secret of a browser in which the user, of a name as it was typed or of an id,
// has logged in; "" for a stranger.
func (s *Service) KnownBrowser(ctx context.Context, secret, user string) (string, error) {
	if secret == "" {
		return "", nil
	}
	id, err := s.store.BrowserOf(ctx, s.secrets.HashToken(secret), foldUsername(user), s.now().Add(-BrowserFor))
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return "browser " + id.String(), nil
}

// KnownToAnybody is KnownBrowser where nobody knows yet who comes: a browser in
// which any user has logged in. It is for what can't be guessed anyway, and only
// keeps others behind the same address from using its tries up.
func (s *Service) KnownToAnybody(ctx context.Context, secret string) (string, error) {
	if secret == "" {
		return "", nil
	}
	hash := s.secrets.HashToken(secret)
	known, err := s.store.AnybodysBrowser(ctx, hash, s.now().Add(-BrowserFor))
	if err != nil || !known {
		return "", err
	}
	return "browser " + string(hash), nil
}

// RememberBrowser makes the browser in which a user's whole session has begun one
// of theirs. It returns the secret that takes the place of the one before, which
// may be "" or anything.
func (s *Service) RememberBrowser(ctx context.Context, token, before string) (string, error) {
	session, _, err := s.own(ctx, token, OwnAccount)
	if err != nil {
		return "", err
	}
	secret, hash, err := s.secrets.NewSecret()
	if err != nil {
		return "", err
	}
	b := Browser{ID: s.ids.New(), Hash: hash, User: session.Actor.ID, SeenAt: s.now()}
	if err := s.store.KeepBrowser(ctx, b, s.secrets.HashToken(before), maxBrowsers); err != nil {
		return "", err
	}
	return secret, nil
}

// endEverywhere ends a user's sessions, and all browsers are strangers again.
func (s *Service) endEverywhere(ctx context.Context, user uuid.UUID) error {
	if err := s.store.DeleteBrowsersOf(ctx, user); err != nil {
		return err
	}
	return s.store.DeleteSessionsOf(ctx, user)
}
