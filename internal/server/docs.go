package server

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"
	"go.yaml.in/yaml/v3"

	"github.com/omasuunta/omasuunta/api"
	"github.com/omasuunta/omasuunta/internal/httpapi"
)

//go:embed docs/page.html docs/page.css
var docsFiles embed.FS

// description is the API's description in two forms, made once at start.
type description struct {
	asJSON, asPage []byte
	pagePolicy     string
}

// describe renders the contract. The page is plain HTML with one style sheet
// and no script, so that it needs nothing from anywhere. It is the same for every
// server.
var describe = sync.OnceValues(func() (*description, error) {
	asJSON, err := specJSON()
	if err != nil {
		return nil, err
	}
	doc, err := httpapi.LoadContract()
	if err != nil {
		return nil, err
	}
	style, err := docsFiles.ReadFile("docs/page.css")
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	tmpl, err := template.New("page.html").Funcs(template.FuncMap{"prose": prose}).ParseFS(docsFiles, "docs/page.html")
	if err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	var page bytes.Buffer
	if err := tmpl.Execute(&page, map[string]any{"Doc": doc, "Style": template.CSS(style), "Groups": groupCalls(doc), "Schemas": listSchemas(doc)}); err != nil {
		return nil, fmt.Errorf("server: %w", err)
	}
	sum := sha256.Sum256(style)
	return &description{asJSON: asJSON, asPage: page.Bytes(), pagePolicy: fmt.Sprintf(
		"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		base64.StdEncoding.EncodeToString(sum[:]))}, nil
})

func (d *description) json(c echo.Context) error {
	return c.Blob(http.StatusOK, echo.MIMEApplicationJSON, d.asJSON)
}

func (d *description) page(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderContentSecurityPolicy, d.pagePolicy)
	return c.HTMLBlob(http.StatusOK, d.asPage)
}

// specJSON is the contract as JSON, without what only the code generator reads.
func specJSON() ([]byte, error) {
	var spec any
	if err := yaml.Unmarshal(api.Spec, &spec); err != nil {
		return nil, fmt.Errorf("server: the contract: %w", err)
	}
	strip(spec)
	out, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("server: the contract: %w", err)
	}
	return out, nil
}

func strip(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if strings.HasPrefix(key, "x-go-") || strings.HasPrefix(key, "x-oapi-codegen-") {
				delete(v, key)
				continue
			}
			strip(inner)
		}
	case []any:
		for _, inner := range v {
			strip(inner)
		}
	}
}

// prose turns the little Markdown of the contract (paragraphs, **bold**,
// `code`) into HTML.
func prose(text string) template.HTML {
	var out strings.Builder
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		safe := template.HTMLEscapeString(paragraph)
		safe = alternate(safe, "**", "<strong>", "</strong>")
		safe = alternate(safe, "`", "<code>", "</code>")
		out.WriteString("<p>" + safe + "</p>\n")
	}
	return template.HTML(out.String()) // escaped above
}

func alternate(text, mark, opening, closing string) string {
	parts := strings.Split(text, mark)
	if len(parts)%2 == 0 {
		return text // a mark without its partner
	}
	for i := 1; i < len(parts); i += 2 {
		parts[i] = opening + parts[i] + closing
	}
	return strings.Join(parts, "")
}

// callGroup is the calls under one heading.
type callGroup struct {
	Name, Description string
	Calls             []callDoc
}

type callDoc struct {
	ID, Method, Path, Summary, Description string
	Parameters                             []fieldDoc
	Body                                   *bodyDoc
	Answers                                []answerDoc
}

type bodyDoc struct {
	Schema   string
	Required bool
	Examples []exampleDoc
}

type answerDoc struct {
	Status, Description string
	Bodies              []bodyDoc
	Media               []string
}

type exampleDoc struct{ Summary, Text string }

type fieldDoc struct {
	Name, In, Type, Description string
	Required                    bool
}

func groupCalls(doc *openapi3.T) []callGroup {
	groups := make([]callGroup, len(doc.Tags))
	for i, tag := range doc.Tags {
		groups[i] = callGroup{Name: tag.Name, Description: tag.Description}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			i := slices.IndexFunc(groups, func(g callGroup) bool { return slices.Contains(op.Tags, g.Name) })
			groups[i].Calls = append(groups[i].Calls, call(method, path, op))
		}
	}
	for _, g := range groups {
		slices.SortFunc(g.Calls, func(a, b callDoc) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
	}
	return groups
}

func call(method, path string, op *openapi3.Operation) callDoc {
	out := callDoc{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description}
	for _, ref := range op.Parameters {
		p := ref.Value
		out.Parameters = append(out.Parameters, fieldDoc{
			Name: p.Name, In: p.In, Type: typeOf(p.Schema), Description: p.Description, Required: p.Required,
		})
	}
	if op.RequestBody != nil {
		body := bodies(op.RequestBody.Value.Content)[0]
		body.Required = op.RequestBody.Value.Required
		out.Body = &body
	}
	for status, ref := range op.Responses.Map() {
		out.Answers = append(out.Answers, answer(status, ref.Value))
	}
	slices.SortFunc(out.Answers, func(a, b answerDoc) int { return cmp.Compare(a.Status, b.Status) })
	return out
}

func answer(status string, r *openapi3.Response) answerDoc {
	out := answerDoc{Status: status, Bodies: bodies(r.Content)}
	if r.Description != nil {
		out.Description = *r.Description
	}
	for media := range r.Content {
		out.Media = append(out.Media, media)
	}
	slices.Sort(out.Media)
	return out
}

func bodies(content openapi3.Content) []bodyDoc {
	var all []bodyDoc
	for _, media := range content {
		body := bodyDoc{Schema: schemaName(media.Schema)}
		for _, name := range sortedKeys(media.Examples) {
			example := media.Examples[name].Value
			body.Examples = append(body.Examples, exampleDoc{Summary: cmp.Or(example.Summary, name), Text: exampleText(example.Value)})
		}
		all = append(all, body)
	}
	slices.SortFunc(all, func(a, b bodyDoc) int { return cmp.Compare(b.Schema, a.Schema) })
	return all
}

func exampleText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return ""
	}
	return string(text)
}
