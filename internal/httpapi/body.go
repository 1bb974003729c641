package httpapi

import (
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// MaxBody is the most bytes that a body may have.
const MaxBody = 1 << 20

// checkBody reads the body, finds out what is wrong with it and keeps the
// rest. An error means that there is nothing left to work with.
func (o *operation) checkBody(r *http.Request, in *call) error {
	sent, err := readBody(r)
	if err != nil {
		return err
	}
	in.sent = sent
	switch {
	case len(sent) == 0 && o.bodyNeeded:
		return fault.New(fault.Malformed)
	case len(sent) == 0:
		return nil
	}
	if !isJSON(r.Header) {
		return fault.New(fault.UnsupportedMediaType)
	}
	root, whole, err := parse(string(sent))
	if err != nil {
		return fault.Wrap(fault.Malformed, err)
	}
	findings := checkTree(o.body, &root)
	if !whole {
		findings.Add("", fault.TooMany, fault.Args{"max": maxNodes})
	}
	for _, one := range findings {
		in.findings.Add(one.Pointer, one.Code, one.Args)
	}
	in.body = &root
	return nil
}

// readBody reads a body that is not too large. What is left of a larger one
// is drained by whoever answers.
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > MaxBody {
		return nil, fault.New(fault.TooLarge)
	}
	if r.Body == nil {
		return nil, nil
	}
	var sent []byte
	var err error
	if r.ContentLength >= 0 {
		sent = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, sent)
	} else {
		sent, err = io.ReadAll(io.LimitReader(r.Body, MaxBody+1))
	}
	if err != nil {
		return nil, fault.Wrap(fault.Malformed, err) // cut off; there is hardly anyone left to answer
	}
	if len(sent) > MaxBody {
		return nil, fault.New(fault.TooLarge)
	}
	return sent, nil
}

// isJSON tells whether a body says that it is JSON in UTF-8, not compressed.
func isJSON(h http.Header) bool {
	if coding := h.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return false
	}
	media, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || media != "application/json" {
		return false
	}
	charset, given := parameters["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// Binder decodes what the checks left of a body into its DTO. It is the
// echo.Binder of the whole service, because the generated code asks Echo's.
type Binder struct{}

// Bind decodes the checked body. io.EOF tells the generated code that there is
// none.
func (Binder) Bind(dto any, c echo.Context) error {
	in := callOf(c.Request().Context())
	if in.body == nil {
		return io.EOF
	}
	if err := decode(in.body, dto); err != nil {
		return err
	}
	return checkRules(&in.findings, dto)
}
