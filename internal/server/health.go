package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
)

var healthy = map[string]string{"status": "ok"}

// healthz tells that the process is alive.
func (s *Server) healthz(c echo.Context) error { return c.JSON(http.StatusOK, healthy) }

// pingTimeout bounds how long the database may take to answer.
const pingTimeout = 2 * time.Second

// readyz tells whether calls should be sent here.
func (s *Server) readyz(c echo.Context) error {
	if s.draining.Load() {
		return fault.New(fault.Unavailable)
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), pingTimeout)
	defer cancel()
	if err := s.deps.Database.Ping(ctx); err != nil {
		return fault.Wrap(fault.Unavailable, err)
	}
	return c.JSON(http.StatusOK, healthy)
}
