package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// Every kind of bad input gets its own answer, in the reader's language.
func TestBadInputGetsItsAnswer(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		form := paperForm(t, c.giveConsent(), 8, 2)
		body, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		nobody := "/assessments/7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"
		stranger, fake := h.stranger, h.as("oma_fake")
		odd := c
		odd.undescribed = true
		for _, one := range []struct {
			name   string
			got    answer
			status int
			code   string
		}{
			{"not JSON", c.call("POST", "/assessments", "{"), 400, "malformed"},
			{"nothing", c.call("POST", "/assessments", ""), 400, "malformed"},
			{"not UTF-8", c.call("POST", "/assessments", []byte("{\"unit\":\"\xff\"}")), 400, "malformed"},
			{"two values", c.call("POST", "/assessments", string(body)+"{}"), 400, "malformed"},
			{"100,000 brackets", c.call("POST", "/assessments", strings.Repeat("[", 100_000)), 400, "malformed"},
			{"no token", stranger.call("GET", "/assessments", nil), 401, "unauthenticated"},
			{"a false token", fake.call("POST", "/assessments", form), 401, "unauthenticated"},
			{"an expert", h.expert.call("POST", "/assessments", form), 403, "forbidden"},
			{"a professional's report", c.call("GET", thisYear(), nil), 403, "forbidden"},
			{"absent", c.call("GET", nobody, nil), 404, "not_found"},
			{"malformed id", c.call("GET", "/assessments/1", nil), 404, "not_found"},
			{"no such path", odd.call("GET", "/nothing", nil), 404, "not_found"},
			{"wrong method", odd.call("PUT", "/assessments", form), 405, "method_not_allowed"},
			{"nothing to accept", c.with("Accept", "image/png").call("GET", "/instruments", nil), 406, "not_acceptable"},
			{"over 1 MiB", c.call("POST", "/assessments", `{"unit":"`+strings.Repeat("ö", 600_000)+`"}`), 413, "too_large"},
			{"not JSON by its type", c.with("Content-Type", "text/plain").call("POST", "/assessments", form), 415, "unsupported_media_type"},
			{"no If-Match on what is absent", c.call("PATCH", nobody, object{"mode": "paper"}), 404, "not_found"},
			{"an array", c.call("POST", "/assessments", "[]"), 422, "invalid"},
			{"a number", c.call("POST", "/assessments", "7"), 422, "invalid"},
			{"unknown query", c.call("GET", "/assessments?colour=red", nil), 422, "invalid"},
			{"unknown language", c.call("GET", "/instruments?language=de", nil), 422, "invalid"},
			{"a broken cursor", c.call("GET", "/assessments?cursor=x", nil), 422, "invalid"},
			{"too long a list", c.call("GET", "/assessments?limit=101", nil), 422, "invalid"},
		} {
			if one.got.Status != one.status {
				t.Errorf("%s: %d, want %d: %s", one.name, one.got.Status, one.status, one.got.Body)
				continue
			}
			checkProblem(t, one.name, one.got, one.code)
		}
	})
}

func checkProblem(t *testing.T, name string, a answer, code string) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s: Content-Type %q", name, got)
	}
	p := a.JSON(t)
	if p["code"] != code || p["status"] != float64(a.Status) {
		t.Errorf("%s: code %v status %v, want %s %d", name, p["code"], p["status"], code, a.Status)
	}
	for _, field := range []string{"type", "title", "detail", "request_id"} {
		if text, _ := p[field].(string); text == "" {
			t.Errorf("%s: no %s: %s", name, field, a.Body)
		}
	}
}

