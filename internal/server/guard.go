package server

import (
	"context"
	"crypto/sha256"
	"strings"

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
		c.Set(callerKey, tokenOf(c))
		return s.inTurn(next)(c)
	}
}

const (
	// callerKey is where the token of a call is kept for inTurn.
	callerKey = "caller"
	// callBurst is how many seconds' worth of calls may come at once.
	callBurst = 100
)

// inTurn lets a bounded number of requests work at once, of one caller and of
// all, each for a bounded time. Whoever makes more calls over a long time than
// work could need is told to wait.
func (s *Server) inTurn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		who, known := caller(c)
		if known {
			if _, err := s.calls.reserve(who); err != nil {
				return err
			}
		}
		leave, err := s.shares.enter(c.Request().Context(), who, s.config.QueueWait)
		if err != nil {
			return err
		}
		defer leave()
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

// caller is for whom a request is counted: a token, a user or invited client on
// pages, or an address, which is counted elsewhere.
func caller(c echo.Context) (who string, known bool) {
	if token, ok := c.Get(callerKey).(string); ok {
		sum := sha256.Sum256([]byte(token)) // what is in memory opens nothing
		return "token " + string(sum[:]), true
	}
	if actor, ok := access.From(c.Request().Context()); ok {
		return "user " + actor.ID.String(), true
	}
	return "address " + network(c.RealIP()).String(), false
}

// How many wrong passwords or codes are taken from one address, and for one
// user, before there is a pause, and how fast the allowance comes back.
const (
	guessBurst       = 10
	guessesPerSecond = 1.0 / 30
)

// guess counts a password or code that is about to be tried. Strangers' tries
// are counted against their address and, where it is known, against whoever they
// are for. Of those who have shown something before, a session or a browser that
// this user has logged in with, only what they have shown counts: no number of
// strangers' tries keeps them waiting, nor anybody else behind their address.
// right is to be called when it was the right one.
func (s *Server) guess(address, who, own string) (right func(), err error) {
	if own != "" {
		return s.own.reserve(own)
	}
	byAddress, err := s.guesses.reserve(network(address).String())
	if err != nil || who == "" {
		return byAddress, err
	}
	byName, err := s.names.reserve(who)
	if err != nil {
		byAddress() // nothing was tried
		return nil, err
	}
	return func() { byAddress(); byName() }, nil
}

// tokenOf is what a call brings as a token, "" for nothing that could be one.
func tokenOf(c echo.Context) string {
	scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || len(token) > maxToken {
		return ""
	}
	return token
}

func (s *Server) authenticate(c echo.Context) (access.Actor, error) {
	token := tokenOf(c)
	if token == "" {
		return access.Actor{}, fault.New(fault.Unauthenticated)
	}
	return s.deps.Authenticator.Authenticate(c.Request().Context(), token)
}

// takeTurn waits until fewer calls are at work than may be.
func (s *Server) takeTurn(ctx context.Context) error {
	taken, err := wait(ctx, s.turns, s.config.QueueWait)
	if err == nil && !taken {
		return &fault.Error{Kind: fault.Unavailable, Code: fault.Unavailable.String(), RetryAfter: s.config.QueueWait}
	}
	return err
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
