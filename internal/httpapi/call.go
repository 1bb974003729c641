package httpapi

import (
	"context"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

// Names of headers.
const (
	headerIfMatch        = "If-Match"
	headerIdempotencyKey = "Idempotency-Key"
	headerReplayed       = "Idempotency-Replayed"
	headerETag           = "ETag"
	headerVary           = "Vary"
	headerLanguage       = "Content-Language"
)

// call is what the checks found out about one request. It travels in the
// request's context.
type call struct {
	findings fault.Findings // what is wrong so far
	sent     []byte         // the body as it was sent
	body     *node          // the body without what is wrong with it; nil for none
	media    string         // what the answer is to be
	language lang.Tag       // of the answer
	replaced int            // characters that the document in the answer could not show

	// held says that the handler's answer is kept, to be given again, before it is
	// sent. Where some of it is a secret, the handler answers without that and
	// leaves in once what is sent in its place; it runs after the transaction.
	held bool
	once func(ctx context.Context) (*written, error)
}

type callKey struct{}

// callOf returns what the checks found out; handlers run only behind them.
func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{media: echo.MIMEApplicationJSON, language: lang.Finnish}
	}
	return c
}

const languageKey = "language"

// LanguageOf is the language of the answer to a request: what the query asked
// for, where the call has that, and otherwise what Accept-Language prefers.
func LanguageOf(c echo.Context) lang.Tag {
	if tag, ok := c.Get(languageKey).(lang.Tag); ok {
		return tag
	}
	return locale.Negotiate(c.Request().Header.Get("Accept-Language"))
}

// pathForms are what the parameters of a path look like. What doesn't is not
// found.
var pathForms = map[string]*regexp.Regexp{
	"id":   regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
	"code": regexp.MustCompile(`^[a-z0-9-]{1,64}$`),
}

// check is the middleware that holds a request against its call's part of the
// contract. What makes the rest pointless ends here; what is merely wrong is
// collected for the use case to answer in one go.
func (o *operation) check(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		in := &call{}
		for _, name := range o.path {
			if !pathForms[name].MatchString(c.Param(name)) {
				return fault.New(fault.NotFound)
			}
		}
		if err := o.checkQuery(c, in); err != nil {
			return err
		}
		in.language = LanguageOf(c)
		c.Response().Header().Add(headerVary, "Accept, Accept-Language")
		if err := o.negotiate(c, in); err != nil {
			return err
		}
		if o.body != nil {
			if err := o.checkBody(c.Request(), in); err != nil {
				return err
			}
		}
		r := c.Request()
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), callKey{}, in)))
		c.Response().Header().Set(headerLanguage, string(in.language))
		err := next(c)
		if in.replaced > 0 {
			c.Set("replaced", in.replaced) // for the log
		}
		return err
	}
}

// negotiate finds out what the answer is to be. A format in the query is
// stronger than Accept.
func (o *operation) negotiate(c echo.Context, in *call) error {
	if media, ok := formats[c.QueryParam("format")]; ok && o.query["format"] != nil {
		in.media = media
		return nil
	}
	media, ok := accepted(c.Request().Header.Values("Accept"), o.offers)
	if !ok {
		return fault.New(fault.NotAcceptable)
	}
	in.media = media
	return nil
}

// formats are the values of ?format=.
var formats = map[string]string{
	string(ReportFormatJson): "application/json",
	string(ReportFormatCsv):  "text/csv",
	string(ReportFormatXlsx): "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	string(ReportFormatSvg):  "image/svg+xml",
}

// withQuery gives the request another query without touching the one that
// was sent.
func withQuery(r *http.Request, query string) *http.Request {
	changed, u := *r, *r.URL
	u.RawQuery = query
	changed.URL = &u
	return &changed
}
