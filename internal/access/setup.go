package access

import (
	"context"
	"log/slog"
	"time"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// SetupNeeded tells whether there is no user at all yet.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	somebody, err := s.store.HasUsers(ctx)
	return err == nil && !somebody, err
}

// NewSetupLink makes the secret part of a one-time link for creating the first
// administrator; it is not kept. Only the command line may do that. It is Gone
// when there is a user.
func (s *Service) NewSetupLink(ctx context.Context) (string, error) {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return "", err
	}
	if actor.Role != System {
		return "", fault.New(fault.Forbidden)
	}
	if needed, err := s.SetupNeeded(ctx); err != nil {
		return "", err
	} else if !needed {
		return "", fault.New(fault.Gone)
	}
	link, hash, err := s.secrets.NewSecret()
	if err != nil {
		return "", err
	}
	if err := s.store.InsertSetupLink(ctx, hash, s.now()); err != nil {
		return "", err
	}
	return link, nil
}

// SetupLinkFor is how long a link is good. Another start of the program makes
// another one.
const SetupLinkFor = 7 * 24 * time.Hour

// CheckSetupLink is nil while a link can be used, and Gone when it is unknown or
// too old, or there is a user.
func (s *Service) CheckSetupLink(ctx context.Context, link string) error {
	if needed, err := s.SetupNeeded(ctx); err != nil {
		return err
	} else if !needed {
		return fault.New(fault.Gone)
	}
	known, err := s.store.HasSetupLink(ctx, s.secrets.HashToken(link), s.now().Add(-SetupLinkFor))
	if err == nil && !known {
		return fault.New(fault.Gone)
	}
	return err
}

// FirstAdmin is the administrator with whom everything begins.
type FirstAdmin struct{ Username, Name, Password string }

// String keeps the password out of error texts.
func (FirstAdmin) String() string { return "[redacted]" }

// LogValue keeps the password out of logs.
func (FirstAdmin) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// CreateFirstAdmin adds the first administrator with the password that they
// chose, ends all links and returns the token of a session. It is Gone when the
// link is unknown or there is a user, also when somebody else comes first.
func (s *Service) CreateFirstAdmin(ctx context.Context, link string, in FirstAdmin) (string, error) {
	if err := s.CheckSetupLink(ctx, link); err != nil {
		return "", err
	}
	var f fault.Findings
	u := User{ID: s.ids.New(), Username: checkUsername(&f, in.Username), Name: checkName(&f, "/name", in.Name), Role: Admin, Registers: Registers}
	checkPassword(&f, "/password", u, in.Password)
	if err := f.Err(); err != nil {
		return "", err
	}
	var err error
	if u.PasswordHash, err = s.secrets.HashPassword(ctx, in.Password); err != nil {
		return "", err
	}
	u.CreatedAt = s.now()
	u.PasswordAt = u.CreatedAt
	var token string
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		used, err := s.store.UseSetupLink(ctx, s.secrets.HashToken(link))
		if err != nil {
			return err
		}
		if needed, err := s.SetupNeeded(ctx); err != nil {
			return err
		} else if !used || !needed {
			return fault.New(fault.Gone)
		}
		if err := s.store.InsertUser(ctx, u); err != nil {
			return err
		}
		if err := s.note(ctx, SystemActor, audit.UserAdded, audit.User, u.ID.String()); err != nil {
			return err
		}
		token, err = s.enter(ctx, u)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}
