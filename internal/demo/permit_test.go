package demo

import (
	"slices"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// TestTheExpertMayHaveRows makes sure that the permit is in force, and that no file
// waits from before.
func TestTheExpertMayHaveRows(t *testing.T) {
	p := onSQLite(t)
	if len(p.log.Permits) != 1 {
		t.Fatalf("%d permits", len(p.log.Permits))
	}
	permit, today := p.log.Permits[0], calendar.DayOf(now)
	expert := slices.IndexFunc(p.log.Users, func(u access.User) bool { return u.Role == access.Expert })
	if permit.User != p.log.Users[expert].ID || permit.StateOn(today) != extract.Valid || permit.StateOn(today.AddDays(300)) != extract.Valid {
		t.Errorf("the permit of %s: %+v", p.log.Users[expert].ID, permit)
	}
	if len(permit.Units) != 11 || len(permit.Registers) != len(access.Registers) || permit.From != trialFrom || permit.To != trialTo {
		t.Errorf("the permit opens %+v", permit.Scope())
	}
	if slices.ContainsFunc(p.log.Audit, func(e audit.Entry) bool { return e.Action == audit.RowsAsked }) {
		t.Error("a file was asked for")
	}
}

// opens holds what the permit opens against the trial.
func opens(t *testing.T, p *played) {
	t.Helper()
	if total, err := p.store.CountRows(access.WholeHouse(t.Context()), p.log.Permits[0].Scope()); err != nil || total != 86 {
		t.Errorf("the permit opens %d rows, %v", total, err)
	}
}
