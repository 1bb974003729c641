package server

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// inClear keeps passwords, sessions and tokens off lines on which others could
// read them. Without https this machine itself is served, and the proxies that
// the house trusts; of anybody else nothing is looked at that they sent, no
// cookie is set, and they are told why. What holds no secret is for everybody:
// whether the service is well, the description of the API, style sheets.
func (s *Server) inClear(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.overheard(c) && s.secretive(c.Request().URL.Path) {
			return fault.Coded(fault.Forbidden, fault.CodePlainHTTP)
		}
		return next(c)
	}
}

// overheard tells whether others on the way could read a request and its answer.
func (s *Server) overheard(c echo.Context) bool {
	if s.config.HTTPS || s.config.InsecurePlainHTTP || c.Request().TLS != nil {
		return false
	}
	from := peer(c.Request().RemoteAddr)
	return !from.IsLoopback() && !among(s.config.TrustedProxies, from)
}

// secretive tells whether something secret is sent to an address, or comes from it.
func (s *Server) secretive(path string) bool {
	return strings.HasPrefix(path, "/api/") || s.deps.Pages != nil && s.deps.Pages.IsPage(path)
}
