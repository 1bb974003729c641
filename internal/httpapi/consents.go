package httpapi

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
)

// CreateConsent implements POST /consents.
func (a *API) CreateConsent(ctx context.Context, in CreateConsentRequestObject) (CreateConsentResponseObject, error) {
	r, err := a.Assessments.GiveConsent(ctx, assessment.GiveConsent{
		Prior: callOf(ctx).findings, Unit: value(in.Body.Unit), Language: string(in.Body.Language),
		Form: string(in.Body.Form), Purposes: texts(in.Body.Purposes), GivenBy: string(in.Body.GivenBy),
		Ground: value(in.Body.RepresentativeGround),
	})
	if err != nil {
		return nil, err
	}
	return CreateConsent201JSONResponse{
		Body:    consentRecord(r),
		Headers: CreateConsent201ResponseHeaders{Location: Prefix + "/consents/" + r.ID.String()},
	}, nil
}

// ReadConsent implements GET /consents/{id}.
func (a *API) ReadConsent(ctx context.Context, in ReadConsentRequestObject) (ReadConsentResponseObject, error) {
	if err := sound(ctx); err != nil {
		return nil, err
	}
	if callOf(ctx).media == mimePDF {
		p, err := a.papers.Consent(ctx, in.Id)
		return printed(ctx, p, err)
	}
	r, err := a.Assessments.Consent(ctx, in.Id)
	if err != nil {
		return nil, err
	}
	return ReadConsent200JSONResponse(consentRecord(r)), nil
}

// WithdrawConsent implements POST /consents/{id}/withdrawal.
func (a *API) WithdrawConsent(ctx context.Context, in WithdrawConsentRequestObject) (WithdrawConsentResponseObject, error) {
	command := assessment.WithdrawConsent{Prior: callOf(ctx).findings, ID: in.Id}
	if in.Body != nil {
		command.Reason = value(in.Body.Reason)
	}
	r, err := a.Assessments.WithdrawConsent(ctx, command)
	if err != nil {
		return nil, err
	}
	return WithdrawConsent200JSONResponse(consentRecord(r)), nil
}

func consentRecord(r consent.Record) Consent {
	return Consent{
		Id: r.ID, Status: ConsentStatus(r.Status()), Unit: r.Unit, Language: LanguageCode(r.Language),
		Form: ConsentForm(r.Form), Purposes: convert[Purpose](r.Purposes), GivenBy: GivenBy(r.GivenBy),
		RepresentativeGround: given(r.Ground), TextVersion: r.TextVersion, TextSha256: r.TextSHA256,
		GivenAt: r.GivenAt, Before: r.Before, WithdrawnAt: givenTime(r.WithdrawnAt), WithdrawalReason: given(r.WithdrawalReason),
	}
}
