package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// step is one call of a use case at a time of the trial.
type step struct {
	at    time.Time
	actor access.Actor
	name  string // for the error
	do    func(ctx context.Context) error
}

// play makes the calls in the order of their times, so that the audit reads as
// if the trial had been.
func play(ctx context.Context, clock *clock, steps []step, progress func(done, total int)) error {
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for i, s := range steps {
		clock.at = s.at
		if err := s.do(access.With(ctx, s.actor)); err != nil {
			return fmt.Errorf("demo: %s at %s: %w", s.name, s.at.Format(time.RFC3339), err)
		}
		if progress != nil {
			progress(i+1, len(steps))
		}
	}
	return nil
}

// performance is one visit being played.
type performance struct {
	*visit
	first   *performance // of the same client, nil for most
	service *assessment.Service
	actor   access.Actor
	now     time.Time // of the step that is added next
	steps   []step

	consentID string
	made      *assessment.Assessment
}

// visitSteps are the calls of all visits, which are in the order of their start.
func visitSteps(service *assessment.Service, crew *staff, visits []*visit) []step {
	var steps []step
	known := map[*visit]*performance{}
	for _, v := range visits {
		p := &performance{visit: v, first: known[v.before], service: service, actor: crew.actors[v.by], now: v.start}
		known[v] = p
		switch {
		case v.mode == assessment.Self:
			p.answeredAhead()
		case v.draft:
			p.inSteps()
		default:
			p.atOnce()
		}
		p.afterwards()
		steps = append(steps, p.steps...)
	}
	return steps
}

// then adds a call that happens a while after the one before.
func (p *performance) then(wait time.Duration, name string, do func(ctx context.Context) error) {
	p.now = p.now.Add(wait)
	p.steps = append(p.steps, step{p.now, p.actor, name, do})
}

// ask asks for consent, unless the client has given it the first time.
func (p *performance) ask() {
	if p.first == nil {
		p.then(p.after.pace.consent, "consent", p.consent)
	}
}

// given is the consent that the assessment is made under.
func (p *performance) given() string {
	if p.first != nil {
		return p.first.given()
	}
	return p.consentID
}

func (p *performance) consent(ctx context.Context) error {
	in := assessment.GiveConsent{
		Unit: p.unit.Code, Language: string(p.language), Form: string(consent.Electronic),
		GivenBy: string(consent.ByClient), Ground: p.ground,
	}
	for _, purpose := range consent.Purposes {
		in.Purposes = append(in.Purposes, string(purpose))
	}
	if p.onPaper {
		in.Form = string(consent.Paper)
	}
	if p.ground != "" {
		in.GivenBy = string(consent.ByRepresentative)
	}
	given, err := p.service.GiveConsent(ctx, in)
	p.consentID = given.ID.String()
	return err
}

// start starts the assessment with what is known by then.
func (p *performance) start(client, professional instrument.Sheet, complete bool) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		in := assessment.Start{
			ConsentID: p.given(), Unit: p.unit.Code, Register: p.unit.Register, Language: string(p.language),
			Battery: p.battery, Mode: string(p.mode), AssessedOn: p.day.String(), Expected: p.expected.Code(),
			Client: incoming(client), Professional: incoming(professional), Complete: complete,
		}
		var err error
		p.made, err = p.service.Start(ctx, in)
		return err
	}
}

// change adds answers to the draft.
func (p *performance) change(client, professional instrument.Sheet) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		var err error
		p.made, err = p.service.Change(ctx, assessment.Change{
			ID: p.made.ID, Precondition: assessment.Precondition{Given: true, Revisions: []int{p.made.Revision}},
			Client: incoming(client), Professional: incoming(professional),
		})
		return err
	}
}

func (p *performance) complete(ctx context.Context) error {
	var err error
	p.made, err = p.service.Complete(ctx, assessment.Complete{ID: p.made.ID})
	return err
}

// atOnce enters everything in one call.
func (p *performance) atOnce() {
	pace := p.after.pace
	p.ask()
	answering := pace.client + pace.professional
	if p.mode == assessment.Paper {
		answering = pace.professional // what is written is only typed in
	}
	p.then(answering, "assessment", p.start(p.client, p.professional, true))
}

