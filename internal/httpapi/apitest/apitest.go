// Package apitest holds answers against the contract, for tests of anything
// that speaks the REST API.
//
// It may be imported by tests only.
package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omasuunta/omasuunta/internal/httpapi"
)

// Contract is the contract, ready to hold answers against.
type Contract struct {
	Doc   *openapi3.T
	calls []call
}

type call struct {
	method, path string
	form         *regexp.Regexp
	operation    *openapi3.Operation
}

var parameter = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// Load reads the contract.
func Load(t testing.TB) *Contract {
	t.Helper()
	doc, err := httpapi.LoadContract()
	if err != nil {
		t.Fatal(err)
	}
	c := &Contract{Doc: doc}
	for path, item := range doc.Paths.Map() {
		form := regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(path), "[^/]+") + "$")
		for method, op := range item.Operations() {
			c.calls = append(c.calls, call{method: method, path: path, form: form, operation: op})
		}
	}
	return c
}

// Check fails the test when an answer is not one that the contract promises
// for the call: status, media type, headers and body. The body is given apart,
// because the caller will have read it.
func (c *Contract) Check(t testing.TB, method, path string, answer *http.Response, body []byte) {
	t.Helper()
	if err := c.Validate(method, path, answer, body); err != nil {
		t.Errorf("%s %s answered %d against the contract: %v\n%s", method, path, answer.StatusCode, err, excerpt(body))
	}
}

// Validate is Check for those who want the error.
func (c *Contract) Validate(method, path string, answer *http.Response, body []byte) error {
	path, _, _ = strings.Cut(path, "?")
	promised := c.promised(method, path, answer.StatusCode)
	if promised == nil {
		return fmt.Errorf("no such answer is described")
	}
	for name, ref := range promised.Headers {
		if ref.Value.Required && answer.Header.Get(name) == "" {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	media, _, err := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("content type: %w", err)
	}
	described := promised.Content[media]
	if described == nil {
		return fmt.Errorf("the media type %s is not described", media)
	}
	if method == http.MethodHead || !strings.HasSuffix(media, "json") {
		return nil
	}
	return Matches(described.Schema.Value, body)
}

// promised finds the description of an answer. A wrong method or address has
// no call of its own; it is answered with a problem all the same.
func (c *Contract) promised(method, path string, status int) *openapi3.Response {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	for _, one := range c.calls {
		if one.method == method && one.form.MatchString(path) {
			if ref := one.operation.Responses.Status(status); ref != nil {
				return ref.Value
			}
			return nil
		}
	}
	if status == http.StatusNotFound || status == http.StatusMethodNotAllowed {
		return c.Doc.Components.Responses["NotFound"].Value
	}
	return nil
}

// Matches tells whether a JSON text fits a schema, by the full rules of JSON
// Schema 2020-12.
func Matches(schema *openapi3.Schema, text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var value any
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	return schema.VisitJSON(value, openapi3.MultiErrors(), openapi3.EnableFormatValidation(), openapi3.EnableJSONSchema2020())
}

func excerpt(body []byte) []byte {
	if len(body) > 2000 {
		return body[:2000]
	}
	return body
}
