package report

import (
	"context"
	"slices"
	"sort"

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

// Distribution counts the clients of a period by segment, battery, unit and
// month, in the units that the actor's reports cover.
//
// What is wrong with the question comes back as one fault.Invalid with findings
// at /from, /to, /unit and /battery.
//
// Small cells are protected within the answer, and n and the segments of a
// narrowed answer also against the wider ones of the same period. Comparing
// answers of periods that overlap is not defended beyond whole months.
func (s *Service) Distribution(ctx context.Context, q Query) (Distribution, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return Distribution{}, err
	}
	if q.Battery == instrument.ClientBattery {
		q.Battery = "" // every assessment has it
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return Distribution{}, err
	}
	settings.MinCell = max(settings.MinCell, 1)
	limit := actor.ReportUnits()
	scope, err := s.scope(ctx, limit)
	if err != nil {
		return Distribution{}, err
	}
	if err := check(q, scope, settings); err != nil {
		return Distribution{}, err
	}
	f, m, err := s.view(ctx, q, scope, settings.MinCell)
	if err != nil {
		return Distribution{}, err
	}
	return show(f, m, Distribution{
		From: q.From, To: q.To, Unit: q.Unit, Battery: q.Battery,
		MinCell: settings.MinCell, DemoNote: settings.Demo,
	}), nil
}

// scope is what there is to ask about.
type scope struct {
	limit     []string // handed to the store; nil is every unit
	units     []string
	batteries []string
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
	found := scope{limit: limit, batteries: batteries}
	for code := range names {
		if limit == nil || slices.Contains(limit, code) {
			found.units = append(found.units, code)
		}
	}
	sort.Strings(found.units)
	return found, nil
}

// view gathers the facts of a question and what must be hidden of them.
func (s *Service) view(ctx context.Context, q Query, in scope, k int) (facts, masks, error) {
	cells, coverage, err := s.store.DistributionCells(ctx, q, in.limit)
	if err != nil {
		return facts{}, masks{}, err
	}
	units, batteries := in.units, in.batteries
	if q.Unit != "" {
		units = []string{q.Unit}
	}
	if q.Battery != "" {
		batteries = []string{q.Battery}
	}
	f := gather(cells, coverage, batteries, units, monthsOf(q.From, q.To))
	var from inherited
	if k > 1 && q.Unit != "" {
		wide := q
		wide.Unit = ""
		wf, wm, err := s.view(ctx, wide, in, k)
		if err != nil {
			return facts{}, masks{}, err
		}
		from.inherit(wm, wm.units, wf.units, q.Unit)
	}
	if k > 1 && q.Battery != "" {
		wide := q
		wide.Battery = ""
		wf, wm, err := s.view(ctx, wide, in, k)
		if err != nil {
			return facts{}, masks{}, err
		}
		from.inherit(wm, wm.batteries, wf.batteries, q.Battery)
	}
	return f, protect(f, k, from), nil
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
	if q.Unit != "" && !slices.Contains(in.units, q.Unit) {
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
