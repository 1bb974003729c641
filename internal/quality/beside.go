package quality

import (
	"context"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// told is what may be told of a version's figures because of what is known of the
// same people from elsewhere: from the report's tables of the same question, and from
// the figures of other versions. A count that is in such a table may be told where the
// table tells it.
type told struct {
	version  bool                   // how many have this version
	groups   func(code string) bool // how many have a language or a way of answering
	plane    bool                   // how sure a result is: that follows from its place on the plane, which is shown whole
	guess    bool                   // the table of guesses, whole
	previous *table                 // the table of earlier segments, nil where anything of it is hidden
}

// everything is told where no number is hidden.
var everything = told{version: true, groups: func(string) bool { return true }, plane: true, guess: true}

// beside asks the report.
func (s *Service) beside(ctx context.Context, q report.Query, scope Scope, k int) (told, error) {
	if k <= 1 {
		return everything, nil
	}
	t := told{groups: func(string) bool { return false }}
	standing, err := s.store.QualityStanding(ctx, scope, time.Time{})
	if err != nil {
		return told{}, err
	}
	if standing.Others > 0 { // of two versions the report's tables tell nothing apart
		t.version, err = s.versionTold(ctx, scope, standing, k)
		return t, err
	}
	t.version = true
	if scope.Side != instrument.Client {
		return t, nil // of a battery and a view together the report tells nothing, nor may what all batteries have
	}
	shown := map[string]bool{}
	for _, by := range []struct {
		view report.View
		keys []string
	}{{report.ByLanguage, codes(lang.All)}, {report.ByMode, codes(Modes)}} {
		b, err := s.reports.Breakdown(ctx, q, by.view, by.keys...)
		if err != nil {
			return told{}, err
		}
		for _, g := range b.Groups {
			shown[g.Code] = g.N != nil
		}
	}
	t.groups = func(code string) bool { return shown[code] }
	plane, err := s.reports.Breakdown(ctx, q, report.Places)
	if err != nil {
		return told{}, err
	}
	t.plane = !slices.ContainsFunc(plane.Groups, func(g report.Group) bool { return g.N == nil })
	guesses, err := s.reports.Crossing(ctx, q, report.Expected)
	if err != nil {
		return told{}, err
	}
	t.guess = guesses.Whole()
	before, err := s.reports.Crossing(ctx, q, report.Previous)
	if err == nil && before.Whole() {
		t.previous = &table{} // as of retests: by the earlier segment
		for now := range segment.All {
			for then := range segment.All {
				t.previous[then][now] = *before.Cells[now][then]
			}
		}
	}
	return t, err
}

// versionTold tells whether the numbers of all versions of a battery, which add up to
// what the report tells, may be told beside each other: whether that of this one may.
func (s *Service) versionTold(ctx context.Context, scope Scope, standing Standing, k int) (bool, error) {
	current, _ := s.library.Current(scope.Battery)
	counts, left := []int{}, standing.Now+standing.Others
	for version := 1; version <= max(current.Version, scope.Version); version++ {
		one := scope
		one.Version = version
		of, err := s.store.QualityStanding(ctx, one, time.Time{})
		if err != nil {
			return false, err
		}
		counts, left = append(counts, of.Now), left-of.Now
	}
	counts = append(counts, max(left, 0)) // of versions that this program doesn't have
	return !report.ProtectLine(counts, k, false)[scope.Version-1], nil
}

// partOfPrevious tells whether so many of those who were assessed before may be told.
func (t told) partOfPrevious(count, k int) bool {
	if k <= 1 {
		return true
	}
	if t.previous == nil || count > t.previous.n() {
		return false
	}
	return !report.ProtectLine([]int{count, t.previous.n() - count}, k, false)[0]
}

// within tells whether a table that lies inside the one of earlier segments may be
// told in a coefficient: where nobody could be found in it, nor beside it.
func (t told) within(inner table, k int) bool {
	if k <= 1 {
		return true
	}
	if t.previous == nil {
		return false
	}
	for i, row := range inner {
		for j, n := range row {
			if slices.ContainsFunc([]int{n, t.previous[i][j] - n}, func(count int) bool { return count < 0 || count > 0 && count < k }) {
				return false
			}
		}
	}
	return true
}
