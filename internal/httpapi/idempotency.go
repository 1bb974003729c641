package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/replay"
)

// repeatable is the middleware for calls that take Idempotency-Key. The answer
// is written down in the transaction of the change, and sent after it: either
// both are there or neither.
func repeatable(guard *replay.Guard) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			in, ctx := callOf(c.Request().Context()), c.Request().Context()
			keys := c.Request().Header.Values(headerIdempotencyKey)
			actor, known := access.From(ctx)
			if len(keys) == 0 || !known {
				return next(c)
			}
			if !validKey(keys) {
				in.findings.Add("/"+headerIdempotencyKey, fault.BadFormat, nil)
				return next(c) // the use case answers with everything else that is wrong
			}
			key := replay.Key{User: actor.ID, Route: c.Request().Method + " " + c.Request().URL.Path, Key: keys[0]}
			hash := sha256.Sum256(in.sent)
			in.held = true
			answer, repeated, err := guard.Do(ctx, key, hash[:], func(ctx context.Context) (replay.Answer, error) {
				return hold(ctx, c, next)
			})
			switch {
			case err != nil:
				return err
			case repeated:
				c.Response().Header().Set(headerReplayed, "true")
			case in.once != nil:
				full, err := in.once(ctx)
				if err != nil {
					return err
				}
				return full.send(c.Response())
			}
			return send(c, answer)
		}
	}
}

func validKey(keys []string) bool {
	if len(keys) != 1 || keys[0] == "" || len(keys[0]) > 200 {
		return false
	}
	for _, r := range keys[0] {
		if r < ' ' || r > '~' {
			return false
		}
	}
	return true
}

// hold makes the call and keeps its answer back until it may go out.
func hold(ctx context.Context, c echo.Context, next echo.HandlerFunc) (replay.Answer, error) {
	outside, request := c.Response(), c.Request()
	held := &holder{header: outside.Header().Clone()}
	c.SetResponse(echo.NewResponse(held, c.Echo()))
	c.SetRequest(request.WithContext(ctx))
	defer func() { // also when the call panics: the error is written outside
		c.SetRequest(request)
		c.SetResponse(outside)
	}()
	if err := next(c); err != nil {
		return replay.Answer{}, err
	}
	return replay.Answer{
		Status: held.status, ContentType: held.header.Get(echo.HeaderContentType), ETag: held.header.Get(headerETag),
		Location: held.header.Get(echo.HeaderLocation), Language: held.header.Get(headerLanguage), Body: held.body.Bytes(),
	}, nil
}

type holder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *holder) Header() http.Header         { return h.header }
func (h *holder) WriteHeader(status int)      { h.status = status }
func (h *holder) Write(p []byte) (int, error) { return h.body.Write(p) }

func send(c echo.Context, a replay.Answer) error {
	header := c.Response().Header()
	for name, value := range map[string]string{headerETag: a.ETag, echo.HeaderLocation: a.Location, headerLanguage: a.Language} {
		if value != "" {
			header.Set(name, value)
		}
	}
	return c.Blob(a.Status, a.ContentType, a.Body)
}