// All wrong fields are named at once, whoever finds them: the schema, the rules
// across fields, or what only the service knows.
func TestEveryWrongFieldAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bad := object{
		"consent_id": "7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b", // unknown
		"unit":       "seniori-info",                         // another's
		"register":   "police", "language": nil, "battery": "horoscope", "mode": 7, "assessed_on": "2023-02-30",
		"expected_segment": "paras", "client_ref": strings.Repeat("x", 65), "colour": "red",
		"client_answers": list{
			object{"item": "everyday-life", "value": 11},
			object{"item": "everyday-life", "value": 1},
			object{"item": "no-such-item", "value": 1},
			object{"item": "money", "value": 1, "skip": "discuss"},
			object{"item": "housing"},
			object{"item": "safety", "skip": "tired"},
			object{"item": "felt-health", "value": 7.5},
			object{"item": "mood-and-coping", "value": 5, "comment": "a\x00b"},
			"a text",
		},
	}
	want := map[string]string{
		"/consent_id": "consent_missing", "/unit": "unknown_unit", "/register": "not_in_list", "/language": "null_value",
		"/battery": "unknown_battery", "/mode": "wrong_type", "/assessed_on": "not_a_date", "/expected_segment": "not_in_list",
		"/client_ref": "too_long", "/colour": "unknown_field",
		"/client_answers/0/value": "too_great", "/client_answers/1/item": "duplicate", "/client_answers/2/item": "unknown_item",
		"/client_answers/3": "value_or_skip", "/client_answers/4": "value_or_skip", "/client_answers/5/skip": "not_in_list",
		"/client_answers/6/value": "wrong_type", "/client_answers/7/comment": "bad_character", "/client_answers/8": "wrong_type",
	}
	details := map[string]map[string]string{}
	for _, language := range []string{"fi", "sv", "en"} {
		a := h.professional.with("Accept-Language", language).want(422, "POST", "/assessments", bad)
		checkProblem(t, language, a, "invalid")
		got := pointers(a.JSON(t))
		for pointer, code := range want {
			if got[pointer] != code {
				t.Errorf("%s: %s is %q, want %q", language, pointer, got[pointer], code)
			}
		}
		for pointer, code := range got {
			if want[pointer] == "" {
				t.Errorf("%s: %s is reported as %q, and nothing is wrong with it", language, pointer, code)
			}
		}
		details[language] = map[string]string{}
		for _, one := range a.JSON(t)["errors"].([]any) {
			e := one.(object)
			details[language][e["pointer"].(string)], _ = e["detail"].(string)
		}
		if a.Header.Get("Content-Language") != language {
			t.Errorf("Content-Language %q, want %s", a.Header.Get("Content-Language"), language)
		}
	}
	for pointer := range want {
		fi, sv, en := details["fi"][pointer], details["sv"][pointer], details["en"][pointer]
		if fi == "" || fi == sv || sv == en || strings.Contains(fi+sv+en, "finding.") {
			t.Errorf("%s is not said in three languages: %q, %q, %q", pointer, fi, sv, en)
		}
	}
}

// Strange but possible input: a clear error or a right result.
func TestStrangeInput(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		form := paperForm(t, c.giveConsent(), 8, 2)

		var many list
		for i := range 10_000 {
			many = append(many, object{"item": fmt.Sprintf("item-%d", i), "value": 1})
		}
		crowded := without(form, "client_answers")
		crowded["client_answers"] = many
		problem := c.want(422, "POST", "/assessments", crowded).JSON(t)
		if n := len(problem["errors"].([]any)); n < 1 || n > 100 {
			t.Errorf("10,000 answers: %d findings", n)
		}

		raw, err := json.Marshal(form)
		if err != nil {
			t.Fatal(err)
		}
		splice := func(comment string) string {
			return strings.Replace(string(raw), `{"item":"everyday-life"`, `{"comment":"`+comment+`","item":"everyday-life"`, 1)
		}
		for name, comment := range map[string]string{"NUL": `a\u0000b`, "a lone surrogate": `a\ud800b`, "surrogates in the wrong order": `\udc00\ud800`} {
			a := c.want(422, "POST", "/assessments", splice(comment))
			if got := pointers(a.JSON(t)); len(got) != 1 || !strings.HasSuffix(firstKey(got), "/comment") {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		for name, one := range map[string]struct{ comment, want string }{
			"NFD umlauts": {`o\u0308a\u0308`, "öä"}, "an emoji": {`\ud83d\ude00`, "😀"}, "markup": {`<script>alert(1)</script>`, "<script>alert(1)</script>"},
			"right to left": {"שלום", "שלום"}, "quotes": {`\"'; DROP TABLE assessments; --`, `"'; DROP TABLE assessments; --`},
		} {
			a := c.want(201, "POST", "/assessments", splice(one.comment)).JSON(t)
			if got := a["client_answers"].([]any)[0].(object)["comment"]; got != one.want {
				t.Errorf("%s came back as %q, want %q", name, got, one.want)
			}
		}
		// 7.0 is the whole number 7.
		whole := strings.Replace(string(raw), `"value":8`, `"value":8.0`, 1)
		c.want(201, "POST", "/assessments", whole)
		twice := strings.Replace(string(raw), `{`, `{"mode":"paper","mode":"phone",`, 1)
		c.want(422, "POST", "/assessments", twice)
		future := without(form)
		future["assessed_on"] = "2999-01-01"
		if got := pointers(c.want(422, "POST", "/assessments", future).JSON(t)); got["/assessed_on"] != "in_the_future" {
			t.Errorf("a visit in the future: %v", got)
		}
		past := without(form)
		past["assessed_on"], past["mode"] = "2023-05-05", "paper"
		c.want(201, "POST", "/assessments", past)
	})
}