// inSteps begins with an empty draft and fills it.
func (p *performance) inSteps() {
	pace := p.after.pace
	p.ask()
	p.then(pace.begin, "draft", p.start(nil, nil, false))
	p.then(pace.client, "client's answers", p.change(p.client, nil))
	p.then(pace.professional, "professional's answers", p.change(nil, p.professional))
	p.then(pace.score, "completion", p.complete)
}

// answeredAhead begins with the client's part, before the visit.
func (p *performance) answeredAhead() {
	pace := p.after.pace
	p.now = p.visit.start.Add(-pace.ahead)
	p.ask()
	p.then(pace.client, "client's part", p.start(p.client, nil, false))
	p.now = p.visit.start
	p.then(pace.consent+pace.professional, "professional's answers", p.change(nil, p.professional))
	p.then(pace.score, "completion", p.complete)
}

// afterwards is what happens with the result.
func (p *performance) afterwards() {
	after, pace := p.after, p.after.pace
	if after.confirmed {
		p.then(pace.discuss, "discussion", p.note(assessment.Discussed))
		p.then(pace.confirm, "confirmation", p.confirm)
	}
	if after.printed {
		p.then(pace.print, "print", p.note(assessment.Printed))
	}
	if after.opinion != nil {
		p.then(pace.ask, "feedback", p.feedback)
	}
	if after.recorded {
		p.then(pace.writeDown, "record", p.note(assessment.Recorded))
	}
	if p.mode != assessment.Paper { // which nobody's screen has measured
		p.then(0, "time", p.spend)
	}
}

// spend writes down how long each phase took.
func (p *performance) spend(ctx context.Context) error {
	after, pace := p.after, p.after.pace
	took := map[assessment.Phase]time.Duration{
		assessment.PhaseBegin: pace.begin, assessment.PhaseClient: pace.client,
		assessment.PhaseProfessional: pace.professional, assessment.PhaseResult: pace.score,
	}
	if p.first == nil {
		took[assessment.PhaseConsent] = pace.consent
	}
	for _, part := range []struct {
		done bool
		of   time.Duration
	}{{after.confirmed, pace.discuss + pace.confirm}, {after.printed, pace.print}, {after.recorded, pace.writeDown}} {
		if part.done {
			took[assessment.PhaseResult] += part.of
		}
	}
	if after.opinion != nil {
		took[assessment.PhaseFeedback] = pace.ask
	}
	for _, phase := range assessment.Phases {
		if err := p.service.Spend(ctx, p.made.ID, phase, int(took[phase].Seconds())); err != nil {
			return err
		}
	}
	return nil
}

func (p *performance) confirm(ctx context.Context) error {
	_, err := p.service.Confirm(ctx, assessment.Confirm{
		ID: p.made.ID, Segment: p.after.agreed.Code(), Reason: p.after.reason,
		Actions: p.after.actions, ReviewOn: p.after.reviewOn,
	})
	return err
}

func (p *performance) note(kind assessment.EventKind) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_, err := p.service.Note(ctx, assessment.Note{ID: p.made.ID, Kind: string(kind)})
		return err
	}
}

func (p *performance) feedback(ctx context.Context) error {
	o := p.after.opinion
	return p.service.GiveFeedback(ctx, assessment.GiveFeedback{
		ID: p.made.ID, Usefulness: o.Usefulness, Agreement: o.Agreement, Comment: o.Comment,
	})
}

// incoming turns a sheet into answers as they come in.
func incoming(sheet instrument.Sheet) []assessment.Answer {
	var answers []assessment.Answer
	for _, a := range sheet {
		in := assessment.Answer{Item: a.Item, Skip: string(a.Skip), Comment: a.Comment, Unclear: a.Unclear}
		if a.Scored() {
			value := a.Value
			in.Value = &value
		}
		answers = append(answers, in)
	}
	return answers
}

// absenceSteps are the calls that write down who did not take part.
func absenceSteps(service *assessment.Service, crew *staff, absences []absence) []step {
	var steps []step
	for _, a := range absences {
		steps = append(steps, step{a.at, crew.actors[a.by], "non-participation", func(ctx context.Context) error {
			_, err := service.RecordNonParticipation(ctx, assessment.RecordNonParticipation{
				Unit: a.Unit, Battery: a.Battery, Kind: a.Kind, Reason: a.Reason, Date: a.on.String(),
			})
			return err
		}})
	}
	return steps
}
