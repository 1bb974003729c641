package httpapi

import (
	"fmt"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/omasuunta/omasuunta/api"
)

// serviceTag marks what package server answers itself.
const serviceTag = "service"

// operation is one call of the contract, compiled.
type operation struct {
	id          string
	path        []string // names of the parameters in the path
	query       map[string]*schema
	queryNeeded []string
	body        *schema // nil without one
	bodyNeeded  bool
	offers      []string // media types of the answer, the first by default
	repeatable  bool     // takes Idempotency-Key
}

// offersFirst is the order in which media types are offered; the contract's
// own is not kept by its reader.
var offersFirst = []string{
	"application/json", "text/html", "text/plain", "text/csv",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "image/svg+xml", mimePDF,
}

// LoadContract is the embedded contract, which is read once, because that takes its
// time. It is shared, so nobody changes it.
func LoadContract() (*openapi3.T, error) { return loadContract() }

var loadContract = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Spec)
	if err != nil {
		return nil, fmt.Errorf("httpapi: the contract: %w", err)
	}
	return doc, nil
})

// operations compiles every call of the contract that this package answers.
func operations(doc *openapi3.T) ([]*operation, error) {
	var all []*operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if slices.Contains(op.Tags, serviceTag) {
				continue
			}
			one, err := compileOperation(op)
			if err != nil {
				return nil, fmt.Errorf("%w (%s %s)", err, method, path)
			}
			all = append(all, one)
		}
	}
	return all, nil
}

func compileOperation(op *openapi3.Operation) (*operation, error) {
	out := &operation{id: op.OperationID, query: map[string]*schema{}, offers: offers(op)}
	for _, ref := range op.Parameters {
		if err := out.parameter(ref.Value); err != nil {
			return nil, err
		}
	}
	if op.RequestBody == nil {
		return out, nil
	}
	body, err := compile(op.RequestBody.Value.Content["application/json"].Schema)
	if err != nil {
		return nil, err
	}
	out.body, out.bodyNeeded = body, op.RequestBody.Value.Required
	return out, nil
}

func (o *operation) parameter(p *openapi3.Parameter) error {
	switch {
	case p.In == openapi3.ParameterInPath && pathForms[p.Name] != nil:
		o.path = append(o.path, p.Name)
	case p.In == openapi3.ParameterInHeader && p.Name == headerIfMatch:
		// the use case says when it is missing
	case p.In == openapi3.ParameterInHeader && p.Name == headerIdempotencyKey:
		o.repeatable = true
	case p.In == openapi3.ParameterInQuery:
		s, err := compile(p.Schema)
		if err != nil {
			return err
		}
		o.query[p.Name] = s
		if p.Required {
			o.queryNeeded = append(o.queryNeeded, p.Name)
		}
	default:
		return fmt.Errorf("httpapi: nobody checks the parameter %s in %s", p.Name, p.In)
	}
	return nil
}

// offers lists the media types of a call's good answers.
func offers(op *openapi3.Operation) []string {
	var found []string
	for _, media := range offersFirst {
		for status, ref := range op.Responses.Map() {
			if status[0] == '2' && ref.Value.Content[media] != nil {
				found = append(found, media)
			}
		}
	}
	return found
}
