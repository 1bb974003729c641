package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// NewUser is a user to be added.
type NewUser struct {
	Username     string // a-z, 0-9, dot, dash and underscore
	Name         string
	Role         string
	Units        []string // at least one for a professional
	Registers    []string // at least one for a professional, both for everybody else; nil for both
	KeepPassword bool     // the password made for them need not be changed: the demo's
}

// AddUser adds a user and returns the password, which is one-time unless it is
// to be kept.
func (s *Service) AddUser(ctx context.Context, in NewUser) (User, string, error) {
	var f fault.Findings
	u := User{ID: s.ids.New(), Username: checkUsername(&f, in.Username), Name: checkName(&f, "/name", in.Name),
		Role: Role(in.Role), PasswordOnce: !in.KeepPassword, CreatedAt: s.now()}
	if !slices.Contains(Roles, u.Role) {
		f.Add("/role", fault.NotInList, fault.Args{"allowed": "professional, expert, admin"})
	}
	var err error
	if u.Units, err = s.checkUnits(ctx, &f, u.Role, in.Units); err != nil {
		return User{}, "", err
	}
	u.Registers = checkRegisters(&f, u.Role, in.Registers)
	if err := f.Err(); err != nil {
		return User{}, "", err
	}
	password, hash, err := s.secrets.NewPassword(ctx)
	if err != nil {
		return User{}, "", err
	}
	u.PasswordHash, u.PasswordAt = hash, u.CreatedAt
	err = s.change(ctx, audit.UserAdded, audit.User, u.ID.String(), func(ctx context.Context) error {
		return taken("/username", s.store.InsertUser(ctx, u))
	})
	if err != nil {
		return User{}, "", err
	}
	return u, password, nil
}

// checkUnits looks at the units that somebody of a role is to have, and leaves
// out what is there twice.
func (s *Service) checkUnits(ctx context.Context, f *fault.Findings, role Role, codes []string) ([]string, error) {
	known, err := s.store.Units(ctx)
	if err != nil {
		return nil, err
	}
	var units []string
	for _, code := range codes {
		if !slices.ContainsFunc(known, func(u Unit) bool { return u.Code == code }) {
			f.Add("/unit", fault.UnknownUnit, nil)
		}
		if !slices.Contains(units, code) {
			units = append(units, code)
		}
	}
	if role == Professional && len(units) == 0 {
		f.Add("/unit", fault.Required, nil)
	}
	return units, nil
}

// checkRegisters looks at the registers that somebody of a role is to have, and
// puts them in order. Nobody but a professional comes near a record: everybody
// else has both, so that nothing looks like a limit that is none.
func checkRegisters(f *fault.Findings, role Role, codes []string) []Register {
	const pointer = "/register"
	if codes == nil {
		return slices.Clone(Registers)
	}
	var own []Register
	for _, r := range Registers {
		if slices.Contains(codes, string(r)) {
			own = append(own, r)
		}
	}
	switch {
	case slices.ContainsFunc(codes, func(code string) bool { return !slices.Contains(Registers, Register(code)) }):
		f.Add(pointer, fault.NotInList, fault.Args{"allowed": "health, social"})
	case role == Professional && len(own) == 0:
		f.Add(pointer, fault.Required, nil)
	case role != Professional && len(own) != len(Registers):
		f.Add(pointer, fault.NeedsBothRegisters, nil)
	}
	return own
}

// Users returns everybody, by username, without their hashes.
func (s *Service) Users(ctx context.Context) ([]User, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return nil, err
	}
	users, err := s.store.Users(ctx)
	for i := range users {
		users[i].PasswordHash = ""
	}
	return users, err
}

// UserByID returns a user without the hash.
func (s *Service) UserByID(ctx context.Context, id uuid.UUID) (User, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return User{}, err
	}
	u, err := s.store.UserByID(ctx, id)
	u.PasswordHash = ""
	return u, err
}

// UserByName returns a user without the hash.
func (s *Service) UserByName(ctx context.Context, username string) (User, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return User{}, err
	}
	u, err := s.store.UserByName(ctx, foldUsername(username))
	u.PasswordHash = ""
	return u, err
}

// ChangeUser gives a user another name, other units and other registers, nil for
// both; an expert's last unit is
// not taken away, because that would open all of them. The role stays: whoever
// gets another one gets another username too, so that the audit stays plain.
func (s *Service) ChangeUser(ctx context.Context, id uuid.UUID, name string, units, registers []string) error {
	u, err := s.UserByID(ctx, id)
	if err != nil {
		return err
	}
	var f fault.Findings
	name = checkName(&f, "/name", name)
	if units, err = s.checkUnits(ctx, &f, u.Role, units); err != nil {
		return err
	}
	if u.Role == Expert && len(u.Units) > 0 && len(units) == 0 {
		f.Add("/unit", fault.Required, nil) // without any, the reports would cover all of them
	}
	own := Scope{units, checkRegisters(&f, u.Role, registers)}
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, audit.UserChanged, audit.User, id.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, id); err != nil {
			return err
		}
		return s.store.ChangeUser(ctx, id, name, own)
	})
}

// DisableUser shuts a user out: the sessions at once, the tokens within a
// second. The last administrator is not let go.
func (s *Service) DisableUser(ctx context.Context, id uuid.UUID) error {
	return s.change(ctx, audit.UserDisabled, audit.User, id.String(), func(ctx context.Context) error {
		admins, err := s.store.AdminsForChange(ctx)
		if err != nil {
			return err
		}
		if _, err := s.store.UserForChange(ctx, id); err != nil {
			return err
		}
		if len(admins) == 1 && admins[0] == id {
			var f fault.Findings
			f.Add("/username", fault.LastAdmin, nil)
			return f.Err()
		}
		if err := s.store.DisableUser(ctx, id, s.now()); err != nil {
			return err
		}
		return s.endEverywhere(ctx, id)
	})
}

// EnableUser lets a user in again, with the password and the tokens as they
// were.
func (s *Service) EnableUser(ctx context.Context, id uuid.UUID) error {
	return s.change(ctx, audit.UserEnabled, audit.User, id.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, id); err != nil {
			return err
		}
		return s.store.EnableUser(ctx, id)
	})
}

// ResetPassword gives a user a new one-time password, returns it, and ends the
// user's sessions.
func (s *Service) ResetPassword(ctx context.Context, id uuid.UUID) (string, error) {
	if _, err := s.UserByID(ctx, id); err != nil {
		return "", err
	}
	password, hash, err := s.secrets.NewPassword(ctx)
	if err != nil {
		return "", err
	}
	err = s.change(ctx, audit.PasswordReset, audit.User, id.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, id); err != nil {
			return err
		}
		return s.replacePassword(ctx, id, hash, true)
	})
	if err != nil {
		return "", err
	}
	return password, nil
}
