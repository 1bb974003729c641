package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
)

func operationOf(t testing.TB, id string) *operation {
	t.Helper()
	doc, err := LoadContract()
	if err != nil {
		t.Fatal(err)
	}
	all, err := operations(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range all {
		if op.id == id {
			return op
		}
	}
	t.Fatalf("no call %s", id)
	return nil
}

// through sends a request through the checks of a call and returns what comes
// out of them.
func through(t testing.TB, op *operation, r *http.Request, id string) (*call, echo.Context, error) {
	t.Helper()
	e := echo.New()
	c := e.NewContext(r, httptest.NewRecorder())
	c.SetParamNames("id")
	c.SetParamValues(id)
	var in *call
	err := op.check(func(c echo.Context) error {
		in = callOf(c.Request().Context())
		return nil
	})(c)
	return in, c, err
}

const someID = "0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978"

func TestQueriesAreChecked(t *testing.T) {
	for name, one := range map[string]struct {
		call, query string
		want        []string
		left        string
	}{
		"good":             {"listAssessments", "unit=x&from=2023-05-05&limit=100", nil, "from=2023-05-05&limit=100&unit=x"},
		"nothing":          {"listAssessments", "", nil, ""},
		"empty is absent":  {"listAssessments", "unit=&limit=", nil, ""},
		"unknown":          {"listAssessments", "colour=red", []string{"/colour unknown_field"}, ""},
		"twice":            {"listAssessments", "unit=a&unit=b", []string{"/unit duplicate"}, ""},
		"words for number": {"listAssessments", "limit=ten", []string{"/limit wrong_type"}, ""},
		"1e1":              {"listAssessments", "limit=1e1", []string{"/limit wrong_type"}, ""},
		"0":                {"listAssessments", "limit=0", []string{"/limit too_small"}, ""},
		"101":              {"listAssessments", "limit=101", []string{"/limit too_great"}, ""},
		"no such day":      {"listAssessments", "to=2023-02-30", []string{"/to not_a_date"}, ""},
		"unknown segment":  {"listAssessments", "segment=muu", []string{"/segment not_in_list"}, ""},
		"NUL":              {"listAssessments", "unit=a%00", []string{"/unit bad_character"}, ""},
		"not UTF-8":        {"listAssessments", "unit=%ff", []string{"/unit bad_character"}, ""},
		"language":         {"listInstruments", "language=de", []string{"/language not_in_list"}, ""},
		"missing":          {"readDistribution", "", []string{"/from required", "/to required"}, "from=&to="},
		"missing and bad":  {"readDistribution", "from=x&format=doc&dialect=us", []string{"/dialect not_in_list", "/format not_in_list", "/from not_a_date", "/to required"}, "from=&to="},
		"true":             {"readBrochure", "plain=true&language=sv", nil, "language=sv&plain=true"},
		"yes for true":     {"readBrochure", "plain=yes", []string{"/plain wrong_type"}, ""},
		"1 for true":       {"readConsentForm", "plain=1", []string{"/plain wrong_type"}, ""},
		"own language":     {"readConsentDocument", "language=sv", []string{"/language unknown_field"}, ""},
		"none allowed":     {"readConsent", "verbose=1", []string{"/verbose unknown_field"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in, c, err := through(t, operationOf(t, one.call), httptest.NewRequest("GET", "/?"+one.query, nil), someID)
			if err != nil {
				t.Fatal(err)
			}
			if got := found(in.findings); !slices.Equal(got, one.want) {
				t.Errorf("found %q, want %q", got, one.want)
			}
			if got := c.Request().URL.RawQuery; got != one.left {
				t.Errorf("left %q, want %q", got, one.left)
			}
		})
	}
}

func TestWhatMakesTheRestPointlessEndsTheCall(t *testing.T) {
	post := func(body io.Reader, headers ...string) *http.Request {
		r := httptest.NewRequest("POST", "/", body)
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return r
	}
	unsized := func(n int) *http.Request {
		r := post(io.MultiReader(strings.NewReader(strings.Repeat(" ", n))))
		r.ContentLength = -1
		return r
	}
	for name, one := range map[string]struct {
		call string
		r    *http.Request
		id   string
		want fault.Kind
	}{
		"not JSON":           {"createConsent", post(strings.NewReader(`{"language":`)), "", fault.Malformed},
		"empty":              {"createConsent", post(http.NoBody), "", fault.Malformed},
		"empty, no type":     {"createConsent", post(http.NoBody, "Content-Type", ""), "", fault.Malformed},
		"not UTF-8":          {"createConsent", post(strings.NewReader("{\"language\":\"\xff\"}")), "", fault.Malformed},
		"two texts":          {"createConsent", post(strings.NewReader(`{} {}`)), "", fault.Malformed},
		"deep":               {"createConsent", post(strings.NewReader(strings.Repeat("[", 65) + strings.Repeat("]", 65))), "", fault.Malformed},
		"cut off":            {"createConsent", func() *http.Request { r := post(strings.NewReader(`{}`)); r.ContentLength = 10; return r }(), "", fault.Malformed},
		"form":               {"createConsent", post(strings.NewReader(`a=b`), "Content-Type", "application/x-www-form-urlencoded"), "", fault.UnsupportedMediaType},
		"no type":            {"createConsent", post(strings.NewReader(`{}`), "Content-Type", ""), "", fault.UnsupportedMediaType},
		"Latin-1":            {"createConsent", post(strings.NewReader(`{}`), "Content-Type", "application/json; charset=iso-8859-1"), "", fault.UnsupportedMediaType},
		"merge patch":        {"updateAssessment", post(strings.NewReader(`{}`), "Content-Type", "application/merge-patch+json"), someID, fault.UnsupportedMediaType},
		"compressed":         {"createConsent", post(strings.NewReader(`{}`), "Content-Encoding", "gzip"), "", fault.UnsupportedMediaType},
		"too large":          {"createConsent", post(strings.NewReader(strings.Repeat(" ", MaxBody+1))), "", fault.TooLarge},
		"too large, unsized": {"createConsent", unsized(MaxBody + 1), "", fault.TooLarge},
		"malformed id":       {"readConsent", httptest.NewRequest("GET", "/", nil), "7", fault.NotFound},
		"braced id":          {"readConsent", httptest.NewRequest("GET", "/", nil), "{" + someID + "}", fault.NotFound},
		"malformed query":    {"listAssessments", httptest.NewRequest("GET", "/?unit=%zz", nil), "", fault.Malformed},
		"PDF of an assessment": {"readAssessment", func() *http.Request {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept", "application/pdf")
			return r
		}(), someID, fault.NotAcceptable},
		"HTML of a list": {"listAssessments", func() *http.Request {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Accept", "text/html")
			return r
		}(), "", fault.NotAcceptable},
	} {
		t.Run(name, func(t *testing.T) {
			in, _, err := through(t, operationOf(t, one.call), one.r, one.id)
			if in != nil || err == nil || fault.KindOf(err) != one.want {
				t.Errorf("got %v, want %v", err, one.want)
			}
		})
	}
}

func TestBodiesThatMayBeEmpty(t *testing.T) {
	for _, id := range []string{"withdrawConsent", "completeAssessment", "confirmAssessment"} {
		in, _, err := through(t, operationOf(t, id), httptest.NewRequest("POST", "/", http.NoBody), someID)
		if err != nil || len(in.findings) > 0 || in.body != nil {
			t.Errorf("%s: %v %+v", id, err, in)
		}
	}
}

func TestTheFormatOfTheQueryWinsOverAccept(t *testing.T) {
	op := operationOf(t, "readDistribution")
	for target, want := range map[string]string{
		"/?from=2023-05-01&to=2023-05-31":            "text/csv",
		"/?from=2023-05-01&to=2023-05-31&format=svg": "image/svg+xml",
	} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Accept", "text/csv")
		if in, _, err := through(t, op, r, ""); err != nil || in.media != want {
			t.Errorf("%s: %v %v", target, in, err)
		}
	}
}

