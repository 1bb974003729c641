package httpapi

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// wholeNumber is how a number is written in a query.
var wholeNumber = regexp.MustCompile(`^-?[0-9]{1,18}$`)

// checkQuery checks the query and leaves in it only what is right. An empty
// parameter counts as absent, as an empty field of a form does.
func (o *operation) checkQuery(c echo.Context, in *call) error {
	sent, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return fault.New(fault.Malformed)
	}
	kept := url.Values{}
	for name, values := range sent {
		if value, ok := o.parameterValue(in, name, values); ok {
			kept.Set(name, value)
		}
	}
	for _, name := range o.queryNeeded {
		if _, ok := kept[name]; !ok {
			kept.Set(name, "") // the generated code would end the call without it
			if !in.findings.Touches("/" + name) {
				in.findings.Add("/"+name, fault.Required, nil)
			}
		}
	}
	c.SetRequest(withQuery(c.Request(), kept.Encode()))
	if tag, ok := lang.Parse(kept.Get("language")); ok {
		c.Set(languageKey, tag)
	}
	return nil
}

// parameterValue checks one parameter; false means that it is not to be used.
func (o *operation) parameterValue(in *call, name string, values []string) (string, bool) {
	s, known := o.query[name]
	check := checker{}
	switch {
	case !known && !showable(name):
		check.wrong("", fault.UnknownField, nil)
	case !known:
		check.wrong("/"+escapePointer(name), fault.UnknownField, nil)
	case len(values) > 1:
		check.wrong("/"+name, fault.Duplicate, nil)
	case values[0] == "":
	default:
		n := node{kind: stringKind, text: values[0], bad: !utf8.ValidString(values[0]) || strings.IndexByte(values[0], 0) >= 0}
		switch {
		case s.kind == numberKind && wholeNumber.MatchString(n.text):
			n.kind = numberKind
		case s.kind == boolKind && (n.text == "true" || n.text == "false"):
			n.kind = boolKind
		}
		check.path = []step{{name: name, index: -1}}
		if check.value(s, &n) {
			return n.text, true
		}
	}
	for _, one := range check.findings {
		if len(in.findings) < fault.MaxFindings {
			in.findings.Add(one.Pointer, one.Code, one.Args)
		}
	}
	return "", false
}
