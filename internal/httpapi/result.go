package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// written is an answer that is a document rather than JSON.
type written struct {
	status      int // 0 is 200
	media       string
	disposition string   // "" where it is for the eye
	policy      string   // Content-Security-Policy in place of the API's own, "" for none
	language    lang.Tag // where it is another than was asked for
	location    string   // of what was made, "" for none
	body        bytes.Buffer
}

func (d *written) send(w http.ResponseWriter) error {
	w.Header().Set(echo.HeaderContentType, d.media)
	w.Header().Set(echo.HeaderContentLength, strconv.Itoa(d.body.Len()))
	if d.disposition != "" {
		w.Header().Set(echo.HeaderContentDisposition, d.disposition)
	}
	if d.policy != "" {
		w.Header().Set(echo.HeaderContentSecurityPolicy, d.policy)
	}
	if d.language != "" {
		w.Header().Set(headerLanguage, string(d.language))
	}
	if d.location != "" {
		w.Header().Set(echo.HeaderLocation, d.location)
	}
	w.WriteHeader(cmp.Or(d.status, http.StatusOK))
	_, err := d.body.WriteTo(w)
	return err
}

// VisitReadResultResponse implements ReadResultResponseObject.
func (d *written) VisitReadResultResponse(w http.ResponseWriter) error { return d.send(w) }

// ReadResult implements GET /assessments/{id}/result.
func (a *API) ReadResult(ctx context.Context, in ReadResultRequestObject) (ReadResultResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	switch callOf(ctx).media {
	case echo.MIMETextHTML:
		return a.resultPage(ctx, in)
	case echo.MIMETextPlain:
		return a.resultText(ctx, in)
	case mimePDF:
		p, err := a.papers.Result(ctx, in.Id, callOf(ctx).language)
		return printed(ctx, p, err)
	}
	found, err := a.Assessments.Result(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return ReadResult200JSONResponse(resultOut(found, words(ctx))), nil
}

func (a *API) resultPage(ctx context.Context, in ReadResultRequestObject) (ReadResultResponseObject, error) {
	found, err := a.Assessments.Result(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	result, err := a.papers.Sources().Gather(ctx, found)
	if err != nil {
		return nil, err
	}
	out := &written{
		media:  "text/html; charset=utf-8",
		policy: "default-src 'none'; style-src " + document.StyleHash() + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
	return out, document.HTML(&out.body, result, callOf(ctx).language)
}

func (a *API) resultText(ctx context.Context, in ReadResultRequestObject) (ReadResultResponseObject, error) {
	found, err := a.Assessments.ResultForRecord(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	result, err := a.papers.Sources().Gather(ctx, found)
	if err != nil {
		return nil, err
	}
	out := &written{media: "text/plain; charset=utf-8"}
	return out, document.Text(&out.body, result, document.Register(found.Register), callOf(ctx).language)
}
