package server

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
)

// foreignID is what a request id from outside must look like: digits of a
// random number and nothing that could be a word.
var foreignID = regexp.MustCompile(`^[0-9a-fA-F-]{16,64}$`)

// identify gives every request an id, its own or a gateway's.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !foreignID.MatchString(id) {
			id = rand.Text()
		}
		c.SetRequest(c.Request().WithContext(audit.WithRequestID(c.Request().Context(), id)))
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

// log writes one line for every request: the route's pattern, never the
// address that was asked for, the query or the body.
func (s *Server) log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := s.deps.Clock.Now()
		if err := next(c); err != nil {
			s.fail(err, c) // now, so that the status below is the one that was sent
		}
		route := c.Path()
		if route == "" {
			route = "(none)"
		}
		attributes := []slog.Attr{
			slog.String("method", c.Request().Method), slog.String("route", route), slog.Int("status", c.Response().Status),
			slog.Int64("bytes", c.Response().Size), slog.Duration("took", s.deps.Clock.Now().Sub(start).Round(time.Microsecond)),
			slog.String("request_id", requestID(c)),
		}
		if actor, ok := access.From(c.Request().Context()); ok {
			attributes = append(attributes, slog.String("user", actor.ID.String()))
		}
		if replaced, ok := c.Get("replaced").(int); ok { // characters that a document could not show
			attributes = append(attributes, slog.Int("replaced", replaced))
		}
		s.deps.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", attributes...)
		return nil
	}
}

func requestID(c echo.Context) string { return audit.RequestID(c.Request().Context()) }

// recover turns a panic into an error. Its value may hold anything and is not
// logged, unless the runtime made it.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			failed, isError := value.(error)
			if isError && errors.Is(failed, http.ErrAbortHandler) {
				panic(value)
			}
			what := fmt.Sprintf("%T", value)
			var ours runtime.Error
			if isError && errors.As(failed, &ours) {
				what = ours.Error()
			}
			s.deps.Log.LogAttrs(c.Request().Context(), slog.LevelError, "panic",
				slog.String("what", what), slog.String("stack", string(debug.Stack())), slog.String("request_id", requestID(c)))
			err = errPanic
		}()
		return next(c)
	}
}

var errPanic = errors.New("server: a handler panicked")

// policy is the Content-Security-Policy of everything that is not a page.
const policy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// safeHeaders sets what every answer should have; a page replaces the policy
// with its own.
func (s *Server) safeHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set(echo.HeaderContentSecurityPolicy, policy)
		h.Set(echo.HeaderXContentTypeOptions, "nosniff")
		h.Set(echo.HeaderXFrameOptions, "DENY")
		h.Set(echo.HeaderReferrerPolicy, "no-referrer")
		h.Set(echo.HeaderCacheControl, "no-store")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.config.HTTPS {
			h.Set(echo.HeaderStrictTransportSecurity, "max-age=31536000")
		}
		return next(c)
	}
}

// headAsGet answers HEAD like GET; the body stays away by itself, because
// net/http still knows what was asked for. It stands before Echo, whose
// router doesn't see what a middleware changes.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			get := *r
			get.Method = http.MethodGet
			r = &get
		}
		next.ServeHTTP(w, r)
	})
}

// addresses tells whose request it is. Only a proxy that we trust may say it
// is somebody else's.
func addresses(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{
			IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen()),
		}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
