package survey

import (
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// Store is what the survey needs of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error

	InsertSurveyRound(ctx context.Context, r Round) error
	// SurveyRounds lists the rounds with how many answers each has, newest first. Of
	// an open one Asked is 0.
	SurveyRounds(ctx context.Context) ([]Round, error)
	// SurveyRound reads one of them; NotFound when there is none.
	SurveyRound(ctx context.Context, id uuid.UUID) (Round, error)
	// SurveyRoundForChange also keeps everybody else from changing it, its answers
	// and its marks until the transaction ends.
	SurveyRoundForChange(ctx context.Context, id uuid.UUID) (Round, error)
	// CloseSurveyRound writes down the day of its end and how many were asked.
	CloseSurveyRound(ctx context.Context, r Round) error

	// SurveyAnswers reads the answers of a round, in no order.
	SurveyAnswers(ctx context.Context, round uuid.UUID) ([]Answer, error)
	// ReplaceSurveyAnswers puts answers in the place of all that a round has, in the
	// order given. Nothing of an older row may outlive it.
	ReplaceSurveyAnswers(ctx context.Context, round uuid.UUID, answers []Kept) error
	// SurveyMarks lists who has answered a round that is open.
	SurveyMarks(ctx context.Context, round uuid.UUID) ([]uuid.UUID, error)
	// ReplaceSurveyMarks puts marks in the place of all that a round has.
	ReplaceSurveyMarks(ctx context.Context, round uuid.UUID, users []uuid.UUID) error

	// Members lists the professionals of some units who can log in, by username.
	Members(ctx context.Context, units []string) ([]access.User, error)
	UnitNames(ctx context.Context) (map[string]string, error)
	ReportSettings(ctx context.Context) (setting.Settings, error)
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Service makes the survey.
type Service struct {
	store Store
	clock Clock
	ids   IDs
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// NewService makes a service over a store.
func NewService(store Store, clock Clock, ids IDs) *Service { return &Service{store, clock, ids} }

func (s *Service) today() calendar.Date { return calendar.DayOf(s.clock.Now()) }

// visible tells whether an expert may see a round: one who reports on some units
// sees rounds of these alone.
func visible(actor access.Actor, r Round) bool {
	limit := actor.ReportUnits()
	return limit == nil || !slices.ContainsFunc(r.Units, func(unit string) bool { return !slices.Contains(limit, unit) })
}

// Open opens a round and returns it. What is wrong comes back as one Invalid with
// findings at /name, /from, /to, /last_day and /units.
func (s *Service) Open(ctx context.Context, in Opening) (Round, error) {
	actor, err := access.Require(ctx, access.RunSurvey)
	if err != nil {
		return Round{}, err
	}
	names, err := s.store.UnitNames(ctx)
	if err != nil {
		return Round{}, err
	}
	var known []string
	for code := range names {
		if limit := actor.ReportUnits(); limit == nil || slices.Contains(limit, code) {
			known = append(known, code)
		}
	}
	in.Name = lang.Tidy(in.Name)
	if err := in.check(s.today(), known); err != nil {
		return Round{}, err
	}
	questions, err := Questions(Newest)
	if err != nil {
		return Round{}, err
	}
	r := Round{
		ID: s.ids.New(), Name: in.Name, From: in.From, To: in.To, LastDay: in.LastDay, Units: slices.Clone(in.Units),
		Version: questions.Version, Digest: questions.Digest, OpenedOn: s.today(), Asked: in.Asked,
	}
	slices.Sort(r.Units)
	r.Units = slices.Compact(r.Units)
	members, err := s.store.Members(ctx, r.Units)
	if err != nil {
		return Round{}, err
	}
	if len(members) > MaxAsks || in.Asked > MaxAsks {
		var f fault.Findings
		f.Add("/units", fault.TooMany, fault.Args{"max": MaxAsks})
		return Round{}, f.Err()
	}
	return r, s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.InsertSurveyRound(ctx, r); err != nil {
			return err
		}
		return s.note(ctx, actor, audit.SurveyOpened, r.ID)
	})
}

func (s *Service) note(ctx context.Context, actor access.Actor, action audit.Action, round uuid.UUID) error {
	return s.store.AppendAudit(ctx, audit.Entry{
		At: s.clock.Now().UTC().Truncate(time.Microsecond), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: audit.SurveyRound, SubjectID: round.String(), RequestID: audit.RequestID(ctx),
	})
}

