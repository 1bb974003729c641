package report

import (
	"context"
	"maps"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// MaxYears bounds a report's period.
const MaxYears = 10

// Service answers questions about many assessments at once.
type Service struct{ store Store }

// NewService makes a service over a store.
func NewService(store Store) *Service { return &Service{store: derived{store}} }

// Distribution counts the clients of a period by segment, battery, unit, month and
// more, in the units that the actor's reports cover.
//
// What is wrong with the question comes back as one fault.Invalid with findings
// at /from, /to, /unit and /battery.
//
// With a smallest cell above 1, no set of answers tells more of a hidden number
// than that it may be anything from 1 below it; see ADR 0040 for what is meant by
// that and what is never answered.
func (s *Service) Distribution(ctx context.Context, q Query) (Distribution, error) {
	a, err := s.ask(ctx, q)
	if err != nil {
		return Distribution{}, err
	}
	return a.distribution(ctx)
}

// Breakdown counts the clients of a distribution by the keys of a view. keys are
// those that are listed even when nobody is counted under them. Errors are those
// of Distribution. With a smallest cell the views of single phases are hidden: Minutes
// tells what can be told of them.
func (s *Service) Breakdown(ctx context.Context, q Query, view View, keys ...string) (Breakdown, error) {
	b, err := s.breakdown(ctx, q, view, keys...)
	if err != nil || b.MinCell <= 1 || !ofPhase(view) {
		return b, err
	}
	for i, g := range b.Groups {
		hidden := shares(segmentCodes(), hiddenLine.cells[:], hiddenLine.total, false)
		b.Groups[i] = Group{Code: g.Code, Suppressed: true, Segments: hidden}
	}
	return b, nil
}

func (s *Service) breakdown(ctx context.Context, q Query, view View, keys ...string) (Breakdown, error) {
	a, err := s.ask(ctx, q)
	if err != nil {
		return Breakdown{}, err
	}
	return a.breakdown(ctx, view, keys)
}

// scope is what there is to ask about.
type scope struct {
	limit     []string // the units of the actor's reports; nil is every unit
	all       []string // every unit there is
	batteries []string // in the order of the published table
}

// units are the units that may be asked for.
func (s scope) units() []string {
	if s.limit == nil {
		return s.all
	}
	return slices.DeleteFunc(slices.Clone(s.all), func(unit string) bool { return !slices.Contains(s.limit, unit) })
}

// ask checks a question and gathers what it takes to answer it.
func (s *Service) ask(ctx context.Context, q Query) (*answer, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return nil, err
	}
	if q.Battery == instrument.ClientBattery {
		q.Battery = "" // every assessment has it
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return nil, err
	}
	settings.MinCell = max(settings.MinCell, 1)
	in, err := s.scope(ctx, actor.ReportUnits())
	if err != nil {
		return nil, err
	}
	if err := check(q, in, settings); err != nil {
		return nil, err
	}
	if settings.MinCell > 1 {
		ctx = access.WholeHouse(ctx) // also what is not shown decides about what is
	}
	a := &answer{Query: q, scope: in, settings: settings, source: live{s.store}}
	if settings.Figures == setting.PublishedFigures {
		return a, a.gatherPublished(ctx, s.store)
	}
	if settings.MinCell == 1 {
		return a, a.gatherAsked(ctx, s.store)
	}
	return a, a.gatherFixed(ctx)
}

func (s *Service) scope(ctx context.Context, limit []string) (scope, error) {
	names, err := s.store.UnitNames(ctx)
	if err != nil {
		return scope{}, err
	}
	batteries, err := s.store.BatteryCodes(ctx)
	if err != nil {
		return scope{}, err
	}
	byRank(batteries)
	return scope{limit: limit, all: slices.Sorted(maps.Keys(names)), batteries: batteries}, nil
}

// check collects everything that is wrong with a question.
func check(q Query, in scope, settings setting.Settings) error {
	findings := q.Prior
	for _, day := range []struct {
		pointer string
		date    calendar.Date
	}{{"/from", q.From}, {"/to", q.To}} {
		if day.date.IsZero() && !findings.Touches(day.pointer) {
			findings.Add(day.pointer, fault.Required, nil)
		}
	}
	if !q.From.IsZero() && !q.To.IsZero() {
		checkPeriod(&findings, q.From, q.To, settings)
	}
	if q.Unit != "" && !slices.Contains(in.units(), q.Unit) {
		findings.Add("/unit", fault.UnknownUnit, nil)
	}
	if q.Battery != "" && !slices.Contains(in.batteries, q.Battery) {
		findings.Add("/battery", fault.UnknownBattery, nil)
	}
	return findings.Err()
}

func checkPeriod(findings *fault.Findings, from, to calendar.Date, settings setting.Settings) {
	last := calendar.Date{Year: from.Year + MaxYears, Month: from.Month, Day: from.Day}.AddDays(-1)
	switch {
	case to.Before(from):
		findings.Add("/to", fault.EndBeforeStart, nil)
		return
	case to.After(last):
		findings.Add("/to", fault.TooGreat, fault.Args{"max": last.String()})
	}
	configured := slices.ContainsFunc(settings.Periods, func(p setting.Period) bool { return p.From == from && p.To == to })
	if settings.MinCell == 1 || configured {
		return
	}
	if !from.FirstOfMonth() {
		findings.Add("/from", fault.PeriodNotWhole, nil)
	}
	if !to.LastOfMonth() {
		findings.Add("/to", fault.PeriodNotWhole, nil)
	}
}
