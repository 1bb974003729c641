package trial

import (
	"context"
	"slices"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// Preparation is for how many days before its first day a trial's diary counts:
// people are trained and units found before the first visit.
const Preparation = 92

// Store is what the trial's report needs of the database beside what it is made
// of. units nil means every unit.
type Store interface {
	ReportSettings(ctx context.Context) (setting.Settings, error)
	ViewCells(ctx context.Context, q report.Query, view report.View, units []string) ([]report.ViewCell, error)
	// TrialComments lists what the clients wrote, in any order, at most limit.
	TrialComments(ctx context.Context, q Query, units []string, limit int) ([]string, error)
	// TrialReasons lists why somebody did not take part, at most limit.
	TrialReasons(ctx context.Context, q Query, units []string, limit int) ([]Why, error)
}

// Why is why one person did not take part: a known code, or own words.
type Why struct {
	Kind   assessment.NonParticipationKind
	Reason string
}

// Service makes the trial's report.
type Service struct {
	store   Store
	reports *report.Service
	diary   *diary.Service
	surveys *survey.Service
}

// NewService makes the service.
func NewService(store Store, reports *report.Service, diary *diary.Service, surveys *survey.Service) *Service {
	return &Service{store, reports, diary, surveys}
}

// Trial is the report of a period. What is wrong with the question comes back as
// one fault.Invalid with findings at /from, /to and /unit, as of
// report.Service.Distribution.
//
// The distribution, the clients' feedback, the professionals and the minutes are
// protected by package report. What is counted here stands beside them: where the
// smallest cell is more than 1 it is told where report.Service.Alone says so, for one
// whole stretch of time and all units together. The survey is protected by package
// survey.
func (s *Service) Trial(ctx context.Context, q Query) (Report, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return Report{}, err
	}
	d, err := s.reports.Distribution(ctx, report.Query{Prior: q.Prior, From: q.From, To: q.To, Unit: q.Unit})
	if err != nil {
		return Report{}, err
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return Report{}, err
	}
	r := Report{
		From: q.From, To: q.To, Unit: q.Unit, MinCell: max(d.MinCell, settings.MinCell), DemoNote: d.DemoNote, Distribution: d,
	}
	entries, err := s.diary.Entries(ctx, q.From.AddDays(-Preparation), q.To)
	if err != nil {
		return Report{}, err
	}
	r.Diary = sorted(entries)
	r.Months = months(r, d.Months)
	if r.Survey, err = s.survey(ctx, q); err != nil {
		return Report{}, err
	}
	alone, err := s.reports.Alone(ctx, q.report())
	if r.Withheld = !alone; err != nil || r.Withheld {
		return r, err
	}
	return r, s.count(ctx, &r, q, actor.ReportUnits(), settings.Target)
}

// asProgram reads what experts see no row of, and are told without an order or a
// place: words, and reasons that are counted.
func asProgram(ctx context.Context) context.Context { return access.With(ctx, access.SystemActor) }

// count adds what the report counts itself.
func (s *Service) count(ctx context.Context, r *Report, q Query, units []string, goal int) error {
	var err error
	if r.Feedback, err = s.feedback(ctx, q, units); err != nil {
		return err
	}
	if r.Missing, err = s.missing(ctx, q, units, r); err != nil {
		return err
	}
	if r.Target, err = s.target(ctx, r.Distribution, goal); err != nil {
		return err
	}
	r.Phases, err = s.phases(ctx, q, units)
	return err
}

// sorted puts what the expert wrote down under its headings.
func sorted(entries []diary.Entry) (d Diary) {
	add := func(s *Sessions, e diary.Entry) {
		s.Entries = append(s.Entries, e)
		s.Minutes += e.Minutes
		s.WithClients += e.WithClients
		s.Others += e.Others
	}
	for _, e := range entries {
		switch e.Kind {
		case diary.TakingPart:
			d.TakingPart = append(d.TakingPart, e)
		case diary.DroppedOut:
			d.DroppedOut = append(d.DroppedOut, e)
		case diary.Training:
			add(&d.Training, e)
		case diary.Support:
			add(&d.Support, e)
		case diary.Outage:
			d.Outages = append(d.Outages, e)
		default:
			d.Events = append(d.Events, e)
		}
	}
	return d
}

// months puts the months of a period beside the days on which the service was
// out.
func months(r Report, groups []report.Group) []Month {
	out := func(day calendar.Date) bool {
		return slices.ContainsFunc(r.Diary.Outages, func(e diary.Entry) bool { return !day.Before(e.From) && !day.After(e.To) })
	}
	var list []Month
	for _, g := range groups {
		first, err := calendar.Parse(g.Code + "-01")
		if err != nil {
			continue // package report has no such month
		}
		m := Month{Code: g.Code, From: first, To: first, Count: g.N}
		for !m.To.LastOfMonth() {
			m.To = m.To.AddDays(1)
		}
		if m.From.Before(r.From) {
			m.From = r.From
		}
		if m.To.After(r.To) {
			m.To = r.To
		}
		open := 0
		for day := m.From; !day.After(m.To); day = day.AddDays(1) {
			if out(day) {
				m.OutageDays++
				continue
			}
			if open++; m.OpenFrom.IsZero() {
				m.OpenFrom = day
			}
			m.OpenTo = day
		}
		if m.Count != nil && open > 0 {
			rate := float64(*m.Count) * 7 / float64(open)
			m.PerWeek = &rate
		}
		list = append(list, m)
	}
	return list
}
