package demo

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// TestTheExpertMayHaveRows makes sure that the permit is in force and opens the trial,
// and that no file waits from before.
func TestTheExpertMayHaveRows(t *testing.T) {
	p := onSQLite(t)
	rows := extract.NewService(p.store, nil, fixed(now), newIDs())
	ctx := p.as(t)
	if files, err := rows.Files(ctx); err != nil || len(files) > 0 {
		t.Errorf("%d files, %v", len(files), err)
	}
	permits, err := rows.Permits(ctx)
	must(t, err)
	today := calendar.DayOf(now)
	if len(permits) != 1 || permits[0].StateOn(today) != extract.Valid || permits[0].StateOn(today.AddDays(300)) != extract.Valid {
		t.Fatalf("permits: %+v", permits)
	}
	if len(permits[0].Units) != 11 || len(permits[0].Registers) != len(access.Registers) || permits[0].From != trialFrom || permits[0].To != trialTo {
		t.Errorf("the permit: %+v", permits[0])
	}
	if total, err := p.store.CountRows(access.WholeHouse(t.Context()), permits[0].Scope()); err != nil || total != 86 {
		t.Errorf("it opens %d rows, %v", total, err)
	}
}
