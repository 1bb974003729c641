package invitation

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Mine is the invitation of the client who asks.
func (s *Service) Mine(ctx context.Context) (Invitation, error) {
	actor, err := access.Require(ctx, access.AcceptInvitation)
	if err != nil {
		return Invitation{}, err
	}
	i, err := s.store.Invitation(ctx, actor.ID)
	if err != nil {
		return Invitation{}, err
	}
	return s.shown(i), nil
}

// Accept is the client's consent as it comes in.
type Accept struct {
	Prior       fault.Findings
	Language    string // "" is the invitation's
	Plain       *bool  // nil is the invitation's
	Purposes    []string
	GivenBy     string
	Ground      string // with a representative, and only then
	SignedName  string
	TextVersion int // of the text that was read; 0 is the current one
}

// Accept gives consent and begins the assessment that the client then answers.
// A second time returns the assessment that is there. An invitation that is
// over is Gone.
func (s *Service) Accept(ctx context.Context, in Accept) (a *assessment.Assessment, err error) {
	actor, err := access.Require(ctx, access.AcceptInvitation)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		i, err := s.mine(ctx, actor)
		if err != nil {
			return err
		}
		if i.Assessment != uuid.Nil {
			actor.Assessment = i.Assessment // the session may be older than the consent
			a, err = s.assessments.Assessment(access.With(ctx, actor), i.Assessment)
			return err
		}
		a, err = s.begin(ctx, in, &i)
		if err != nil {
			return err
		}
		i.Assessment, i.AnsweredAt = a.ID, time.Time{} // one before it may have been given up
		return s.store.UpdateInvitation(ctx, i)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// mine reads the client's own invitation, which must not be over, and keeps it
// until the transaction ends.
func (s *Service) mine(ctx context.Context, actor access.Actor) (Invitation, error) {
	i, err := s.store.InvitationForUpdate(ctx, actor.ID)
	if err != nil {
		return Invitation{}, err
	}
	return i, s.open(i)
}

func (s *Service) begin(ctx context.Context, in Accept, i *Invitation) (*assessment.Assessment, error) {
	if in.Plain != nil {
		i.Plain = *in.Plain
	}
	language := in.Language
	if language == "" {
		language = string(i.Language)
	}
	a, _, err := s.assessments.Begin(ctx, assessment.Begin{
		Consent: assessment.GiveConsent{
			Prior: in.Prior, Unit: i.Unit, Language: language, Form: string(consent.Electronic), Purposes: in.Purposes,
			GivenBy: in.GivenBy, Ground: in.Ground, SignedName: in.SignedName, TextVersion: in.TextVersion,
		},
		Start: assessment.Start{
			Unit: i.Unit, Register: string(i.Register), Language: language, Plain: i.Plain, Battery: i.Battery,
			Mode: string(assessment.Self), ClientRef: i.ClientRef,
		},
	})
	if err != nil {
		return nil, err
	}
	i.Language = a.Language
	return a, nil
}

// Decline is the client not wanting to take part: the invitation is cancelled
// and, in the name of whoever invited, counted among those who did not want to.
// A reason is never asked for; without one it is "not_interested". After
// consent it is a Conflict, because an assessment is there already.
func (s *Service) Decline(ctx context.Context, reason string) error {
	const pointer = "/reason"
	actor, err := access.Require(ctx, access.AcceptInvitation)
	if err != nil {
		return err
	}
	var f fault.Findings
	reason = strings.TrimSpace(reason)
	checkLength(&f, pointer, reason, assessment.MaxGround)
	if err := f.Err(); err != nil {
		return err
	}
	if reason == "" {
		reason = "not_interested"
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		i, err := s.mine(ctx, actor)
		if err != nil {
			return err
		}
		if i.Assessment != uuid.Nil {
			return fault.New(fault.Conflict)
		}
		now := s.now()
		n := assessment.NonParticipation{
			ID: s.ids.New(), Unit: i.Unit, Battery: i.Battery, Kind: assessment.DeclinedToTakePart, Reason: reason,
			On: calendar.DayOf(now), By: i.CreatedBy, At: now,
		}
		if err := s.store.InsertNonParticipation(ctx, n); err != nil {
			return err
		}
		if err := s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.NonParticipationRecorded, audit.NonParticipation, n.ID, n.Unit)); err != nil {
			return err
		}
		return s.cancel(ctx, actor, i)
	})
}

// Ready is the client saying that the own part is ready. The answers can be
// changed until the professional completes the assessment. A second time
// changes nothing. Before consent it is Invalid, "consent_required".
func (s *Service) Ready(ctx context.Context) error {
	actor, err := access.Require(ctx, access.AcceptInvitation)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		i, err := s.mine(ctx, actor)
		if err != nil || i.answered() {
			return err
		}
		if i.Assessment == uuid.Nil {
			return fault.Coded(fault.Invalid, fault.CodeConsentRequired)
		}
		i.AnsweredAt = s.now()
		if err := s.store.UpdateInvitation(ctx, i); err != nil {
			return err
		}
		return s.note(ctx, actor, audit.InvitationAnswered, i)
	})
}
