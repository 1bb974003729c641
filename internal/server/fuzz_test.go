package server

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
)

// unlimited lets the fuzzer try as often as it likes.
var unlimited = Config{RateBurst: math.MaxInt32}

// tellTale is how many bytes of something that was sent stand in a log or in an
// answer only if they were copied there.
const tellTale = 12

// FuzzAuthorization: nothing but the token itself lets a call in, and what was
// tried instead comes back to nobody and gets into no log.
func FuzzAuthorization(f *testing.F) {
	h := newHouse(f, unlimited, nil)
	const path = "/api/v1/consents/0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978"
	for _, header := range []string{
		"", "Bearer", "Bearer ", "Bearer  TOKEN", "bearer TOKEN", "Bearer TOKEN ", "Bearer\tTOKEN", "Bearer TOKEN, Bearer x", "TOKEN", "Basic TOKEN",
		"Bearer TOKEN\x00", "Bearer TOKENx", "Bearer oma_", "Bearer ' OR 1=1--", "Bearer \xff\xfe", "Bearer " + strings.Repeat("x", 513), "Bearer TOKEN\u00a0",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		header = strings.ReplaceAll(header, "TOKEN", h.token)
		h.Clock.Advance(time.Millisecond) // or the limit of one token would be reached
		h.log.forget()
		answer, body := h.ask("GET", path, "", "Authorization", header)
		scheme, token, _ := strings.Cut(header, " ")
		right := strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(token) == h.token
		want := http.StatusUnauthorized
		if right {
			want = http.StatusNotFound
		}
		if answer.StatusCode != want || !right && answer.Header.Get("WWW-Authenticate") == "" {
			t.Fatalf("%q: %d, want %d: %s", header, answer.StatusCode, want, body)
		}
		if logged := h.log.String(); len(header) >= tellTale && (strings.Contains(logged, header) || strings.Contains(body, header)) || strings.Contains(logged, h.token) {
			t.Fatalf("%q is told: %s %s", header, body, logged)
		}
	})
}

// FuzzQuery: every reading call answers any query, and any wish for a language or
// a form, as the contract promises; never with an error of ours.
func FuzzQuery(f *testing.F) {
	h := newHouse(f, unlimited, nil)
	h.Hire("asiantuntija", access.Expert)
	expert, err := h.Access.CreateToken(h.System(), "asiantuntija", "test", 0)
	h.Must(err)
	contract := apitest.Load(f)
	var paths []string
	for path, item := range contract.Doc.Paths.Map() {
		if item.Get != nil && strings.HasPrefix(path, "/api/") {
			paths = append(paths, strings.ReplaceAll(path, "{id}", "0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978"))
		}
	}
	slices.Sort(paths)
	for i := range paths {
		f.Add(uint8(i), "", "", "")
		f.Add(uint8(i), "from=2023-05-05&to=2023-11-12&format=csv&language=sv", "sv-FI, fi;q=0.8", "text/csv, */*;q=0.1")
	}
	for _, query := range []string{
		"from=2023-02-30&to=9999-12-31", "from=2023-05-01&to=2023-04-30", "from=0000-00-00&to=x", "from=2023-05-01&from=2023-05-02", "cursor=MjAyMw&limit=0",
		"limit=99999999999999999999", "limit=1e2", "unit=%00", "unit=%ff", "%zz", "a;b", "segment=verkosto&segment=", "=", strings.Repeat("a&", 200), "unit=../..", "format=html&dialect=fi-excel",
	} {
		for i := range paths {
			f.Add(uint8(i), query, "*", "*/*")
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, query, language, accept string) {
		path := paths[int(which)%len(paths)]
		token := h.token
		if strings.Contains(path, "/reports/") {
			token = expert
		}
		h.Clock.Advance(time.Millisecond) // or the limit of one token would be reached
		h.log.forget()
		r := httptest.NewRequest("GET", path, nil)
		r.URL.RawQuery = query
		answer, body := h.send(r, []string{"Authorization", "Bearer " + token, "Accept-Language", language, "Accept", accept})
		if answer.StatusCode >= 500 {
			t.Fatalf("%s?%s: %d %s", path, query, answer.StatusCode, body)
		}
		if err := contract.Validate("GET", path, answer, []byte(body)); err != nil {
			t.Fatalf("%s?%s: %d, %v: %s", path, query, answer.StatusCode, err, body)
		}
		if answer.StatusCode >= 400 {
			var problem struct{ Code, Title string }
			if err := json.Unmarshal([]byte(body), &problem); err != nil || problem.Code == "" || problem.Title == "" {
				t.Fatalf("%s?%s: %s", path, query, body)
			}
		}
		logged := h.log.String()
		for _, sent := range []string{query, language, accept} {
			if len(sent) >= tellTale && strings.Contains(logged, sent) {
				t.Fatalf("%q is in the log: %s", sent, logged)
			}
		}
	})
}
