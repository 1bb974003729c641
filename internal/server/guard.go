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
		c.SetRequest(c.Request().WithContext(access.With(c.Request().Context(), actor)))
		return s.inTurn(next)(c)
	}
}

// inTurn lets a bounded number of requests work at once, each for a bounded
// time.
func (s *Server) inTurn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.takeTurn(c.Request().Context()); err != nil {
			return err
		}
		defer func() { <-s.turns }()
		ctx, cancel := context.WithTimeout(c.Request().Context(), s.config.RequestTimeout)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// How many wrong passwords or codes are taken from one address, and for one
// user, before there is a pause, and how fast the allowance comes back.
const (
	guessBurst       = 10
	guessesPerSecond = 1.0 / 30
)

// guess counts a password or code that is about to be tried, against its address
// and, where who is known, against whoever it is tried for. right is to be called
// when it was the right one: people who can log in are never kept waiting by
// others behind the same address who can, too.
func (s *Server) guess(address, who string) (right func(), err error) {
	byAddress, err := s.guesses.reserve(network(address).String())
	if err != nil || who == "" {
		return byAddress, err
	}
	byName, err := s.names.reserve(who)
	if err != nil {
		return nil, err
	}
	return func() { byAddress(); byName() }, nil
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
