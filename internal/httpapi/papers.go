package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/omasuunta/omasuunta/internal/document"
)

// address is where people reach the service, without a slash at its end.
func (a *API) address() string { return strings.TrimRight(a.PublicURL, "/") }

const mimePDF = "application/pdf"

// printed is the answer with a paper, or the error that came in its place. It is
// never called inside a transaction: making a PDF takes its time.
func printed(ctx context.Context, p document.Paper, err error) (*written, error) {
	if err != nil {
		return nil, err
	}
	file, err := p.Document.PDF()
	if err != nil {
		return nil, err
	}
	callOf(ctx).replaced = file.Replaced
	out := &written{media: mimePDF, disposition: `inline; filename="omasuunta-` + p.Kind + `.pdf"`, language: p.Document.Language}
	out.body.Write(file.Bytes)
	return out, nil
}

// ReadResultDocument implements GET /assessments/{id}/document.pdf.
func (a *API) ReadResultDocument(ctx context.Context, in ReadResultDocumentRequestObject) (ReadResultDocumentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.Result(ctx, in.Id, callOf(ctx).language)
	return printed(ctx, p, err)
}

// ReadConsentDocument implements GET /consents/{id}/document.pdf.
func (a *API) ReadConsentDocument(ctx context.Context, in ReadConsentDocumentRequestObject) (ReadConsentDocumentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.Consent(ctx, in.Id)
	return printed(ctx, p, err)
}

// ReadWithdrawalDocument implements GET /consents/{id}/withdrawal/document.pdf.
func (a *API) ReadWithdrawalDocument(ctx context.Context, in ReadWithdrawalDocumentRequestObject) (ReadWithdrawalDocumentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.Withdrawal(ctx, in.Id)
	return printed(ctx, p, err)
}

// ReadFileDocument implements GET /consents/{id}/file/document.pdf.
func (a *API) ReadFileDocument(ctx context.Context, in ReadFileDocumentRequestObject) (ReadFileDocumentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.File(ctx, in.Id, callOf(ctx).language)
	return printed(ctx, p, err)
}

// ReadBrochure implements GET /brochure/document.pdf.
func (a *API) ReadBrochure(ctx context.Context, in ReadBrochureRequestObject) (ReadBrochureResponseObject, error) {
	if err := readContent(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.Brochure(ctx, callOf(ctx).language, value(in.Params.Plain))
	return printed(ctx, p, err)
}

// ReadConsentForm implements GET /consent-texts/form/document.pdf.
func (a *API) ReadConsentForm(ctx context.Context, in ReadConsentFormRequestObject) (ReadConsentFormResponseObject, error) {
	if err := readContent(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.ConsentForm(ctx, callOf(ctx).language, value(in.Params.Plain))
	return printed(ctx, p, err)
}

// ReadForm implements GET /instruments/{code}/form/document.pdf.
func (a *API) ReadForm(ctx context.Context, in ReadFormRequestObject) (ReadFormResponseObject, error) {
	if err := readContent(ctx); err != nil {
		return nil, err
	}
	p, err := a.papers.Form(ctx, in.Code, callOf(ctx).language, value(in.Params.Plain), a.address())
	return printed(ctx, p, err)
}

// VisitReadConsentResponse implements ReadConsentResponseObject.
func (d *written) VisitReadConsentResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadResultDocumentResponse implements ReadResultDocumentResponseObject.
func (d *written) VisitReadResultDocumentResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadConsentDocumentResponse implements ReadConsentDocumentResponseObject.
func (d *written) VisitReadConsentDocumentResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadWithdrawalDocumentResponse implements ReadWithdrawalDocumentResponseObject.
func (d *written) VisitReadWithdrawalDocumentResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadFileDocumentResponse implements ReadFileDocumentResponseObject.
func (d *written) VisitReadFileDocumentResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadBrochureResponse implements ReadBrochureResponseObject.
func (d *written) VisitReadBrochureResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadConsentFormResponse implements ReadConsentFormResponseObject.
func (d *written) VisitReadConsentFormResponse(w http.ResponseWriter) error { return d.send(w) }

// VisitReadFormResponse implements ReadFormResponseObject.
func (d *written) VisitReadFormResponse(w http.ResponseWriter) error { return d.send(w) }