// Rounds lists the rounds that the actor may see, newest first.
func (s *Service) Rounds(ctx context.Context) ([]Round, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return nil, err
	}
	rounds, err := s.store.SurveyRounds(ctx)
	if err != nil {
		return nil, err
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return nil, err
	}
	rounds = slices.DeleteFunc(rounds, func(r Round) bool { return !visible(actor, r) })
	for i := range rounds {
		if err := s.count(ctx, &rounds[i]); err != nil {
			return nil, err
		}
		if rounds[i].Answers < least(settings) {
			rounds[i].Answers = 0
		}
	}
	return rounds, nil
}

// Round reads one round that the actor may see. Others are NotFound.
func (s *Service) Round(ctx context.Context, id uuid.UUID) (Round, error) {
	rounds, err := s.Rounds(ctx)
	if err != nil {
		return Round{}, err
	}
	i := slices.IndexFunc(rounds, func(r Round) bool { return r.ID == id })
	if i < 0 {
		return Round{}, fault.New(fault.NotFound)
	}
	return rounds[i], nil
}

// Covering returns the round that was closed last of those whose period holds all
// of the given days; NotFound when there is none.
func (s *Service) Covering(ctx context.Context, from, to calendar.Date) (Round, error) {
	rounds, err := s.Rounds(ctx)
	if err != nil {
		return Round{}, err
	}
	rounds = slices.DeleteFunc(rounds, func(r Round) bool { return !r.Closed() || from.Before(r.From) || to.After(r.To) })
	if len(rounds) == 0 {
		return Round{}, fault.New(fault.NotFound)
	}
	return slices.MaxFunc(rounds, func(a, b Round) int { return a.ClosedOn.Time().Compare(b.ClosedOn.Time()) }), nil
}

// count says of an open round how many are asked as things stand.
func (s *Service) count(ctx context.Context, r *Round) error {
	if r.Closed() || r.Asked > 0 {
		return nil
	}
	members, err := s.store.Members(ctx, r.Units)
	if err != nil {
		return err
	}
	marks, err := s.store.SurveyMarks(ctx, r.ID)
	r.Asked = len(members) + len(others(marks, members))
	return err
}

// others are those who have answered and are among the members no more.
func others(marks []uuid.UUID, members []access.User) []uuid.UUID {
	return slices.DeleteFunc(slices.Clone(marks), func(id uuid.UUID) bool {
		return slices.ContainsFunc(members, func(u access.User) bool { return u.ID == id })
	})
}

// Mine lists the rounds that wait for the actor's answer, those that end first at
// the beginning.
func (s *Service) Mine(ctx context.Context) ([]Round, error) {
	actor, err := access.Require(ctx, access.AnswerSurvey)
	if err != nil {
		return nil, err
	}
	rounds, err := s.store.SurveyRounds(ctx)
	if err != nil {
		return nil, err
	}
	var mine []Round
	for _, r := range rounds {
		if !r.Answerable(s.today()) || len(own(actor, r)) == 0 {
			continue
		}
		marks, err := s.store.SurveyMarks(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(marks, actor.ID) {
			mine = append(mine, r)
		}
	}
	sort.SliceStable(mine, func(i, j int) bool { return mine[i].LastDay.Before(mine[j].LastDay) })
	return mine, nil
}

// own are the actor's units that a round asks.
func own(actor access.Actor, r Round) []string {
	return slices.DeleteFunc(slices.Clone(r.Units), func(unit string) bool { return !actor.InUnit(unit) })
}

// HandIn takes the actor's answer to a round. A round that is over, is not the
// actor's or has the actor's answer already is a Conflict or NotFound. An answer
// without a unit is of the actor's one; with several it must say which.
//
// All answers of the round are written anew in another order, and all marks in the
// order of their ids, so that neither the place of a row nor what the database
// knows of its age tells which answer came with which mark.
func (s *Service) HandIn(ctx context.Context, id uuid.UUID, in Answer) error {
	actor, err := access.Require(ctx, access.AnswerSurvey)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.SurveyRoundForChange(ctx, id)
		if err != nil {
			return err
		}
		units := own(actor, r)
		if len(units) == 0 {
			return fault.New(fault.NotFound)
		}
		marks, err := s.store.SurveyMarks(ctx, id)
		if err != nil {
			return err
		}
		if !r.Answerable(s.today()) || slices.Contains(marks, actor.ID) || len(marks) >= MaxAsks {
			return fault.New(fault.Conflict)
		}
		questions, err := questionsOf(r)
		if err != nil {
			return err
		}
		if in.Unit == "" && len(units) == 1 {
			in.Unit = units[0]
		}
		var f fault.Findings
		if !slices.Contains(units, in.Unit) {
			f.Add("/unit", fault.UnknownUnit, nil)
		}
		answer := questions.tidy(&f, in)
		if err := f.Err(); err != nil {
			return err
		}
		answers, err := s.store.SurveyAnswers(ctx, id)
		if err != nil {
			return err
		}
		if err := s.rewrite(ctx, id, append(answers, answer), append(marks, actor.ID)); err != nil {
			return err
		}
		// The time is known anyway; that it was this user stands in no row beside it.
		return s.note(audit.WithRequestID(ctx, ""), access.Actor{Role: actor.Role}, audit.SurveyAnswered, id)
	})
}

