package assessment

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// GiveConsent is a client's consent as it comes in.
type GiveConsent struct {
	Prior    fault.Findings // what the edge found wrong already
	Unit     string         // one of the actor's own; "" is the actor's first
	Language string
	Form     string
	Purposes []string
	GivenBy  string
	Ground   string // with a representative, and only then

	SignedName  string // typed by whoever gave it; "" where nobody did
	TextVersion int    // of the text that was read; 0 is the current one

	// SignedText is the version of the text that was signed on paper, which may
	// have been printed before the current one was written; 0 is the current one.
	// It goes with the form "paper" alone.
	SignedText int
}

// CurrentText is the consent text that a client is asked to agree to now.
func (s *Service) CurrentText(ctx context.Context) (consent.Text, error) {
	return s.content.CurrentText(ctx)
}

// GiveConsent stores a consent to the current text, or to the one that was signed
// on paper.
func (s *Service) GiveConsent(ctx context.Context, in GiveConsent) (consent.Record, error) {
	actor, err := access.Require(ctx, access.GiveConsent)
	if err != nil {
		return consent.Record{}, err
	}
	f := in.Prior
	r, err := s.consented(ctx, &f, actor, in)
	if err != nil {
		return consent.Record{}, err
	}
	if err := f.Err(); err != nil {
		return consent.Record{}, err
	}
	return r, s.keepConsent(ctx, actor, r)
}

// consented builds a consent from what came in and collects what is wrong.
func (s *Service) consented(ctx context.Context, f *fault.Findings, actor access.Actor, in GiveConsent) (consent.Record, error) {
	text, err := s.content.CurrentText(ctx)
	if err != nil {
		return consent.Record{}, err
	}
	if in.TextVersion != 0 && in.TextVersion != text.Version {
		f.Add("/text_version", fault.TextChanged, nil)
	}
	if in.SignedText != 0 {
		if text, err = s.signed(ctx, f, in, text); err != nil {
			return consent.Record{}, err
		}
	}
	r := consent.Record{
		ID:          s.ids.New(),
		Unit:        checkUnit(f, actor, in.Unit, true),
		Language:    checkLanguage(f, "/language", in.Language),
		Form:        oneOf(f, "/form", in.Form, consent.Electronic, consent.Paper),
		Purposes:    checkPurposes(f, in.Purposes),
		GivenBy:     oneOf(f, "/given_by", in.GivenBy, consent.ByClient, consent.ByRepresentative),
		Ground:      strings.TrimSpace(in.Ground),
		SignedName:  strings.TrimSpace(in.SignedName),
		TextVersion: text.Version,
		GivenAt:     s.now(),
		Before:      actor.Name,
		BeforeID:    actor.UserID(),
	}
	if r.Language != "" {
		r.TextSHA256 = text.SHA256(r.Language)
	}
	checkGround(f, r)
	checkLength(f, "/signed_name", r.SignedName, MaxSignedName)
	return r, nil
}

// signed is the text that was signed on paper.
func (s *Service) signed(ctx context.Context, f *fault.Findings, in GiveConsent, current consent.Text) (consent.Text, error) {
	const pointer = "/signed_text"
	if in.Form != string(consent.Paper) {
		f.Add(pointer, fault.FieldNotAllowed, nil)
		return current, nil
	}
	text, found, err := s.content.TextVersion(ctx, in.SignedText)
	if err != nil {
		return consent.Text{}, err
	}
	if !found {
		f.Add(pointer, fault.BadFormat, nil)
		return current, nil
	}
	return text, nil
}

// keepConsent stores a consent with its row in the audit, and queues it for the
// archive.
func (s *Service) keepConsent(ctx context.Context, actor access.Actor, r consent.Record) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.InsertConsent(ctx, r); err != nil {
			return err
		}
		if err := s.queue(ctx, archive.Consent, r.ID, 1, r.Unit); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.ConsentGiven, audit.Consent, r.ID, r.Unit))
	})
}

func checkPurposes(f *fault.Findings, codes []string) []consent.Purpose {
	const pointer = "/purposes"
	if len(codes) == 0 && !f.Touches(pointer) {
		f.Add(pointer, fault.Required, nil)
	}
	return checkSet(f, pointer, codes, consent.Purposes...)
}

func checkGround(f *fault.Findings, r consent.Record) {
	const pointer = "/representative_ground"
	checkLength(f, pointer, r.Ground, MaxGround)
	switch {
	case f.Touches(pointer):
	case r.GivenBy == consent.ByRepresentative && r.Ground == "":
		f.Add(pointer, fault.GroundRequired, nil)
	case r.GivenBy == consent.ByClient && r.Ground != "":
		f.Add(pointer, fault.GroundUnexpected, nil)
	}
}

// Consent reads a consent of one of the actor's units.
func (s *Service) Consent(ctx context.Context, id uuid.UUID) (r consent.Record, err error) {
	actor, err := access.Require(ctx, access.ReadConsent)
	if err != nil {
		return r, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if r, err = s.ownConsent(ctx, actor, access.ReadConsent, id); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.ConsentRead, audit.Consent, id, r.Unit))
	})
	return r, err
}

// ownConsent reads a consent of one of the actor's units. It belongs to no
// register: see docs/adr/0036.
func (s *Service) ownConsent(ctx context.Context, actor access.Actor, action access.Action, id uuid.UUID) (consent.Record, error) {
	if actor.Role == access.Client { // the own one only
		a, err := s.store.OwnAssessment(ctx, actor.Scope(), actor.Assessment)
		if err != nil {
			return consent.Record{}, err
		}
		if a.ConsentID != id {
			return consent.Record{}, fault.New(fault.NotFound)
		}
	}
	r, err := s.store.OwnConsent(ctx, actor.Scope(), id)
	if err == nil && !actor.May(action, r.Unit, "") {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return consent.Record{}, err
	}
	return r, nil
}

// WithdrawConsent is a withdrawal as it comes in.
type WithdrawConsent struct {
	Prior  fault.Findings
	ID     uuid.UUID
	Reason string // never asked for, kept when given
}

// WithdrawConsent ends a consent at once: nothing more is answered, recorded
// or counted under it. A second withdrawal changes nothing and is no error.
func (s *Service) WithdrawConsent(ctx context.Context, in WithdrawConsent) (r consent.Record, err error) {
	actor, err := access.Require(ctx, access.WithdrawConsent)
	if err != nil {
		return r, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if r, err = s.ownConsent(ctx, actor, access.WithdrawConsent, in.ID); err != nil {
			return err
		}
		f := in.Prior
		checkLength(&f, "/reason", in.Reason, MaxReason)
		if err := f.Err(); err != nil {
			return err
		}
		changed, err := s.store.WithdrawConsent(ctx, in.ID, s.now(), strings.TrimSpace(in.Reason))
		if err != nil {
			return err
		}
		if changed {
			if err := s.archiveWithdrawal(ctx, r); err != nil {
				return err
			}
			entry := s.entry(ctx, actor, audit.ConsentWithdrawn, audit.Consent, in.ID, r.Unit)
			if err := s.store.AppendAudit(ctx, entry); err != nil {
				return err
			}
		}
		r, err = s.store.Consent(ctx, in.ID)
		return err
	})
	return r, err
}
