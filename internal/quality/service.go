package quality

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/report"
)

// Bounds of the work.
const (
	// AtOnce is up to how many assessments figures are made while somebody waits
	// for the page: well below a second of reading.
	AtOnce = 2000
	// Batch is how many rows are read at a time.
	Batch = 1000
	// Kept is how many questions have their figures kept; those asked least
	// recently make room.
	Kept = 200
	// Stale is from when figures are made anew if anything has changed.
	Stale = 24 * time.Hour
	// Unasked is how long figures are kept that nobody asks for.
	Unasked = 30 * 24 * time.Hour
)

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Result is what is kept about a scope.
type Result struct {
	ID      string
	Scope   []byte    // as it was written
	Figures []byte    // empty before they were made
	N       int       // how many assessments were counted when they were made
	Latest  time.Time // when the latest of those was completed
	AsOf    time.Time // when they were made
	AskedAt time.Time // when somebody last asked, to the day
	Wanted  bool      // they wait to be made, or are being made
	Running bool      // they are being made
	Done    int       // how many rows have been read
	Total   int       // of how many

	Removals  int       // Standing.Removals of when everybody was last known to be still counted
	CheckedAt time.Time // when that was
}

// Standing is how many assessments a scope has now.
type Standing struct {
	Now    int       // all
	Then   int       // those that were completed up to a given time
	Latest time.Time // when the latest was completed; zero without any
	Others int       // in the same period and narrowing, with another version of the battery

	// Removals only grows: with each assessment that leaves the statistics in the
	// units of the scope. While it stays the same, nobody has left.
	Removals int
}

// Store is what the service needs of the database.
type Store interface {
	// QualityRows reads the next rows of a scope after an id, "" for the first, in
	// the order of their ids. last is the id of the last one.
	QualityRows(ctx context.Context, scope Scope, after string, limit int) (rows []Row, last string, err error)
	// QualityPairs hands over the first two assessments under each consent that
	// are 1 to so many days apart.
	QualityPairs(ctx context.Context, scope Scope, days int, each func(Pair)) error
	// QualityStanding counts all assessments of a scope: that takes its time.
	QualityStanding(ctx context.Context, scope Scope, upTo time.Time) (Standing, error)
	// QualityRemovals is the Removals of a standing alone, which is known at once.
	QualityRemovals(ctx context.Context, scope Scope) (int, error)

	QualityResult(ctx context.Context, id string) (Result, bool, error)
	// WantQuality asks for figures to be made of so many assessments, and forgets what
	// was asked for least recently when more than keep results are there.
	WantQuality(ctx context.Context, id string, scope []byte, total int, now time.Time, keep int) error
	// QualityChecked remembers when everybody figures were made of was still counted.
	QualityChecked(ctx context.Context, r Result) error
	// EndQuality forgets the figures of a result, unless others were made meanwhile.
	EndQuality(ctx context.Context, r Result) error
	// TouchQuality remembers that somebody asked.
	TouchQuality(ctx context.Context, id string, now time.Time) error
	// TakeQuality takes the figures with an id, "" for those wanted longest, to be
	// made until a time. Only one is made at a time, over all instances. It
	// returns false when there is none, or another is being made.
	TakeQuality(ctx context.Context, id string, now, until time.Time) (Result, bool, error)
	// QualityProgress tells how far it is and that somebody is still at it. It
	// returns false when somebody else has taken it over.
	QualityProgress(ctx context.Context, r Result, until time.Time) (bool, error)
	KeepQuality(ctx context.Context, r Result) error
	// DropQuality lets go of what couldn't be made, until somebody asks again.
	DropQuality(ctx context.Context, id string) error
	// OldQuality lists results from before a time that don't wait.
	OldQuality(ctx context.Context, before time.Time) ([]Result, error)
	ForgetQuality(ctx context.Context, unaskedSince time.Time) error
}

