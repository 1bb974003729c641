package httpapi

import (
	"errors"
	"reflect"
	"strings"

	"github.com/go-playground/validator/v10"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// rules checks what one field says about another: the validate tags that the
// contract gives to the DTOs (x-oapi-codegen-extra-tags).
var rules = func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
}()

// ruleCodes says what a broken rule is called, and which field decides it
// besides the one that the rule stands at. That an answer is a value or a skip
// is found by package assessment, for every edge alike.
var ruleCodes = map[string]struct{ code, other string }{
	"representative_ground/required_if":     {code: fault.GroundRequired, other: "given_by"},
	"representative_ground/excluded_unless": {code: fault.GroundUnexpected, other: "given_by"},
}

// checkRules adds the broken rules of a decoded body to the findings. It says
// nothing about fields that are wrong by themselves already.
func checkRules(f *fault.Findings, body any) error {
	if reflect.Indirect(reflect.ValueOf(body)).Kind() != reflect.Struct {
		return nil // an object without fields is generated as a map
	}
	err := rules.Struct(body)
	var broken validator.ValidationErrors
	if err == nil {
		return nil
	}
	if !errors.As(err, &broken) {
		return err
	}
	for _, one := range broken {
		rule, ok := ruleCodes[one.Field()+"/"+one.Tag()]
		if !ok {
			return err // a tag in the contract without a code here
		}
		object := objectPointer(one.Namespace())
		pointer := object + "/" + one.Field()
		if f.Touches(pointer) || f.Touches(object+"/"+rule.other) {
			continue
		}
		f.Add(pointer, rule.code, nil)
	}
	return nil
}

// objectPointer turns the validator's NewAssessment.client_answers[3].value
// into /client_answers/3.
func objectPointer(namespace string) string {
	parts := strings.Split(namespace, ".")
	var out strings.Builder
	for _, part := range parts[1 : len(parts)-1] {
		name, index, isElement := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		out.WriteString("/" + name)
		if isElement {
			out.WriteString("/" + index)
		}
	}
	return out.String()
}
