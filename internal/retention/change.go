package retention

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Rules lists how long every kind is kept, in the order of [Kinds].
func (s *Service) Rules(ctx context.Context) ([]Rule, error) {
	if _, err := access.Require(ctx, access.Manage); err != nil {
		return nil, err
	}
	return s.rules(ctx)
}

func (s *Service) rules(ctx context.Context) ([]Rule, error) {
	changed, err := s.store.RetentionRules(ctx)
	if err != nil {
		return nil, err
	}
	return rules(changed), nil
}

// KeepWord is how for ever is written; nothing at all says the same.
const KeepWord = "keep"

// ChangeRules sets several kinds' days at once, all or none, each a whole number
// or [KeepWord]. What does not fit is Invalid at the kind's own name, for example
// /assessment_health; all of it comes back at once.
func (s *Service) ChangeRules(ctx context.Context, values map[string]string) error {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		before, err := s.rules(ctx)
		if err != nil {
			return err
		}
		var f fault.Findings
		for name := range values {
			if !slices.Contains(shown, Kind(name)) {
				f.Add("/"+name, fault.UnknownField, nil)
			}
		}
		var changes []Rule
		for _, r := range before {
			text, given := values[string(r.Kind)]
			if !given {
				continue
			}
			days := checkDays(&f, r, text)
			if days != r.Days { // a form sends everything; only what changes is written down
				r.Days = days
				changes = append(changes, r)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		for _, r := range changes {
			if err := s.store.PutRetentionRule(ctx, r.Kind, r.Days); err != nil {
				return err
			}
			if err := s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.RetentionChanged, audit.Retention, string(r.Kind), "")); err != nil {
				return err
			}
		}
		return nil
	})
}

func checkDays(f *fault.Findings, r Rule, text string) int {
	pointer := "/" + string(r.Kind)
	text = strings.TrimSpace(text)
	if text == "" || text == KeepWord {
		return Keep
	}
	days, err := strconv.Atoi(text)
	switch {
	case err != nil:
		f.Add(pointer, fault.WrongType, fault.Args{"expected": "integer"})
	case days < r.Least:
		f.Add(pointer, fault.TooSmall, fault.Args{"min": r.Least})
	case days > MaxDays:
		f.Add(pointer, fault.TooGreat, fault.Args{"max": MaxDays})
	}
	return days
}
