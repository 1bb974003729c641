package demo

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// TestTheExpertMayHaveRows makes sure that a file of rows can be asked for at once,
// and that none waits from before.
func TestTheExpertMayHaveRows(t *testing.T) {
	p := replay(t, testkit.SQLite(t))
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
	j, err := rows.Ask(ctx, permits[0].ID, string(extract.CSV))
	must(t, err)
	if j.Total != 86 {
		t.Errorf("a file of %d rows", j.Total)
	}
}
