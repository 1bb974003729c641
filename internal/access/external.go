package access

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// External is somebody whom an identity provider or a smart card has proven, as
// the adapter that checked the proof hands them over.
type External struct {
	Provider string   // the code of whoever vouches, from the configuration: for the audit
	Issuer   string   // who vouches, for good: the provider's address, a card's authority
	Subject  string   // the issuer's own identifier of the person, never a name
	Name     string   // that people read; "" when the issuer tells none
	Role     Role     // for Managed
	Units    []string // for Managed
	// Registers are for Managed, nil for both: the issuer says nothing about them.
	Registers []string
	Managed   bool // role, units and registers come from the issuer, at every login anew
}

// String keeps the person out of error texts.
func (External) String() string { return "[redacted]" }

// LogValue keeps the person out of logs.
func (External) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Why an outside identity is not let in, as the code of a Forbidden error and in
// the audit. An adapter has more of its own.
const (
	RefusedUnknown  = "unknown"     // not linked to a user
	RefusedDisabled = "disabled"    // the user is shut out
	RefusedNoRole   = "no_role"     // nothing that the issuer says gives a role
	RefusedNoUnit   = "no_unit"     // a professional without a unit
	RefusedUnit     = "bad_unit"    // a unit that the house doesn't have
	RefusedRegister = "no_register" // a professional without a register
	RefusedSubject  = "subject"     // no identifier, or none that can be kept
	RefusedOther    = "other"       // took a screen back that is somebody else's
	RefusedNotFresh = "not_fresh"   // the screen was handed over, and nothing proves that the user is there again
)

// Identities is what outside identities need of the database.
type Identities interface {
	// UserByIdentity returns whose an identity is.
	UserByIdentity(ctx context.Context, issuer, subject string) (uuid.UUID, error)
	// InsertIdentity is a Conflict when the identity is somebody's already.
	InsertIdentity(ctx context.Context, issuer, subject string, user uuid.UUID, at time.Time) error
	// DeleteIdentity is NotFound unless the identity is the user's.
	DeleteIdentity(ctx context.Context, issuer, subject string, user uuid.UUID) error
	// ManageUser gives a user the name, the role, the units and the registers that
	// an issuer says.
	ManageUser(ctx context.Context, id uuid.UUID, name string, role Role, own Scope) error

	InsertAttempt(ctx context.Context, a Attempt) error
	// TakeAttempt deletes an attempt and returns it, to one caller only.
	TakeAttempt(ctx context.Context, state []byte) (Attempt, error)
	DeleteAttemptsBefore(ctx context.Context, at time.Time, most int) error
}

// LoginExternal begins a session of a user whom somebody else vouches for, and
// returns its token, which is not kept. Whoever is not let in gets Forbidden with
// one of the codes above, and a row in the audit. The caller ends the session
// that the browser had before.
func (s *Service) LoginExternal(ctx context.Context, who External) (string, error) {
	why, err := s.judge(ctx, &who)
	if err != nil {
		return "", err
	}
	if why != "" {
		return "", s.Refuse(ctx, who.Provider, why)
	}
	if err := s.sweep(ctx); err != nil {
		return "", err
	}
	token, err := s.enterExternal(ctx, who)
	if fault.KindOf(err) == fault.Conflict {
		token, err = s.enterExternal(ctx, who) // the same person came in by another door at the same time
	}
	if fault.KindOf(err) == fault.Forbidden {
		return "", s.Refuse(ctx, who.Provider, fault.CodeOf(err))
	}
	return token, err
}

// Refuse writes into the audit that an outside identity was not let in, and why:
// codes, never who. It returns the Forbidden error that says the same.
func (s *Service) Refuse(ctx context.Context, provider, why string) error {
	if err := s.note(ctx, Actor{}, audit.IdentityRefused, audit.Identity, provider+":"+why); err != nil {
		return err
	}
	return fault.Coded(fault.Forbidden, why)
}

// maxSubject bounds issuers and their identifiers, in bytes (OpenID Connect
// Core 1.0, section 2: 255 ASCII characters).
const maxSubject = 255

// judge says why somebody can't be let in, whoever they are, or "".
func (s *Service) judge(ctx context.Context, who *External) (string, error) {
	if bad(who.Issuer) || bad(who.Subject) {
		return RefusedSubject, nil
	}
	who.Name = strings.TrimSpace(who.Name)
	if utf8.RuneCountInString(who.Name) > maxName {
		who.Name = string([]rune(who.Name)[:maxName])
	}
	if !who.Managed {
		return "", nil
	}
	if who.Role != Professional {
		who.Registers = nil
	}
	if !slices.Contains(Roles, who.Role) {
		return RefusedNoRole, nil
	}
	var f fault.Findings
	var err error
	if who.Units, err = s.checkUnits(ctx, &f, who.Role, who.Units); err != nil {
		return "", err
	}
	checkRegisters(&f, who.Role, who.Registers)
	switch {
	case len(f) == 0:
		return "", nil
	case f[0].Pointer == "/register":
		return RefusedRegister, nil
	case f[0].Code == fault.Required:
		return RefusedNoUnit, nil
	default:
		return RefusedUnit, nil
	}
}

// registers are those that the issuer says, once they were looked at.
func (e External) registers() []Register {
	var f fault.Findings
	return checkRegisters(&f, e.Role, e.Registers)
}

// bad tells whether an identifier can't be kept.
func bad(id string) bool {
	return id == "" || len(id) > maxSubject || !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' })
}