func firstKey(m map[string]string) string {
	for k := range m {
		return k
	}
	return ""
}

// A form that is not complete enough is refused whole.
func TestWholeFormIsAllOrNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	form := paperForm(t, c.giveConsent(), 8, 2)
	form["client_answers"] = form["client_answers"].(list)[:9] // 9 of 12 is under 80 %
	problem := c.want(422, "POST", "/assessments", form).JSON(t)
	if problem["code"] != "insufficient_answers" || pointers(problem)["/client_answers"] != "too_few_answers" {
		t.Errorf("%v", problem)
	}
	if n := len(c.get("/assessments")["data"].([]any)); n != 0 {
		t.Errorf("%d assessments stored by a refused call", n)
	}
	form["client_answers"] = answersTo(t, "individual-client", 8)[:10]
	c.want(201, "POST", "/assessments", form)
}

// Calls without a valid token are held back, with an hour hand on how long.
func TestUnauthenticatedCallsAreLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	fake := h.as("oma_fake")
	for range 2000 {
		a := fake.call("GET", "/assessments", nil)
		if a.Status == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" || a.JSON(t)["code"] != "rate_limited" {
				t.Errorf("429 without Retry-After: %s", a.Body)
			}
			h.professional.get("/assessments") // whoever has a token is not held back
			return
		}
	}
	t.Error("2,000 calls with a false token and no limit")
}

// Behind a proxy that is named, each caller has a limit of its own; anybody
// else's X-Forwarded-For is not believed.
func TestOnlyNamedProxiesAreBelieved(t *testing.T) {
	t.Parallel()
	exhaust := func(h *house, forwarded string) int {
		fake := h.as("oma_fake").with("X-Forwarded-For", forwarded)
		fake.undescribed = true // checking every answer would be slower than the allowance comes back
		for range 2000 {
			if a := fake.call("GET", "/assessments", nil); a.Status != http.StatusUnauthorized {
				return a.Status
			}
		}
		return http.StatusUnauthorized
	}
	next := func(h *house) int {
		return h.as("oma_fake").with("X-Forwarded-For", "198.51.100.2").call("GET", "/assessments", nil).Status
	}
	url := testkit.SQLiteFrom(t, "house", build)
	trusting := &house{instance: start(t, "serve", "--database", url, "--trusted-proxy", "127.0.0.1")}
	if got := exhaust(trusting, "198.51.100.1"); got != http.StatusTooManyRequests {
		t.Fatalf("no limit: %d", got)
	}
	if got := next(trusting); got != http.StatusUnauthorized {
		t.Errorf("another caller behind a named proxy: %d", got)
	}
	plain := newHouse(t)
	exhaust(plain, "198.51.100.1")
	if got := next(plain); got != http.StatusTooManyRequests {
		t.Errorf("a caller who names another address in a header got away: %d", got)
	}
}
