package page

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// Failure is what the page of an error shows.
type Failure struct {
	Detail    string
	Findings  []string
	RequestID string // beside an error of ours
	Retry     int    // seconds to wait, 0 for none
}

// failures is the page of errors.
type failures struct{ templates *Templates }

// Failures makes the page that says what went wrong.
func (k *Kit) Failures() (func(c echo.Context, status int, f *fault.Error, requestID string) error, error) {
	t, err := k.Templates(layouts)
	if err != nil {
		return nil, err
	}
	return (&failures{t}).show, nil
}

func (p *failures) show(c echo.Context, status int, f *fault.Error, requestID string) error {
	r := &Request{Context: c, kit: p.templates.kit, prefs: preferencesOf(c)}
	r.Words = locale.For(r.prefs.language(c))
	title, detail := r.Words.Problem(f.Code)
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, policy)
	if r.ByScript() {
		return c.JSON(status, map[string]any{"code": f.Code, "title": title, "detail": detail, "request_id": requestID})
	}
	failure := Failure{Detail: detail, Retry: int(f.RetryAfter.Seconds())}
	if status >= http.StatusInternalServerError {
		failure.RequestID = requestID
	} else {
		for _, one := range f.Findings {
			failure.Findings = append(failure.Findings, r.Words.Finding(one))
		}
	}
	r.kit = p.templates.kit.withoutDatabase()
	return p.templates.Render(r, "problem", &View{Title: title, Focus: true, Status: status, Data: failure})
}

// withoutDatabase is the kit for pages that must work when nothing else does.
func (k *Kit) withoutDatabase() *Kit {
	bare := *k
	bare.demo = nil
	return &bare
}