func TestTheLanguageOfTheQueryWinsOverTheHeader(t *testing.T) {
	for target, want := range map[string]string{"/": "sv", "/?language=en": "en", "/?language=xx": "sv"} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Accept-Language", "sv-FI, fi;q=0.8")
		if in, _, err := through(t, operationOf(t, "readResult"), r, someID); err != nil || string(in.language) != want {
			t.Errorf("%s: %v %v", target, in, err)
		}
	}
}

// FuzzBody in check_test.go covers what is inside a body; this one everything
// around it.
func FuzzRequest(f *testing.F) {
	op := operationOf(f, "createAssessment")
	f.Add("application/json", "", "*/*", `{}`)
	f.Add("application/json; charset=utf-8", "unit=x&%zz", "text/html;q=0.5", assessmentBody())
	f.Add("text/plain", "a=%00", "", "\xff")
	f.Fuzz(func(t *testing.T, contentType, query, accept, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Accept", accept)
		in, c, err := through(t, op, r, "")
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("an error of ours: %v", err)
			}
			return
		}
		var dto NewAssessment
		if in.body != nil {
			if err := (Binder{}).Bind(&dto, c); err != nil {
				t.Fatal(err)
			}
		}
		if sound := in.findings.Err(); sound != nil && fault.KindOf(sound) != fault.Invalid {
			t.Fatal(sound)
		}
	})
}
