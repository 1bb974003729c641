package assessment

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Phase is a part of a visit whose time is measured.
type Phase string

// The phases, in the order of a visit.
const (
	PhaseBegin        Phase = "begin"
	PhaseConsent      Phase = "consent"
	PhaseClient       Phase = "client"
	PhaseProfessional Phase = "professional"
	PhaseResult       Phase = "result"
	PhaseFeedback     Phase = "feedback"
)

// Phases lists the phases in the order of a visit.
var Phases = []Phase{PhaseBegin, PhaseConsent, PhaseClient, PhaseProfessional, PhaseResult, PhaseFeedback}

// maxSpend is what one call adds at most, in seconds: longer without a sign of
// life is not active time.
const maxSpend = 900

// Spend adds active time to a phase. Nothing is added for an unknown phase, for
// no or a negative time, or once the consent is withdrawn.
func (s *Service) Spend(ctx context.Context, id uuid.UUID, phase Phase, seconds int) error {
	actor, err := access.Require(ctx, access.AnswerAssessment)
	if err != nil {
		return err
	}
	a, err := s.own(ctx, actor, access.AnswerAssessment, s.store.OwnAssessment, id)
	if err != nil {
		return err
	}
	if seconds <= 0 || !slices.Contains(Phases, phase) || a.Status == Withdrawn {
		return nil
	}
	err = s.store.AddSeconds(ctx, id, phase, min(seconds, maxSpend))
	if fault.KindOf(err) == fault.Conflict { // given up between the two looks
		return fault.New(fault.NotFound)
	}
	return err
}

// Phases reads how long each phase took, in seconds; one without time is absent.
func (s *Service) Phases(ctx context.Context, id uuid.UUID) (map[Phase]int, error) {
	actor, err := staff(ctx, access.ReadAssessment)
	if err != nil {
		return nil, err
	}
	if _, err := s.own(ctx, actor, access.ReadAssessment, s.store.OwnAssessment, id); err != nil {
		return nil, err
	}
	return s.store.Seconds(ctx, id)
}

// Events reads what was done with a result, in that order.
func (s *Service) Events(ctx context.Context, id uuid.UUID) ([]Event, error) {
	actor, err := staff(ctx, access.ReadAssessment)
	if err != nil {
		return nil, err
	}
	if _, err := s.own(ctx, actor, access.ReadAssessment, s.store.OwnAssessment, id); err != nil {
		return nil, err
	}
	return s.store.Events(ctx, id)
}

// maxPath is how many results a path shows, the latest ones.
const maxPath = 12

// Path reads the results of an assessment's client up to and with this one,
// oldest first. A draft has none of its own yet; with its consent withdrawn the
// path is empty.
func (s *Service) Path(ctx context.Context, id uuid.UUID) (path []*Assessment, err error) {
	actor, err := staff(ctx, access.ReadAssessment)
	if err != nil {
		return nil, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.own(ctx, actor, access.ReadAssessment, s.store.OwnAssessment, id)
		if err != nil || a.Status == Withdrawn {
			return err
		}
		if path, err = s.store.Path(ctx, PathQuery{Of: a, Own: actor.Scope(), Limit: maxPath}); err != nil {
			return err
		}
		return s.noteShown(ctx, actor, audit.ResultRead, path)
	})
	if err != nil {
		return nil, err
	}
	return path, nil
}

// Overview is what a professional begins the day with.
type Overview struct {
	Drafts []*Assessment // of the own units, the own ones first, each the newest first
	Recent []*Assessment // the own ones with a result, the newest visit first
	Done   int           // how many of the own have a result
}

// Limits of an overview.
const (
	maxDrafts = 20
	maxRecent = 10
)

// Overview reads what is unfinished and what is done. Done counts the visits of
// the days from..to, both included and zero for open.
func (s *Service) Overview(ctx context.Context, from, to calendar.Date) (o Overview, err error) {
	actor, err := staff(ctx, access.ReadAssessment)
	if err != nil {
		return Overview{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if o.Drafts, err = s.store.Drafts(ctx, actor.Scope(), actor.ID, maxDrafts); err != nil {
			return err
		}
		o.Recent, err = s.store.Assessments(ctx, ListQuery{
			Own: actor.Scope(), Status: []Status{Completed, Confirmed}, CreatedBy: actor.ID, Limit: maxRecent,
		})
		if err != nil {
			return err
		}
		// Of those who have moved, also what they did in the units before.
		if o.Done, err = s.store.CountDone(access.WholeHouse(ctx), actor.ID, from, to); err != nil {
			return err
		}
		return s.noteShown(ctx, actor, audit.AssessmentListed, o.Drafts, o.Recent)
	})
	if err != nil {
		return Overview{}, err
	}
	// A day's visits come in no order of their own from the list.
	slices.SortStableFunc(o.Recent, func(a, b *Assessment) int {
		if c := b.AssessedOn.Time().Compare(a.AssessedOn.Time()); c != 0 {
			return c
		}
		return b.CompletedAt.Compare(a.CompletedAt)
	})
	return o, nil
}
