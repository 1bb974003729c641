package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// statuses is the one table from kinds of error to HTTP statuses.
var statuses = map[fault.Kind]int{
	fault.Internal:             http.StatusInternalServerError,
	fault.Malformed:            http.StatusBadRequest,
	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.Forbidden:            http.StatusForbidden,
	fault.NotFound:             http.StatusNotFound,
	fault.MethodNotAllowed:     http.StatusMethodNotAllowed,
	fault.NotAcceptable:        http.StatusNotAcceptable,
	fault.Conflict:             http.StatusConflict,
	fault.Gone:                 http.StatusGone,
	fault.PreconditionFailed:   http.StatusPreconditionFailed,
	fault.TooLarge:             http.StatusRequestEntityTooLarge,
	fault.UnsupportedMediaType: http.StatusUnsupportedMediaType,
	fault.Invalid:              http.StatusUnprocessableEntity,
	fault.PreconditionRequired: http.StatusPreconditionRequired,
	fault.RateLimited:          http.StatusTooManyRequests,
	fault.Unavailable:          http.StatusServiceUnavailable,
}

// echoKinds names the errors that Echo and the generated code make themselves.
var echoKinds = map[int]fault.Kind{
	http.StatusBadRequest:       fault.Malformed,
	http.StatusNotFound:         fault.NotFound,
	http.StatusMethodNotAllowed: fault.MethodNotAllowed,
}

// Problem is an error as the API shows it (RFC 9457).
type Problem struct {
	Type      string  `json:"type"`
	Title     string  `json:"title"`
	Status    int     `json:"status"`
	Code      string  `json:"code"`
	Detail    string  `json:"detail,omitempty"`
	Errors    []Entry `json:"errors,omitempty"`
	RequestID string  `json:"request_id"`
}

// Entry is one thing that is wrong with what was sent.
type Entry struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// problemType makes the type of a problem from its code. It is a name and not
// an address: there is nothing to fetch.
const problemType = "urn:omasuunta:problem:"

// problem words an error. What went wrong with us stays with us: a 5xx has its
// id and nothing more.
func problem(f *fault.Error, words *locale.Printer, requestID string) Problem {
	title, detail := words.Problem(f.Code)
	p := Problem{
		Type: problemType + f.Code, Title: title, Status: statuses[f.Kind], Code: f.Code,
		Detail: detail, RequestID: requestID,
	}
	if p.Status >= http.StatusInternalServerError {
		p.Detail = ""
		return p
	}
	for _, one := range f.Findings {
		p.Errors = append(p.Errors, Entry{Pointer: one.Pointer, Code: one.Code, Detail: words.Finding(one)})
	}
	return p
}

// classify finds out what kind of error it is.
func classify(err error) *fault.Error {
	var own *fault.Error
	var echos *echo.HTTPError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &echos):
		if kind, ok := echoKinds[echos.Code]; ok {
			return fault.New(kind)
		}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Unavailable, err)
	}
	return fault.Wrap(fault.Internal, err)
}

// maxDrain is how much of an unread body is read away before an error is
// answered. Without that the connection would be reset under a caller who is
// still sending, and the answer lost.
const maxDrain = 8 << 20

// fail answers with an error. It is the only place that does.
func (s *Server) fail(err error, c echo.Context) {
	f := classify(err)
	ctx := c.Request().Context()
	if statuses[f.Kind] >= http.StatusInternalServerError {
		s.deps.Log.LogAttrs(ctx, slog.LevelError, "failed", slog.String("code", f.Code), slog.String("error", f.Error()),
			slog.String("route", c.Path()), slog.String("request_id", requestID(c)))
	}
	if c.Response().Committed {
		return // the answer has begun; there is nobody to tell
	}
	if c.Request().Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, c.Request().Body, maxDrain)
	}
	if f.Kind == fault.RateLimited || f.Kind == fault.Unavailable {
		c.Response().Header().Set(echo.HeaderRetryAfter, retryAfter(f.RetryAfter))
	}
	if s.deps.Pages != nil && s.deps.Pages.IsPage(c.Request().URL.Path) {
		if err := s.deps.Pages.Fail(c, statuses[f.Kind], f, requestID(c)); err == nil || c.Response().Committed {
			return
		}
	}
	words := locale.For(httpapi.LanguageOf(c))
	body, _ := json.Marshal(problem(f, words, requestID(c))) // strings and numbers cannot fail
	h := c.Response().Header()
	h.Set("Content-Language", string(words.Tag()))
	if f.Kind == fault.Unauthenticated {
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="omasuunta"`)
	}
	_ = c.Blob(statuses[f.Kind], "application/problem+json", body) // the caller may have gone
}

// retryAfter is a wait in whole seconds, at least one.
func retryAfter(wait time.Duration) string {
	seconds := max(int((wait+time.Second-1)/time.Second), 1)
	return strconv.Itoa(seconds)
}
