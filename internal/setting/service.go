package setting

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/memo"
)

// keep is how long an instance may go on with settings that another one has
// changed. Every submit asks for them.
const keep = time.Second

// Store is what the settings need of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	Settings(ctx context.Context) (map[string]string, error) // in stored form, what was changed from its default
	PutSetting(ctx context.Context, name, value string) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Service reads and changes the settings.
type Service struct {
	store     Store
	clock     Clock
	batteries []string
	memo      *memo.Memo[Settings]
}

// New makes the service. batteries are the codes of the professional batteries
// that may be taken into use.
func New(store Store, clock Clock, batteries []string) *Service {
	return &Service{store: store, clock: clock, batteries: batteries,
		memo: memo.New(keep, clock.Now, func(ctx context.Context) (Settings, error) {
			values, err := store.Settings(ctx)
			if err != nil {
				return Settings{}, err
			}
			return Parse(values)
		})}
}

// Current returns the settings, at most a second old. Who gets them may not
// change them.
func (s *Service) Current(ctx context.Context) (Settings, error) { return s.memo.Value(ctx) }

// Values returns every setting in its stored form, for an administrator to
// change.
func (s *Service) Values(ctx context.Context) (map[string]string, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return nil, err
	}
	changed, err := s.store.Settings(ctx)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, d := range definitions {
		values[d.name] = d.byDefault
		if value, ok := changed[d.name]; ok {
			values[d.name] = value
		}
	}
	return values, nil
}

// Change sets one setting. An unknown name is Invalid at /name, a value that
// does not fit at /value.
func (s *Service) Change(ctx context.Context, name, value string) error {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return err
	}
	if _, ok := find(name); !ok {
		var f fault.Findings
		f.Add("/name", fault.NotInList, fault.Args{"allowed": Names()})
		return f.Err()
	}
	return s.change(ctx, map[string]string{name: value}, func(string) string { return "/value" })
}

// ChangeAll sets several settings at once, all or none. What does not fit is
// Invalid at the setting's own name, for example /report.min_cell; all of it
// comes back at once.
func (s *Service) ChangeAll(ctx context.Context, values map[string]string) error {
	return s.change(ctx, values, func(name string) string { return "/" + name })
}

func (s *Service) change(ctx context.Context, values map[string]string, pointer func(name string) string) error {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		before, err := s.store.Settings(ctx)
		if err != nil {
			return err
		}
		if err := s.check(before, values, pointer); err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			value := lang.Tidy(values[name])
			was, ok := before[name]
			if !ok {
				was = Default(name)
			}
			if was == value {
				continue // a form sends everything; only what changes is written down
			}
			if err := s.store.PutSetting(ctx, name, value); err != nil {
				return err
			}
			entry := audit.Entry{
				At: s.clock.Now().UTC().Truncate(time.Microsecond), Actor: actor.ID, Role: string(actor.Role),
				Action: audit.SettingChanged, Subject: audit.Setting, SubjectID: name, RequestID: audit.RequestID(ctx),
			}
			if err := s.store.AppendAudit(ctx, entry); err != nil {
				return err
			}
		}
		return nil
	})
	s.memo.Forget()
	return err
}

// check collects everything that is wrong with new values, each by itself and
// beside the ones that stay.
func (s *Service) check(before, values map[string]string, pointer func(name string) string) error {
	var f fault.Findings
	after, _ := Parse(nil) // the defaults, which fit
	for name, value := range before {
		if d, ok := find(name); ok {
			_ = d.read(lang.Tidy(value), &after) // stored, so it did fit
		}
	}
	for name, value := range values {
		d, ok := find(name)
		if !ok {
			f.Add(pointer(name), fault.UnknownField, nil)
			continue
		}
		var wrong *misfit
		text := lang.Tidy(value)
		if len(text) > maxValue {
			f.Add(pointer(name), fault.TooLong, fault.Args{"max": maxValue})
		} else if err := d.read(text, &after); errors.As(err, &wrong) {
			f.Add(pointer(name), wrong.code, wrong.args)
		}
	}
	if _, ok := values[Batteries]; ok {
		s.checkBatteries(&f, after.Batteries, pointer(Batteries))
	}
	s.checkTarget(&f, after, values, pointer)
	return f.Err()
}

func (s *Service) checkBatteries(f *fault.Findings, codes []string, pointer string) {
	for _, code := range codes {
		if !slices.Contains(s.batteries, code) {
			f.Add(pointer, fault.UnknownBattery, nil)
		}
	}
}

// checkTarget wants the target's days in order when one of them is changed.
func (s *Service) checkTarget(f *fault.Findings, after Settings, values map[string]string, pointer func(name string) string) {
	if after.TargetFrom.IsZero() || after.TargetTo.IsZero() || !after.TargetTo.Before(after.TargetFrom) {
		return
	}
	for _, name := range []string{TargetTo, TargetFrom} {
		if _, ok := values[name]; ok {
			if !f.Touches(pointer(name)) {
				f.Add(pointer(name), fault.EndBeforeStart, nil)
			}
			return
		}
	}
}
