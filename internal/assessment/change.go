package assessment

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// Batteries returns the two batteries that an assessment is pinned to.
func (s *Service) Batteries(a *Assessment) (client, professional *instrument.Battery, err error) {
	client, ok := s.library.Version(a.ClientBattery.Code, a.ClientBattery.Version)
	if !ok {
		return nil, nil, fmt.Errorf("assessment: battery %s@%d is not in this program", a.ClientBattery.Code, a.ClientBattery.Version)
	}
	professional, ok = s.library.Version(a.ProfessionalBattery.Code, a.ProfessionalBattery.Version)
	if !ok {
		return nil, nil, fmt.Errorf("assessment: battery %s@%d is not in this program", a.ProfessionalBattery.Code, a.ProfessionalBattery.Version)
	}
	return client, professional, nil
}

// Change is a change of a draft. A nil field stays as it is; answers are
// merged item by item.
type Change struct {
	Prior        fault.Findings
	ID           uuid.UUID
	Precondition Precondition // required
	Register     *string
	Language     *string
	Battery      *string // only while the professional has answered nothing
	Mode         *string
	Plain        *bool
	Present      *[]string
	AssessedOn   *string
	ClientRef    *string
	Expected     *string
	Client       []Answer
	Professional []Answer
}

// Change merges answers and fields into a draft. The caller must have seen its
// latest revision.
func (s *Service) Change(ctx context.Context, in Change) (a *Assessment, err error) {
	actor, err := access.Require(ctx, access.ChangeAssessment)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.lockConsent(ctx, actor, in); err != nil {
			return err
		}
		if !in.Precondition.Given {
			return fault.New(fault.PreconditionRequired)
		}
		a, err = s.update(ctx, actor, access.ChangeAssessment, in.ID, in.Precondition, audit.AssessmentChanged, func(ctx context.Context, a *Assessment) error {
			if err := open(a); err != nil {
				return err
			}
			f := in.Prior
			before := a.Register
			if err := s.apply(ctx, &f, actor, a, in); err != nil {
				return err
			}
			if err := f.Err(); err != nil || a.Register == before {
				return err
			}
			// The client goes on, and whoever sees the one sees the other.
			return s.store.MoveInvitation(ctx, a.ID, a.Register)
		})
		return err
	})
	return a, err
}

// update reads an assessment of the actor's, lets change work on it, and writes
// it back with its row in the audit: all of it or nothing.
func (s *Service) update(ctx context.Context, actor access.Actor, doing access.Action, id uuid.UUID, p Precondition, noted audit.Action, change func(context.Context, *Assessment) error) (a *Assessment, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if a, err = s.own(ctx, actor, doing, s.store.OwnAssessmentForUpdate, id); err != nil {
			return err
		}
		if err := p.check(a.Revision); err != nil {
			return err
		}
		if err := change(ctx, a); err != nil {
			return err
		}
		if err := s.store.UpdateAssessment(ctx, a); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, noted, audit.Assessment, a.ID, a.Unit))
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// lockConsent takes the consent's lock before the assessment's, as a withdrawal
// does, when the change is going to need both. An assessment that is not the
// actor's is not found here already.
func (s *Service) lockConsent(ctx context.Context, actor access.Actor, in Change) error {
	a, err := s.own(ctx, actor, access.ChangeAssessment, s.store.OwnAssessment, in.ID)
	if err != nil || in.ClientRef == nil {
		return err
	}
	_, err = s.store.ConsentForUpdate(ctx, a.ConsentID)
	return err
}

// apply lays a change over a draft and collects what is wrong with it.
func (s *Service) apply(ctx context.Context, f *fault.Findings, actor access.Actor, a *Assessment, in Change) error {
	if in.Register != nil {
		a.Register = checkRegister(f, actor, *in.Register)
	}
	if in.Language != nil {
		a.Language = checkLanguage(f, "/language", *in.Language)
	}
	if in.Mode != nil {
		a.Mode = oneOf(f, "/mode", *in.Mode, Joint, Self, Phone, Paper)
	}
	if in.Plain != nil {
		a.Plain = *in.Plain
	}
	if in.Present != nil {
		a.Present = checkSet(f, "/present", *in.Present, PresentCodes...)
	}
	if in.AssessedOn != nil {
		a.AssessedOn = s.checkDate(f, "/assessed_on", *in.AssessedOn, a.AssessedOn)
	}
	if in.Expected != nil {
		a.Expected = checkSegment(f, "/expected_segment", *in.Expected)
	}
	if in.Battery != nil {
		if err := s.changeBattery(ctx, f, a, *in.Battery); err != nil {
			return err
		}
	}
	if in.ClientRef != nil {
		if err := s.changeClient(ctx, f, a, strings.TrimSpace(*in.ClientRef)); err != nil {
			return err
		}
	}
	client, professional, err := s.Batteries(a)
	if err != nil {
		return err
	}
	a.Client = merge(a.Client, checkAnswers(f, "/client_answers", in.Client, client), client)
	a.Professional = merge(a.Professional, checkAnswers(f, "/professional_answers", in.Professional, professional), professional)
	return nil
}

// changeBattery leaves a draft its own battery even when that one is not in use
// any more.
func (s *Service) changeBattery(ctx context.Context, f *fault.Findings, a *Assessment, code string) error {
	if code == a.ProfessionalBattery.Code {
		return nil
	}
	b, err := s.chooseBattery(ctx, f, code)
	if err != nil || b == nil {
		return err
	}
	if len(a.Professional) > 0 {
		f.Add(batteryPointer, fault.BatteryInUse, nil)
		return nil
	}
	a.ProfessionalBattery = Version{b.Code, b.Version}
	return nil
}

func (s *Service) changeClient(ctx context.Context, f *fault.Findings, a *Assessment, clientRef string) error {
	checkLength(f, "/client_ref", clientRef, MaxClientRef)
	c, err := s.store.Consent(ctx, a.ConsentID)
	if err != nil {
		return err
	}
	checkClient(f, c, clientRef)
	a.ClientRef = clientRef
	if clientRef == "" || c.ClientRef != "" || len(*f) > 0 {
		return nil
	}
	return s.store.BindClient(ctx, c.ID, clientRef)
}

// Complete is the wish to score a draft.
type Complete struct {
	ID           uuid.UUID
	Precondition Precondition // optional
}

// Complete scores a draft into a segment. With too few answers it is refused
// and the draft stays as it is.
func (s *Service) Complete(ctx context.Context, in Complete) (*Assessment, error) {
	actor, err := access.Require(ctx, access.CompleteAssessment)
	if err != nil {
		return nil, err
	}
	return s.update(ctx, actor, access.CompleteAssessment, in.ID, in.Precondition, audit.AssessmentCompleted, func(_ context.Context, a *Assessment) error {
		if err := open(a); err != nil {
			return err
		}
		if a.Mode == Self && a.AssessedOn == calendar.DayOf(a.CreatedAt) {
			a.AssessedOn = s.today() // begun at home; the visit is now
		}
		return s.score(a)
	})
}
