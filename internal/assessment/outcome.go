package assessment

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Confirm is what was agreed when the result was talked through.
type Confirm struct {
	Prior        fault.Findings
	ID           uuid.UUID
	Precondition Precondition // optional
	Segment      string       // "" agrees with the calculated one
	Reason       string       // required when the segment differs
	Actions      []PlannedAction
	ReviewOn     string // "" where none was set
}

// PlannedAction is one agreed next step as it comes in.
type PlannedAction struct {
	Text        string
	Responsible string
	Due         string
}

// Confirm stores the agreed segment, the agreed steps and the day of review. With
// consent to recording the result is queued for the archive.
func (s *Service) Confirm(ctx context.Context, in Confirm) (*Assessment, error) {
	actor, err := access.Require(ctx, access.ConfirmAssessment)
	if err != nil {
		return nil, err
	}
	var a *Assessment
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err = s.update(ctx, actor, access.ConfirmAssessment, in.ID, in.Precondition, audit.AssessmentConfirmed, func(_ context.Context, a *Assessment) error {
			if err := hasResult(a); err != nil {
				return err
			}
			if a.Status == Confirmed {
				return fault.New(fault.Conflict)
			}
			a.Status = Confirmed
			a.Confirmation, err = s.confirmation(in, a)
			return err
		})
		if err != nil {
			return err
		}
		return s.archiveResult(ctx, a)
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (s *Service) confirmation(in Confirm, a *Assessment) (*Confirmation, error) {
	f := in.Prior
	c := &Confirmation{
		Segment:  checkSegment(&f, "/segment", in.Segment),
		Reason:   strings.TrimSpace(in.Reason),
		ReviewOn: checkDay(&f, "/review_on", in.ReviewOn),
		At:       s.now(),
	}
	if in.Segment == "" {
		c.Segment = a.Result.Segment
	}
	if c.Segment.Valid() && c.Segment != a.Result.Segment && c.Reason == "" && !f.Touches("/reason") {
		f.Add("/reason", fault.ReasonRequired, nil)
	}
	checkLength(&f, "/reason", c.Reason, MaxReason)
	if !c.ReviewOn.IsZero() && c.ReviewOn.Before(a.AssessedOn) {
		f.Add("/review_on", fault.EndBeforeStart, nil)
	}
	c.Actions = checkActions(&f, in.Actions)
	return c, f.Err()
}

func checkActions(f *fault.Findings, planned []PlannedAction) []Action {
	const pointer = "/actions"
	if len(planned) > MaxActions {
		f.Add(pointer, fault.TooMany, fault.Args{"max": MaxActions})
		return nil
	}
	var actions []Action
	for i, p := range planned {
		at := index(pointer, i)
		a := Action{
			Text:        strings.TrimSpace(p.Text),
			Responsible: strings.TrimSpace(p.Responsible),
			Due:         checkDay(f, at+"/due", p.Due),
		}
		if a.Text == "" && !f.Touches(at+"/text") {
			f.Add(at+"/text", fault.Required, nil)
		}
		checkLength(f, at+"/text", a.Text, MaxActionText)
		checkLength(f, at+"/responsible", a.Responsible, MaxResponsible)
		actions = append(actions, a)
	}
	return actions
}

// checkDay reads an optional date, which may lie in the future.
func checkDay(f *fault.Findings, pointer, text string) calendar.Date {
	if text == "" || f.Touches(pointer) {
		return calendar.Date{}
	}
	d, err := calendar.Parse(text)
	if err != nil {
		f.Add(pointer, fault.NotADate, nil)
	}
	return d
}

// Note is something that was done with a result.
type Note struct {
	Prior fault.Findings
	ID    uuid.UUID
	Kind  string
}

var noteActions = map[EventKind]audit.Action{
	Printed:   audit.ResultPrinted,
	Recorded:  audit.ResultRecorded,
	Discussed: audit.ResultDiscussed,
}

// Note writes down that a result was printed, recorded or discussed. Recording
// needs a consent that covers it.
func (s *Service) Note(ctx context.Context, in Note) (e Event, err error) {
	actor, err := access.Require(ctx, access.NoteAssessment)
	if err != nil {
		return e, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		a, err := s.own(ctx, actor, access.NoteAssessment, s.store.OwnAssessmentForUpdate, in.ID)
		if err != nil {
			return err
		}
		f := in.Prior
		e = Event{Assessment: a.ID, Kind: oneOf(&f, "/kind", in.Kind, Printed, Recorded, Discussed), At: s.now(), By: actor.ID}
		if err := f.Err(); err != nil {
			return err
		}
		if err := hasResult(a); err != nil {
			return err
		}
		if e.Kind == Recorded {
			if err := s.mayRecord(ctx, a); err != nil {
				return err
			}
		}
		if err := s.store.InsertEvent(ctx, e); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, noteActions[e.Kind], audit.Assessment, a.ID, a.Unit))
	})
	return e, err
}