// rewrite puts all answers and marks of a round down anew. The answers get new
// random ids and are written in their order, which shuffles them.
func (s *Service) rewrite(ctx context.Context, round uuid.UUID, answers []Answer, marks []uuid.UUID) error {
	kept := make([]Kept, len(answers))
	for i, a := range answers {
		kept[i] = Kept{ID: s.ids.New(), Answer: a}
	}
	slices.SortFunc(kept, func(a, b Kept) int { return compare(a.ID, b.ID) })
	slices.SortFunc(marks, compare)
	return errors.Join(s.store.ReplaceSurveyAnswers(ctx, round, kept), s.store.ReplaceSurveyMarks(ctx, round, marks))
}

func compare(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

// Close ends a round: from now on nobody answers, and the results can be seen. Who
// has answered is forgotten. A round that is closed already is a Conflict.
func (s *Service) Close(ctx context.Context, id uuid.UUID) error {
	actor, err := access.Require(ctx, access.RunSurvey)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.SurveyRoundForChange(ctx, id)
		switch {
		case err != nil:
			return err
		case !visible(actor, r):
			return fault.New(fault.NotFound)
		case r.Closed():
			return fault.New(fault.Conflict)
		}
		if err := s.count(ctx, &r); err != nil {
			return err
		}
		answers, err := s.store.SurveyAnswers(ctx, id)
		if err != nil {
			return err
		}
		r.ClosedOn = s.today()
		if err := errors.Join(s.rewrite(ctx, id, answers, nil), s.store.CloseSurveyRound(ctx, r)); err != nil {
			return err
		}
		return s.note(ctx, actor, audit.SurveyClosed, id)
	})
}

// Missing lists, by username, who is asked and has not answered an open round. It
// is hidden, and known is false, when it would tell who the few are that have.
func (s *Service) Missing(ctx context.Context, id uuid.UUID) (list []access.User, known bool, err error) {
	actor, err := access.Require(ctx, access.RunSurvey)
	if err != nil {
		return nil, false, err
	}
	r, err := s.store.SurveyRound(ctx, id)
	if err != nil {
		return nil, false, err
	}
	if !visible(actor, r) || r.Closed() {
		return nil, false, fault.New(fault.NotFound)
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return nil, false, err
	}
	marks, err := s.store.SurveyMarks(ctx, id)
	if err != nil {
		return nil, false, err
	}
	if len(marks) > 0 && len(marks) < least(settings) {
		return nil, false, nil
	}
	members, err := s.store.Members(ctx, r.Units)
	if err != nil {
		return nil, false, err
	}
	return slices.DeleteFunc(members, func(u access.User) bool { return slices.Contains(marks, u.ID) }), true, nil
}

// questionsOf are the questions of a round, as they were when it was opened.
func questionsOf(r Round) (Questionnaire, error) {
	q, err := Questions(r.Version)
	if err == nil && q.Digest != r.Digest {
		err = errors.New("survey: the questions of a round have changed since it was opened")
	}
	return q, err
}