// Reports tells how many may be told of, with all its protection.
type Reports interface {
	Distribution(ctx context.Context, q report.Query) (report.Distribution, error)
	Breakdown(ctx context.Context, q report.Query, view report.View, keys ...string) (report.Breakdown, error)
	Crossing(ctx context.Context, q report.Query, view report.View) (report.Crossing, error)
	Alone(ctx context.Context, q report.Query) (bool, error)
}

// Service answers questions about the questions.
type Service struct {
	store   Store
	reports Reports
	library *instrument.Library
	clock   Clock
}

// NewService makes a service.
func NewService(store Store, reports Reports, library *instrument.Library, clock Clock) *Service {
	return &Service{store, reports, library, clock}
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// Report tells how good a battery is, in the units that the actor's reports cover.
// Figures that are there and that nobody has left since are shown as they are; they
// are made anew when they are older than a day and something has changed. Where
// there are none they are made at once, if they are few, or else in the
// background: then the report says so.
//
// What is wrong with the question comes back as one fault.Invalid with findings at
// /battery, /from, /to, /unit, /language and /mode.
func (s *Service) Report(ctx context.Context, q Question) (Report, error) {
	return s.ask(ctx, q, false)
}

// Renew is Report for somebody who wants the figures made anew.
func (s *Service) Renew(ctx context.Context, q Question) (Report, error) { return s.ask(ctx, q, true) }

func (s *Service) ask(ctx context.Context, q Question, renew bool) (Report, error) {
	r, scope, err := s.open(ctx, q)
	if err != nil || r.N == nil {
		return r, err
	}
	ctx = access.With(ctx, access.SystemActor) // rows are read by the program, for all units of the scope
	id := scope.id()
	kept, found, err := s.store.QualityResult(ctx, id)
	if err != nil {
		return Report{}, err
	}
	usable, changed, err := s.check(ctx, scope, &kept)
	if err != nil {
		return Report{}, err
	}
	waiting := kept.Wanted && kept.Total > AtOnce
	switch {
	case (renew || changed || !usable && !waiting) && !kept.Running:
		if kept, usable, err = s.want(ctx, scope); err != nil {
			return Report{}, err
		}
	case found && s.now().Sub(kept.AskedAt) > Stale:
		if err := s.store.TouchQuality(ctx, id, s.now()); err != nil {
			return Report{}, err
		}
	}
	r.Making, r.Done, r.Total = kept.Wanted, kept.Done, kept.Total
	return r, r.fill(kept, usable)
}

// check tells whether kept figures may be shown: only while everybody they were made
// of is still counted. Otherwise they are forgotten. changed is whether anybody has come
// to them, which is looked at when they are older than a day, once a day. Nothing is
// counted as long as nobody has left the units, and that was so a day ago.
func (s *Service) check(ctx context.Context, scope Scope, kept *Result) (usable, changed bool, err error) {
	if len(kept.Figures) == 0 {
		return false, false, nil
	}
	removals, err := s.store.QualityRemovals(ctx, scope)
	if err != nil || removals == kept.Removals && s.now().Sub(kept.CheckedAt) <= Stale {
		return err == nil, false, err
	}
	standing, err := s.store.QualityStanding(ctx, scope, kept.Latest)
	if err != nil {
		return false, false, err
	}
	if standing.Then != kept.N {
		err := s.store.EndQuality(ctx, *kept)
		kept.Figures = nil
		return false, false, err
	}
	kept.Removals, kept.CheckedAt = standing.Removals, s.now()
	return true, standing.Now != kept.N && s.now().Sub(kept.AsOf) > Stale, s.store.QualityChecked(ctx, *kept)
}

// want asks for figures, and makes them at once if they are few.
func (s *Service) want(ctx context.Context, scope Scope) (kept Result, usable bool, err error) {
	id := scope.id()
	standing, err := s.store.QualityStanding(ctx, scope, time.Time{})
	if err != nil {
		return Result{}, false, err
	}
	if err := s.store.WantQuality(ctx, id, scope.encode(), standing.Now, s.now(), Kept); err != nil {
		return Result{}, false, err
	}
	if standing.Now <= AtOnce {
		if _, err := s.produce(ctx, id); err != nil {
			return Result{}, false, err
		}
	}
	if kept, _, err = s.store.QualityResult(ctx, id); err != nil {
		return Result{}, false, err
	}
	usable, _, err = s.check(ctx, scope, &kept)
	return kept, usable, err
}

// fill shows what is kept.
func (r *Report) fill(kept Result, usable bool) error {
	if !usable {
		return nil
	}
	var f figures
	if err := json.Unmarshal(kept.Figures, &f); err != nil {
		return err
	}
	r.AsOf = kept.AsOf
	if r.N = nil; f.N == 0 || f.N >= r.MinCell {
		r.N = &f.N
	}
	r.show(f, r.MinCell)
	return nil
}

// Now makes the figures of a question and shows them, without keeping any. Only
// the command line asks so: it may take long.
func (s *Service) Now(ctx context.Context, q Question) (Report, error) {
	r, scope, err := s.open(ctx, q)
	if err != nil || r.N == nil {
		return r, err
	}
	f, _, err := s.count(access.With(ctx, access.SystemActor), scope, func(int, int) error { return nil })
	if err != nil {
		return Report{}, err
	}
	r.AsOf = s.now()
	r.N = &f.N
	r.show(f, r.MinCell)
	return r, nil
}

// open checks a question and tells how many it is about, with the protection of
// the distribution: what is hidden there is hidden here, and with it everything. With
// a smallest cell only questions about one whole stretch of time, all units and every
// way and language are answered, see report.Service.Alone: the lines of figures are
// protected one by one, and those of two such questions have nobody in common.
func (s *Service) open(ctx context.Context, q Question) (Report, Scope, error) {
	actor, err := access.Require(ctx, access.ReadReport)
	if err != nil {
		return Report{}, Scope{}, err
	}
	battery := q.check(s.library)
	asked := report.Query{Prior: q.Prior, From: q.From, To: q.To, Unit: q.Unit}
	if battery != nil && battery.Side == instrument.Professional {
		asked.Battery = battery.Code
	}
	d, err := s.reports.Distribution(ctx, asked)
	if err != nil {
		return Report{}, Scope{}, err
	}
	r := Report{Battery: battery, From: q.From, To: q.To, MinCell: d.MinCell, DemoNote: d.DemoNote, N: d.N}
	if view, key := q.view(); view != "" && d.N != nil {
		if r.N, err = s.part(ctx, asked, view, key); err != nil {
			return Report{}, Scope{}, err
		}
	}
	scope := Scope{
		Side: battery.Side, Battery: battery.Code, Version: battery.Version, From: q.From, To: q.To,
		Unit: q.Unit, Language: q.Language, Mode: q.Mode, Units: slices.Clone(actor.ReportUnits()),
	}
	if r.MinCell > 1 {
		alone, err := s.reports.Alone(ctx, asked)
		if err != nil {
			return Report{}, Scope{}, err
		}
		if r.Withheld = !alone || q.Language != "" || q.Mode != ""; r.Withheld {
			r.N = nil
		}
	}
	if r.N != nil {
		r.told, err = s.beside(ctx, asked, scope, r.MinCell)
	}
	return r, scope, err
}

// view is how a question is narrowed beside unit and battery, "" for not at all.
func (q Question) view() (report.View, string) {
	switch {
	case q.Language != "":
		return report.ByLanguage, string(q.Language)
	case q.Mode != "":
		return report.ByMode, string(q.Mode)
	default:
		return "", ""
	}
}

// part is how many there are under one key of a view, nil when that is hidden.
func (s *Service) part(ctx context.Context, q report.Query, view report.View, key string) (*int, error) {
	b, err := s.reports.Breakdown(ctx, q, view, key)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(b.Groups, func(g report.Group) bool { return g.Code == key })
	if i < 0 {
		return nil, fault.New(fault.Internal)
	}
	return b.Groups[i].N, nil
}