// mayRecord refuses to hand a result to the record without consent for it. That
// the consent is in force is told by the assessment's own status.
func (s *Service) mayRecord(ctx context.Context, a *Assessment) error {
	c, err := s.store.Consent(ctx, a.ConsentID)
	if err != nil {
		return err
	}
	if !c.Covers(consent.Recording) {
		return fault.Coded(fault.Invalid, fault.CodeConsentRequired)
	}
	return nil
}

// GiveFeedback is a client's feedback as it comes in.
type GiveFeedback struct {
	Prior      fault.Findings
	ID         uuid.UUID // of the assessment, which keeps only that feedback was given
	Usefulness int
	Agreement  string
	Comment    string
}

// GiveFeedback stores a client's feedback, once per assessment and apart from
// it.
func (s *Service) GiveFeedback(ctx context.Context, in GiveFeedback) error {
	actor, err := access.Require(ctx, access.GiveFeedback)
	if err != nil {
		return err
	}
	_, err = s.update(ctx, actor, access.GiveFeedback, in.ID, Precondition{}, audit.FeedbackGiven, func(ctx context.Context, a *Assessment) error {
		feedback, err := s.feedback(in, a)
		if err != nil {
			return err
		}
		if err := hasResult(a); err != nil {
			return err
		}
		if a.FeedbackGiven {
			return fault.New(fault.Conflict)
		}
		a.FeedbackGiven = true
		return s.store.InsertFeedback(ctx, feedback)
	})
	return err
}

func (s *Service) feedback(in GiveFeedback, a *Assessment) (Feedback, error) {
	f := in.Prior
	out := Feedback{
		ID: s.ids.New(), Unit: a.Unit, GivenOn: s.today(), Usefulness: in.Usefulness,
		Agreement: oneOf(&f, "/agreement", in.Agreement, Agrees, Partly, Disagrees, NoOpinion),
		Comment:   strings.TrimSpace(in.Comment),
	}
	const pointer = "/usefulness"
	if !f.Touches(pointer) {
		switch {
		case in.Usefulness < 1:
			f.Add(pointer, fault.TooSmall, fault.Args{"min": 1})
		case in.Usefulness > 5:
			f.Add(pointer, fault.TooGreat, fault.Args{"max": 5})
		}
	}
	checkLength(&f, "/comment", out.Comment, MaxComment)
	return out, f.Err()
}

// RecordNonParticipation is somebody not taking part, as it comes in.
type RecordNonParticipation struct {
	Prior   fault.Findings
	Unit    string
	Battery string // "" where none was chosen
	Kind    string
	Reason  string
	Date    string // "" is today
}

// RecordNonParticipation stores that somebody did not take part, so that the
// distribution can show whom it misses.
func (s *Service) RecordNonParticipation(ctx context.Context, in RecordNonParticipation) (NonParticipation, error) {
	actor, err := access.Require(ctx, access.RecordNonParticipation)
	if err != nil {
		return NonParticipation{}, err
	}
	f := in.Prior
	n := NonParticipation{
		ID:      s.ids.New(),
		Unit:    checkUnit(&f, actor, in.Unit, false),
		Battery: in.Battery,
		Kind:    oneOf(&f, "/kind", in.Kind, DeclinedToTakePart, Unsuitable, Unfinished),
		Reason:  checkWhy(&f, in.Reason),
		On:      s.checkDate(&f, "/date", in.Date, s.today()),
		By:      actor.ID,
		At:      s.now(),
	}
	if in.Battery != "" {
		s.checkBattery(&f, in.Battery)
	}
	if err := f.Err(); err != nil {
		return NonParticipation{}, err
	}
	return n, s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.InsertNonParticipation(ctx, n); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.NonParticipationRecorded, audit.NonParticipation, n.ID, n.Unit))
	})
}

// checkWhy reads the reason why there is no assessment.
func checkWhy(f *fault.Findings, text string) string {
	const pointer = "/reason"
	text = strings.TrimSpace(text)
	if text == "" && !f.Touches(pointer) {
		f.Add(pointer, fault.Required, nil)
	}
	checkLength(f, pointer, text, MaxGround)
	return text
}
