package server

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

func TestEveryKindOfErrorHasItsStatusAndWords(t *testing.T) {
	schema := apitest.Load(t).Doc.Components.Schemas["Problem"].Value
	for _, kind := range fault.Kinds() {
		if statuses[kind] == 0 {
			t.Errorf("%v has no status", kind)
		}
		titles := map[string]bool{}
		for _, tag := range lang.All {
			f := fault.New(kind)
			f.Findings.Add("/unit", fault.UnknownUnit, nil)
			p := problem(f, locale.For(tag), "1234")
			titles[p.Title] = true
			text, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if err := apitest.Matches(schema, text); err != nil {
				t.Errorf("%v in %s: %v", kind, tag, err)
			}
			if bare := p.Detail == "" && p.Errors == nil; bare != (p.Status >= 500) {
				t.Errorf("%v in %s says %s", kind, tag, text)
			}
		}
		if len(titles) != len(lang.All) {
			t.Errorf("%v has the titles %v", kind, titles)
		}
	}
}

func TestErrorsOfOthersAreClassified(t *testing.T) {
	for name, one := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"ours, wrapped":  {errors.Join(errors.New("x"), fault.New(fault.Conflict)), fault.Conflict},
		"Echo's 404":     {echo.ErrNotFound, fault.NotFound},
		"Echo's 405":     {echo.ErrMethodNotAllowed, fault.MethodNotAllowed},
		"generated code": {echo.NewHTTPError(400, "Invalid format for parameter"), fault.Malformed},
		"Echo's others":  {echo.ErrBadGateway, fault.Internal},
		"too slow":       {context.DeadlineExceeded, fault.Unavailable},
		"unknown":        {errors.New("driver: Aino Esimerkki"), fault.Internal},
	} {
		if got := classify(one.err).Kind; got != one.want {
			t.Errorf("%s is %v, want %v", name, got, one.want)
		}
	}
}

func TestErrorsAreInTheReadersLanguage(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	seen := map[string]bool{}
	for header, want := range map[string]string{"fi": "fi", "sv-FI,sv;q=0.9": "sv", "en-GB": "en", "de": "fi"} {
		answer, body := h.ask("GET", "/api/v1/nowhere", "", "Accept-Language", header)
		if got := answer.Header.Get("Content-Language"); answer.StatusCode != 404 || got != want {
			t.Errorf("%s: %d in %s", header, answer.StatusCode, got)
		}
		var p Problem
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		seen[p.Detail] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d different details in three languages", len(seen))
	}
}

func TestOurFailuresSayNothing(t *testing.T) {
	h := newHouse(t, Config{}, func(e *echo.Echo) {
		e.GET("/broken", func(echo.Context) error { return errors.New("relation assessments: Aino Esimerkki") })
		e.GET("/panic", func(echo.Context) error { panic("Aino Esimerkki") })
		e.GET("/index", func(c echo.Context) error { return c.String(200, strings.Split("x", ",")[1+len(c.QueryString())]) })
	})
	for _, path := range []string{"/broken", "/panic", "/index"} {
		answer, body := h.ask("GET", path, "")
		var fields map[string]any
		if err := json.Unmarshal([]byte(body), &fields); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != 500 || len(fields) != 5 || fields["request_id"] != answer.Header.Get("X-Request-Id") {
			t.Errorf("%s: %d %s", path, answer.StatusCode, body)
		}
	}
	logged := h.log.String()
	if !strings.Contains(logged, "index out of range") || !strings.Contains(logged, `"what":"string"`) {
		t.Errorf("the log does not help: %s", logged)
	}
	if strings.Count(logged, "Aino") != 1 { // only the error of a driver, which the store words itself
		t.Errorf("a panic's value is in the log: %s", logged)
	}
}

func TestRetryAfterIsInWholeSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]string{0: "1", time.Millisecond: "1", time.Second: "1", 1001 * time.Millisecond: "2"} {
		if got := retryAfter(wait); got != want {
			t.Errorf("%v: %s, want %s", wait, got, want)
		}
	}
}
