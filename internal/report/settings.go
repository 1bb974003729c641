package report

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Names of the settings that reports have. They are kept in the database and
// shared by all instances.
const (
	SettingMinCell = "report.min_cell" // whole number 1..100
	SettingPeriods = "report.periods"  // "trial 2023-05-05 2023-11-12", several separated by ";"
	SettingDemo    = "report.demo"     // "true" on fictional data, otherwise "false"
)

// SettingNames lists the settings.
var SettingNames = []string{SettingMinCell, SettingPeriods, SettingDemo}

// Bounds of the smallest cell that is shown, and its default.
const (
	DefaultMinCell = 5
	maxMinCell     = 100
	maxPeriods     = 100
)

// DefaultSetting is the stored form of what a setting is until it is changed.
func DefaultSetting(name string) string {
	switch name {
	case SettingMinCell:
		return strconv.Itoa(DefaultMinCell)
	case SettingDemo:
		return "false"
	default:
		return ""
	}
}

// ParseSettings reads the settings from their stored form; what is not there
// has its default.
func ParseSettings(values map[string]string) (Settings, error) {
	s := Settings{MinCell: DefaultMinCell}
	var err error
	if text, ok := values[SettingDemo]; ok {
		if text != "true" && text != "false" {
			return Settings{}, fmt.Errorf("report: setting %s is neither true nor false", SettingDemo)
		}
		s.DemoNote = text == "true"
	}
	if text, ok := values[SettingMinCell]; ok {
		if s.MinCell, err = strconv.Atoi(text); err != nil || s.MinCell < 1 || s.MinCell > maxMinCell {
			return Settings{}, fmt.Errorf("report: setting %s is not a whole number from 1 to %d", SettingMinCell, maxMinCell)
		}
	}
	if s.Periods, err = parsePeriods(values[SettingPeriods]); err != nil {
		return Settings{}, err
	}
	return s, nil
}

func parsePeriods(text string) ([]Period, error) {
	var periods []Period
	for _, part := range strings.Split(text, ";") {
		fields := strings.Fields(part)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 3 || len(periods) == maxPeriods {
			return nil, fmt.Errorf("report: setting %s is not a list of NAME FROM TO separated by semicolons", SettingPeriods)
		}
		from, err := calendar.Parse(fields[1])
		to, err2 := calendar.Parse(fields[2])
		if err != nil || err2 != nil || to.Before(from) {
			return nil, fmt.Errorf("report: setting %s has a period whose days are no dates or in the wrong order", SettingPeriods)
		}
		periods = append(periods, Period{Name: fields[0], From: from, To: to})
	}
	return periods, nil
}

// SettingStore is what changing a setting needs of the database.
type SettingStore interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	Settings(ctx context.Context) (map[string]string, error)
	PutSetting(ctx context.Context, name, value string) error
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// ChangeSetting sets one setting at a time. An unknown name or a value that does
// not fit is Invalid.
func ChangeSetting(ctx context.Context, store SettingStore, at time.Time, name, value string) error {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return err
	}
	var f fault.Findings
	if !slices.Contains(SettingNames, name) {
		f.Add("/name", fault.NotInList, fault.Args{"allowed": strings.Join(SettingNames, ", ")})
	} else if _, err := ParseSettings(map[string]string{name: value}); err != nil {
		f.Add("/value", fault.BadFormat, fault.Args{"format": name})
	}
	if err := f.Err(); err != nil {
		return err
	}
	return store.InTx(ctx, func(ctx context.Context) error {
		if err := store.PutSetting(ctx, name, value); err != nil {
			return err
		}
		return store.AppendAudit(ctx, audit.Entry{
			At: at.UTC(), Actor: actor.ID, Role: string(actor.Role), Action: audit.SettingChanged,
			Subject: audit.Setting, SubjectID: name, RequestID: audit.RequestID(ctx),
		})
	})
}
