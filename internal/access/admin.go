package access

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

var (
	codePattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	usernamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
)

const (
	maxCode = 40
	maxName = 200
)

// checkName looks at the name of somebody or something that people read.
func checkName(f *fault.Findings, pointer, name string) string {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		f.Add(pointer, fault.Required, nil)
	case utf8.RuneCountInString(name) > maxName:
		f.Add(pointer, fault.TooLong, fault.Args{"max": maxName})
	}
	return name
}

// checkUsername looks at the name that a user will log in with.
func checkUsername(f *fault.Findings, typed string) string {
	username := foldUsername(typed)
	switch {
	case username == "":
		f.Add("/username", fault.Required, nil)
	case !usernamePattern.MatchString(username):
		f.Add("/username", fault.BadFormat, fault.Args{"format": "a-z, 0-9, . _ -"})
	}
	return username
}

// taken turns a conflict over a unique name into a finding about it.
func taken(pointer string, err error) error {
	if fault.KindOf(err) != fault.Conflict {
		return err
	}
	var f fault.Findings
	f.Add(pointer, fault.Taken, nil)
	return f.Err()
}

// AddUnit adds a unit.
func (s *Service) AddUnit(ctx context.Context, u Unit) error {
	var f fault.Findings
	if !codePattern.MatchString(u.Code) || len(u.Code) > maxCode {
		f.Add("/code", fault.BadFormat, fault.Args{"format": "a-z, 0-9, -"})
	}
	u.Name = checkName(&f, "/name", u.Name)
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, audit.UnitAdded, audit.Unit, u.Code, func(ctx context.Context) error {
		return taken("/code", s.store.InsertUnit(ctx, u))
	})
}

// RenameUnit gives a unit another name.
func (s *Service) RenameUnit(ctx context.Context, code, name string) error {
	var f fault.Findings
	name = checkName(&f, "/name", name)
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, audit.UnitRenamed, audit.Unit, code, func(ctx context.Context) error {
		return s.store.RenameUnit(ctx, code, name)
	})
}

// Units returns all units, by code.
func (s *Service) Units(ctx context.Context) ([]Unit, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return nil, err
	}
	return s.store.Units(ctx)
}