func (s *Service) enterExternal(ctx context.Context, who External) (token string, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		user, err := s.externalUser(ctx, who)
		if err != nil {
			return err
		}
		token, err = s.enter(ctx, user)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// externalUser returns the user of an identity as they are from now on.
func (s *Service) externalUser(ctx context.Context, who External) (User, error) {
	id, err := s.store.UserByIdentity(ctx, who.Issuer, who.Subject)
	switch {
	case fault.KindOf(err) == fault.NotFound && who.Managed:
		return s.addManaged(ctx, who)
	case fault.KindOf(err) == fault.NotFound:
		return User{}, fault.Coded(fault.Forbidden, RefusedUnknown)
	case err != nil:
		return User{}, err
	}
	user, err := s.store.UserForChange(ctx, id)
	if err != nil {
		return User{}, err
	}
	if user.Disabled() {
		return User{}, fault.Coded(fault.Forbidden, RefusedDisabled)
	}
	// A one-time password that was never used is one more way in that nobody
	// needs any more; and the user would be asked to change it.
	if user.PasswordOnce {
		if err := s.store.SetPassword(ctx, id, "", false, s.now()); err != nil {
			return User{}, err
		}
		if err := s.note(ctx, user.actor(), audit.PasswordRemoved, audit.User, id.String()); err != nil {
			return User{}, err
		}
	}
	if !who.Managed {
		return user, nil
	}
	return s.bringUpToDate(ctx, user, who)
}

// addManaged makes the user of an identity that comes for the first time. There
// is no password.
func (s *Service) addManaged(ctx context.Context, who External) (User, error) {
	u := User{ID: s.ids.New(), Name: who.Name, Role: who.Role, Units: who.Units, Registers: who.registers(), CreatedAt: s.now()}
	u.Username = "x-" + strings.ReplaceAll(u.ID.String(), "-", "") // nobody types it, and it tells nobody who it is
	if u.Name == "" {
		u.Name = u.Username
	}
	if err := s.store.InsertUser(ctx, u); err != nil {
		return User{}, err
	}
	if err := s.store.InsertIdentity(ctx, who.Issuer, who.Subject, u.ID, u.CreatedAt); err != nil {
		return User{}, err
	}
	return u, s.notes(ctx, u.actor(), u.ID, audit.UserAdded, audit.IdentityLinked)
}

// bringUpToDate gives a user what the issuer says today.
func (s *Service) bringUpToDate(ctx context.Context, user User, who External) (User, error) {
	if who.Name == "" {
		who.Name = user.Name
	}
	slices.Sort(who.Units)
	own := Scope{who.Units, who.registers()}
	if user.Name == who.Name && user.Role == who.Role && slices.Equal(user.Units, own.Units) && slices.Equal(user.Registers, own.Registers) {
		return user, nil
	}
	user.Name, user.Role, user.Units, user.Registers = who.Name, who.Role, own.Units, own.Registers
	if err := s.store.ManageUser(ctx, user.ID, user.Name, user.Role, own); err != nil {
		return User{}, err
	}
	return user, s.notes(ctx, user.actor(), user.ID, audit.UserChanged)
}

func (s *Service) notes(ctx context.Context, actor Actor, user uuid.UUID, actions ...audit.Action) error {
	for _, action := range actions {
		if err := s.note(ctx, actor, action, audit.User, user.String()); err != nil {
			return err
		}
	}
	return nil
}

// LinkIdentity lets an outside identity log a user in. What is wrong is found at
// /issuer, /subject or /username.
func (s *Service) LinkIdentity(ctx context.Context, username, issuer, subject string) error {
	u, err := s.UserByName(ctx, username)
	if err != nil {
		return err
	}
	var f fault.Findings
	for pointer, id := range map[string]string{"/issuer": issuer, "/subject": subject} {
		switch {
		case id == "":
			f.Add(pointer, fault.Required, nil)
		case len(id) > maxSubject:
			f.Add(pointer, fault.TooLong, fault.Args{"max": maxSubject})
		case bad(id):
			f.Add(pointer, fault.BadCharacter, nil)
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.change(ctx, audit.IdentityLinked, audit.User, u.ID.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, u.ID); err != nil {
			return err
		}
		return taken("/subject", s.store.InsertIdentity(ctx, issuer, subject, u.ID, s.now()))
	})
}

// UnlinkIdentity keeps an outside identity from logging a user in, and ends the
// user's sessions.
func (s *Service) UnlinkIdentity(ctx context.Context, username, issuer, subject string) error {
	u, err := s.UserByName(ctx, username)
	if err != nil {
		return err
	}
	return s.change(ctx, audit.IdentityUnlinked, audit.User, u.ID.String(), func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, u.ID); err != nil {
			return err
		}
		if err := s.store.DeleteIdentity(ctx, issuer, subject, u.ID); err != nil {
			return err
		}
		return s.endEverywhere(ctx, u.ID)
	})
}

// HasPassword tells whether the user at hand has a password here, or comes in
// from outside only.
func (s *Service) HasPassword(ctx context.Context) (bool, error) {
	actor, err := Require(ctx, OwnAccount)
	if err != nil {
		return false, err
	}
	u, err := s.store.UserByID(ctx, actor.ID)
	return err == nil && u.PasswordHash != "", err
}

// TakeBackExternal is TakeBack for somebody who has just proven to an issuer that
// it is them. The caller has made sure that the proof is new: that the person did
// it now, and not the browser by itself.
func (s *Service) TakeBackExternal(ctx context.Context, token string, who External) error {
	session, hash, err := s.own(ctx, token, ChangeAssessment)
	if err != nil || session.HandedOverTo == uuid.Nil {
		return err
	}
	user, err := s.store.UserByIdentity(ctx, who.Issuer, who.Subject)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || user != session.Actor.ID {
		return s.Refuse(ctx, who.Provider, RefusedOther)
	}
	return s.takeBack(ctx, session, hash)
}
