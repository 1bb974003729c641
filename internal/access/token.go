package access

import (
	"context"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Authenticate returns the actor of an API token. A token that is unknown,
// revoked, expired or a disabled user's is Unauthenticated, and which of these
// it is stays untold. Revoking takes effect within a second.
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, error) {
	hash, now := s.secrets.HashToken(token), s.now()
	if actor, ok := s.memory.recall(hash, now); ok {
		return actor, nil
	}
	actor, err := s.store.ActorByToken(ctx, hash, now)
	if fault.KindOf(err) == fault.NotFound {
		return Actor{}, fault.New(fault.Unauthenticated)
	}
	if err == nil {
		s.memory.remember(hash, actor, now)
	}
	return actor, err
}

// CreateToken makes an API token for a user and returns it; it is not kept.
// lifetime is how long it is in force, 0 for until it is revoked.
func (s *Service) CreateToken(ctx context.Context, username, name string, lifetime time.Duration) (string, error) {
	var f fault.Findings
	name = checkName(&f, "/name", name)
	if lifetime < 0 {
		f.Add("/expires", fault.TooSmall, fault.Args{"min": 0})
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	u, err := s.store.UserByName(ctx, username)
	if err != nil {
		return "", err
	}
	plain, hash, err := s.secrets.NewToken()
	if err != nil {
		return "", err
	}
	t := Token{ID: s.ids.New(), UserID: u.ID, Name: name, Hash: hash, CreatedAt: s.now()}
	if lifetime > 0 {
		t.ExpiresAt = t.CreatedAt.Add(lifetime)
	}
	err = s.change(ctx, audit.TokenCreated, audit.Token, t.ID.String(), func(ctx context.Context) error {
		return s.store.InsertToken(ctx, t)
	})
	return plain, err
}

// RevokeToken ends a user's tokens of a name within a second. Without any it is
// NotFound.
func (s *Service) RevokeToken(ctx context.Context, username, name string) error {
	u, err := s.store.UserByName(ctx, username)
	if err != nil {
		return err
	}
	return s.change(ctx, audit.TokenRevoked, audit.User, u.ID.String(), func(ctx context.Context) error {
		n, err := s.store.RevokeToken(ctx, u.ID, strings.TrimSpace(name), s.now())
		if err == nil && n == 0 {
			return fault.New(fault.NotFound)
		}
		return err
	})
}
