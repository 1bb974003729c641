package server

import (
	"context"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// maxToken bounds how long a token is looked at, in bytes.
const maxToken = 512

// guard lets calls with a valid token in, a bounded number at a time, and
// counts the others against their address.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		actor, err := s.authenticate(c)
		if fault.KindOf(err) == fault.Unauthenticated {
			if limited := s.limiter.take(c.RealIP()); limited != nil {
				return limited
			}
		}
		if err != nil {
			return err
		}
		if err := s.takeTurn(c.Request().Context()); err != nil {
			return err
		}
		defer func() { <-s.turns }()
		ctx, cancel := context.WithTimeout(access.With(c.Request().Context(), actor), s.config.RequestTimeout)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

func (s *Server) authenticate(c echo.Context) (access.Actor, error) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > maxToken {
		return access.Actor{}, fault.New(fault.Unauthenticated)
	}
	return s.deps.Authenticator.Authenticate(c.Request().Context(), token)
}

// takeTurn waits until fewer calls are at work than may be.
func (s *Server) takeTurn(ctx context.Context) error {
	select {
	case s.turns <- struct{}{}:
		return nil
	default:
	}
	patience := time.NewTimer(s.config.QueueWait)
	defer patience.Stop()
	select {
	case s.turns <- struct{}{}:
		return nil
	case <-patience.C:
		return &fault.Error{Kind: fault.Unavailable, Code: fault.Unavailable.String(), RetryAfter: s.config.QueueWait}
	case <-ctx.Done():
		return fault.Wrap(fault.Unavailable, ctx.Err())
	}
}

// limited is the middleware for what needs no token.
func (s *Server) limited(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.limiter.take(c.RealIP()); err != nil {
			return err
		}
		return next(c)
	}
}
