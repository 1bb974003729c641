package setting_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// drawer is a store in memory.
type drawer struct {
	values  map[string]string
	entries []audit.Entry
	reads   int
}

func (d *drawer) InTx(ctx context.Context, f func(ctx context.Context) error) error { return f(ctx) }
func (d *drawer) Settings(context.Context) (map[string]string, error) {
	d.reads++
	return maps.Clone(d.values), nil
}
func (d *drawer) PutSetting(_ context.Context, name, value string) error {
	d.values[name] = value
	return nil
}
func (d *drawer) AppendAudit(_ context.Context, entries ...audit.Entry) error {
	d.entries = append(d.entries, entries...)
	return nil
}

func open() (*drawer, *testkit.Clock, *setting.Service) {
	d, clock := &drawer{values: map[string]string{}}, testkit.NewClock(time.Date(2023, 5, 5, 9, 0, 0, 0, time.UTC))
	return d, clock, setting.New(d, clock, []string{"functioning", "illness-care"})
}

func as(t *testing.T, role access.Role) context.Context {
	return access.With(t.Context(), access.Actor{Role: role})
}

// places are where findings are and what they say.
func places(t *testing.T, err error) map[string]string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		t.Fatalf("%v is not about bad input", err)
	}
	found := map[string]string{}
	for _, one := range f.Findings {
		found[one.Pointer] = one.Code
	}
	return found
}

func TestAChangeIsSeenAtOnceAndAuditedOnce(t *testing.T) {
	d, _, s := open()
	ctx := as(t, access.Admin)
	if _, err := s.Current(ctx); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing changes
		if err := s.Change(ctx, setting.MinCell, " 7 "); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Current(ctx)
	if err != nil || got.MinCell != 7 {
		t.Errorf("min cell %d after the change, %v", got.MinCell, err)
	}
	if len(d.entries) != 1 || d.entries[0].SubjectID != setting.MinCell || d.entries[0].Action != audit.SettingChanged {
		t.Errorf("audited: %+v", d.entries)
	}
}

// What another instance has changed counts within a second, and no sooner than
// needed: every submit asks.
func TestSettingsAreReadOnceASecond(t *testing.T) {
	d, clock, s := open()
	for range 5 {
		if _, err := s.Current(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if d.reads != 1 {
		t.Errorf("read %d times within a second", d.reads)
	}
	d.values[setting.Target] = "3"
	clock.Advance(time.Second)
	if got, err := s.Current(t.Context()); err != nil || got.Target != 3 {
		t.Errorf("a second later the target is %d, %v", got.Target, err)
	}
}

func TestOnlyAdministratorsChangeSettings(t *testing.T) {
	d, _, s := open()
	for role, want := range map[access.Role]fault.Kind{access.Professional: fault.Forbidden, access.Expert: fault.Forbidden, access.Client: fault.Forbidden} {
		if err := s.Change(as(t, role), setting.MinCell, "1"); fault.KindOf(err) != want {
			t.Errorf("%s: %v", role, err)
		}
		if err := s.ChangeAll(as(t, role), map[string]string{setting.MinCell: "1"}); fault.KindOf(err) != want {
			t.Errorf("%s, all: %v", role, err)
		}
		if _, err := s.Values(as(t, role)); fault.KindOf(err) != want {
			t.Errorf("%s reads: %v", role, err)
		}
	}
	if err := s.Change(t.Context(), setting.MinCell, "1"); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("nobody: %v", err)
	}
	if len(d.values)+len(d.entries) > 0 {
		t.Errorf("something was written: %v %v", d.values, d.entries)
	}
}

func TestAChangeThatDoesNotFitIsRefusedWhereItIs(t *testing.T) {
	_, _, s := open()
	ctx := as(t, access.Admin)
	for _, one := range []struct{ name, value, pointer, code string }{
		{"report.colour", "red", "/name", fault.NotInList},
		{setting.MinCell, "0", "/value", fault.TooSmall}, {setting.MinCell, "x", "/value", fault.WrongType}, {setting.Target, "1001", "/value", fault.TooGreat},
		{setting.Demo, "ehkä", "/value", fault.NotInList}, {setting.TargetFrom, "1.1.2024", "/value", fault.NotADate},
		{setting.Periods, "a", "/value", fault.BadFormat}, {setting.Batteries, "functioning, horoscope", "/value", fault.UnknownBattery},
	} {
		if diff := cmp.Diff(map[string]string{one.pointer: one.code}, places(t, s.Change(ctx, one.name, one.value))); diff != "" {
			t.Errorf("%s = %q: %s", one.name, one.value, diff)
		}
	}
	if err := s.Change(ctx, setting.Batteries, "illness-care"); err != nil {
		t.Errorf("a battery that is known: %v", err)
	}
}

func TestChangesTogetherAreAllOrNothing(t *testing.T) {
	d, _, s := open()
	ctx := as(t, access.Admin)
	err := s.ChangeAll(ctx, map[string]string{setting.MinCell: "6", setting.SessionIdle: "1", setting.TargetFrom: "2024-02-01", setting.TargetTo: "2024-01-31", "x": "y"})
	want := map[string]string{"/session.idle_minutes": fault.TooSmall, "/target.to": fault.EndBeforeStart, "/x": fault.UnknownField}
	if diff := cmp.Diff(want, places(t, err)); diff != "" {
		t.Error(diff)
	}
	if len(d.values) > 0 {
		t.Errorf("written all the same: %v", d.values)
	}
	values, err := s.Values(ctx)
	if err != nil {
		t.Fatal(err)
	}
	values[setting.TargetFrom] = "2024-02-01" // a form sends what it was filled with
	if err := s.ChangeAll(ctx, values); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{setting.TargetFrom: "2024-02-01"}, d.values); diff != "" || len(d.entries) != 1 {
		t.Errorf("%d audited, written:\n%s", len(d.entries), diff)
	}
	// One end alone is measured against the other end that stays.
	if diff := cmp.Diff(map[string]string{"/value": fault.EndBeforeStart}, places(t, s.Change(ctx, setting.TargetTo, "2024-01-31"))); diff != "" {
		t.Error(diff)
	}
}
