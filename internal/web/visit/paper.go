package visit

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/document"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// consentPaper is the consent of an assessment as a file to keep or to print.
func (p *Pages) consentPaper(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	return p.sendConsent(r, id, p.Papers.Consent)
}

// withdrawalPaper is the notice that it was withdrawn.
func (p *Pages) withdrawalPaper(r *page.Request) error {
	id, err := r.ID()
	if err != nil {
		return err
	}
	return p.sendConsent(r, id, p.Papers.Withdrawal)
}

// ownConsentPaper is the consent for the client who gave it at home.
func (p *Pages) ownConsentPaper(r *page.Request) error {
	if r.Session.Actor.Assessment == uuid.Nil {
		return fault.New(fault.NotFound)
	}
	return p.sendConsent(r, r.Session.Actor.Assessment, p.Papers.Consent)
}

func (p *Pages) sendConsent(r *page.Request, of uuid.UUID, write func(context.Context, uuid.UUID) (document.Paper, error)) error {
	a, err := p.Assessments.Assessment(r.Ctx(), of)
	if err != nil {
		return err
	}
	return r.Paper(write(r.Ctx(), a.ConsentID))
}
