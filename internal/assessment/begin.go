package assessment

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Begin is a consent and the assessment that begins under it, as they come in
// together. Unit and language are one field of both; the start's ConsentID is
// not looked at.
type Begin struct {
	Consent GiveConsent
	Start   Start
}

// Begin stores a consent and begins an assessment under it, both or neither, and
// finds everything that is wrong with either at once. With Complete it is scored
// in the same step, and with too few answers nothing is stored.
func (s *Service) Begin(ctx context.Context, in Begin) (a *Assessment, r consent.Record, err error) {
	actor, err := mayBegin(ctx)
	if err != nil {
		return nil, r, err
	}
	if a, r, err = s.begun(ctx, actor, in.Start.ID); err != nil || a != nil {
		return a, r, err
	}
	if err := in.Start.mayBeginAs(actor); err != nil {
		return nil, r, err
	}
	in.Start.Unit = cmp.Or(in.Start.Unit, in.Consent.Unit)
	in.Start.Language = cmp.Or(in.Start.Language, in.Consent.Language)
	in.Consent.Unit, in.Consent.Language = in.Start.Unit, in.Start.Language

	f := append(fault.Findings(nil), in.Consent.Prior...)
	for _, one := range in.Start.Prior {
		f.Add(one.Pointer, one.Code, one.Args)
	}
	if r, err = s.consented(ctx, &f, actor, in.Consent); err != nil {
		return nil, consent.Record{}, err
	}
	if a, err = s.draft(ctx, &f, actor, in.Start); err != nil {
		return nil, consent.Record{}, err
	}
	if !r.Covers(consent.Assessment) && !f.Touches("/purposes") {
		f.Add("/purposes", fault.ConsentPurpose, fault.Args{"purpose": string(consent.Assessment)})
	}
	if err := f.Err(); err != nil {
		return nil, consent.Record{}, err
	}
	a.ConsentID, r.ClientRef, r.Plain = r.ID, a.ClientRef, a.Plain
	action := audit.AssessmentStarted
	if in.Start.Complete {
		action = audit.AssessmentSubmitted
		if err := s.score(a); err != nil {
			return nil, consent.Record{}, err
		}
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.keepConsent(ctx, actor, r); err != nil {
			return err
		}
		added, err := s.store.AddAssessment(ctx, a, actor.Units, s.entry(ctx, actor, action, audit.Assessment, a.ID, a.Unit))
		if err == nil && !added {
			return fault.New(fault.Conflict) // impossible: the consent is valid and nobody else knows it yet
		}
		return err
	})
	if fault.KindOf(err) == fault.Conflict { // the same form, a moment earlier
		if a, r, again := s.begun(ctx, actor, in.Start.ID); again == nil && a != nil {
			return a, r, nil
		}
	}
	if err != nil {
		return nil, consent.Record{}, err
	}
	return shownTo(actor, a), r, nil
}

// begun finds what the same form began before, nil for nothing. A colleague's is
// a Conflict; one that is not the actor's to see is found by adding another with
// the same id, which is a Conflict too.
func (s *Service) begun(ctx context.Context, actor access.Actor, id uuid.UUID) (*Assessment, consent.Record, error) {
	if id == uuid.Nil {
		return nil, consent.Record{}, nil
	}
	a, err := s.store.OwnAssessment(ctx, actor.Scope(), id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, consent.Record{}, nil
	}
	if err == nil && a.CreatedBy != actor.UserID() {
		err = fault.New(fault.Conflict)
	}
	if err != nil {
		return nil, consent.Record{}, err
	}
	r, err := s.store.Consent(ctx, a.ConsentID)
	return shownTo(actor, a), r, err
}

// mayBegin asks for both permissions that beginning takes.
func mayBegin(ctx context.Context) (access.Actor, error) {
	if _, err := access.Require(ctx, access.GiveConsent); err != nil {
		return access.Actor{}, err
	}
	return access.Require(ctx, access.StartAssessment)
}

// Abandon is the wish to give a draft up.
type Abandon struct {
	Prior  fault.Findings
	ID     uuid.UUID
	Reason string // a known code, or own words
}

// Abandon deletes a draft with its answers and writes down that an assessment
// was begun and not finished, on the day of the visit. The consent stays.
func (s *Service) Abandon(ctx context.Context, in Abandon) (n NonParticipation, err error) {
	actor, err := access.Require(ctx, access.AbandonAssessment)
	if err != nil {
		return n, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.own(ctx, actor, access.AbandonAssessment, s.store.OwnAssessmentForUpdate, in.ID)
		if err != nil {
			return err
		}
		if err := open(a); err != nil {
			return err
		}
		f := in.Prior
		n = NonParticipation{
			ID: s.ids.New(), Unit: a.Unit, Battery: a.ProfessionalBattery.Code, Kind: Unfinished,
			Reason: checkWhy(&f, in.Reason), On: a.AssessedOn, By: actor.ID, At: s.now(),
		}
		if err := f.Err(); err != nil {
			return err
		}
		if err := s.store.InsertNonParticipation(ctx, n); err != nil {
			return err
		}
		if err := s.store.DeleteDraft(ctx, a.ID); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx,
			s.entry(ctx, actor, audit.AssessmentAbandoned, audit.Assessment, a.ID, a.Unit),
			s.entry(ctx, actor, audit.NonParticipationRecorded, audit.NonParticipation, n.ID, n.Unit))
	})
	if err != nil {
		return NonParticipation{}, err
	}
	return n, nil
}
