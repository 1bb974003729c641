package apitest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
)

func TestTheContractIsSound(t *testing.T) {
	c := apitest.Load(t)
	if err := c.Doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

// Every example in the contract fits the schema that it illustrates, and every
// call has examples of what it takes and of everything it answers.
func TestEveryExampleFitsItsSchema(t *testing.T) {
	c := apitest.Load(t)
	used := map[string]bool{}
	for path, item := range c.Doc.Paths.Map() {
		for method, op := range item.Operations() {
			name := method + " " + path
			if op.RequestBody != nil {
				checkExamples(t, name+" body", op.RequestBody.Value.Content, used)
			}
			for status, ref := range op.Responses.Map() {
				if path == "/openapi.json" || path == "/docs" {
					continue // this description cannot hold itself
				}
				checkExamples(t, name+" "+status, ref.Value.Content, used)
			}
		}
	}
	for name := range c.Doc.Components.Examples {
		if !used["#/components/examples/"+name] {
			t.Errorf("the example %s illustrates nothing", name)
		}
	}
}

func checkExamples(t *testing.T, name string, content openapi3.Content, used map[string]bool) {
	t.Helper()
	for media, described := range content {
		binary := described.Schema.Value.Format == "binary"
		if len(described.Examples) == 0 && !binary {
			t.Errorf("%s: no example of %s", name, media)
		}
		for key, ref := range described.Examples {
			used[ref.Ref] = true
			text, err := json.Marshal(ref.Value.Value)
			if err != nil {
				t.Fatal(err)
			}
			if err := apitest.Matches(described.Schema.Value, text); err != nil {
				t.Errorf("%s: the example %s does not fit: %v", name, key, err)
			}
		}
	}
}

func TestAnAnswerAgainstTheContractIsFound(t *testing.T) {
	c := apitest.Load(t)
	answer := func(status int, media string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {media}}}
	}
	const path = "/api/v1/consents/0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978"
	good := `{"type":"urn:x","title":"x","status":404,"code":"not_found","request_id":"x"}`
	for name, one := range map[string]struct {
		answer *http.Response
		body   string
		fits   bool
	}{
		"a problem":             {answer(404, "application/problem+json"), good, true},
		"plain JSON":            {answer(404, "application/json"), good, false},
		"an undescribed status": {answer(418, "application/problem+json"), good, false},
		"a missing field":       {answer(404, "application/problem+json"), `{"type":"urn:x"}`, false},
		"an extra field":        {answer(404, "application/problem+json"), good[:len(good)-1] + `,"trace":"x"}`, false},
		"a missing header":      {answer(401, "application/problem+json"), good, false},
	} {
		if err := c.Validate("GET", path, one.answer, []byte(one.body)); (err == nil) != one.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}
