package access

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Unit is a place of work, for example a health station.
type Unit struct {
	Code string // ASCII, kebab-case
	Name string
}

// User is somebody who can log in.
type User struct {
	ID           uuid.UUID
	Username     string
	Name         string
	Role         Role
	Units        []string
	PasswordHash string
	PasswordOnce bool      // the password must be changed at the first login
	DisabledAt   time.Time // zero while enabled
	CreatedAt    time.Time
}

// Token is an API token. Only its hash is kept.
type Token struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Name      string
	Hash      []byte
	ExpiresAt time.Time // zero for never
	CreatedAt time.Time
}

// Store is what the administration needs of the database.
type Store interface {
	InTx(ctx context.Context, f func(ctx context.Context) error) error
	InsertUnit(ctx context.Context, u Unit) error // Conflict when the code is taken
	Units(ctx context.Context) ([]Unit, error)
	InsertUser(ctx context.Context, u User) error // Conflict when the name is taken
	UserByName(ctx context.Context, username string) (User, error)
	DisableUser(ctx context.Context, id uuid.UUID, at time.Time) error
	InsertToken(ctx context.Context, t Token) error
	// RevokeToken ends a user's tokens of a name and returns how many there were.
	RevokeToken(ctx context.Context, user uuid.UUID, name string, at time.Time) (int, error)
	// ActorByToken returns the enabled user of a token that is in force.
	ActorByToken(ctx context.Context, hash []byte, at time.Time) (Actor, error)
	AppendAudit(ctx context.Context, entries ...audit.Entry) error
}

// Secrets makes and hashes what people and programs prove themselves with.
type Secrets interface {
	NewPassword() (plain, hash string, err error)
	NewToken() (plain string, hash []byte, err error)
	HashToken(plain string) []byte
}

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// IDs makes random identifiers.
type IDs interface{ New() uuid.UUID }

// Service administers units, users and tokens, and knows whose a token is.
type Service struct {
	store   Store
	secrets Secrets
	clock   Clock
	ids     IDs
	memory  memory
}

// NewService wires the administration.
func NewService(store Store, secrets Secrets, clock Clock, ids IDs) *Service {
	return &Service{store: store, secrets: secrets, clock: clock, ids: ids}
}

func (s *Service) now() time.Time { return s.clock.Now().UTC().Truncate(time.Microsecond) }

// Authenticate returns the actor of an API token. A token that is unknown,
// revoked, expired or a disabled user's is Unauthenticated, and which of these
// it is stays untold. Revoking takes effect within a second.
func (s *Service) Authenticate(ctx context.Context, token string) (Actor, error) {
	hash, now := s.secrets.HashToken(token), s.now()
	if actor, ok := s.memory.recall(hash, now); ok {
		return actor, nil
	}
	actor, err := s.store.ActorByToken(ctx, hash, now)
	if fault.KindOf(err) == fault.NotFound {
		return Actor{}, fault.New(fault.Unauthenticated)
	}
	if err == nil {
		s.memory.remember(hash, actor, now)
	}
	return actor, err
}

var (
	codePattern     = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	usernamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)
)

const (
	maxCode = 40
	maxName = 200
)

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

// AddUnit adds a unit. A code that is taken is a Conflict.
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
		return s.store.InsertUnit(ctx, u)
	})
}

// NewUser is a user to be added.
type NewUser struct {
	Username string // a-z, 0-9, dot, dash and underscore
	Name     string
	Role     string
	Units    []string // at least one for a professional
}

// AddUser adds a user and returns the one-time password.
func (s *Service) AddUser(ctx context.Context, in NewUser) (User, string, error) {
	var f fault.Findings
	if !usernamePattern.MatchString(in.Username) {
		f.Add("/username", fault.BadFormat, fault.Args{"format": "a-z, 0-9, . _ -"})
	}
	u := User{ID: s.ids.New(), Username: in.Username, Name: checkName(&f, "/name", in.Name),
		Role: Role(in.Role), PasswordOnce: true, CreatedAt: s.now()}
	if !slices.Contains(Roles, u.Role) {
		f.Add("/role", fault.NotInList, fault.Args{"allowed": "professional, expert, admin"})
	}
	var err error
	if u.Units, err = s.checkUnits(ctx, &f, u.Role, in.Units); err != nil {
		return User{}, "", err
	}
	if err := f.Err(); err != nil {
		return User{}, "", err
	}
	password, hash, err := s.secrets.NewPassword()
	if err != nil {
		return User{}, "", err
	}
	u.PasswordHash = hash
	err = s.change(ctx, audit.UserAdded, audit.User, u.ID.String(), func(ctx context.Context) error {
		return s.store.InsertUser(ctx, u)
	})
	return u, password, err
}

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

// DisableUser shuts a user out within a second, tokens and all.
func (s *Service) DisableUser(ctx context.Context, username string) error {
	u, err := s.store.UserByName(ctx, username)
	if err != nil {
		return err
	}
	return s.change(ctx, audit.UserDisabled, audit.User, u.ID.String(), func(ctx context.Context) error {
		return s.store.DisableUser(ctx, u.ID, s.now())
	})
}

// CreateToken makes an API token for a user and returns it; it is not kept.
// lifetime is how long it is in force, 0 for until it is revoked.
func (s *Service) CreateToken(ctx context.Context, username, name string, lifetime time.Duration) (string, error) {
	var f fault.Findings
	name = checkName(&f, "/name", name)
	if lifetime < 0 {
		f.Add("/expires", fault.TooSmall, fault.Args{"min": 0})
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	u, err := s.store.UserByName(ctx, username)
	if err != nil {
		return "", err
	}
	plain, hash, err := s.secrets.NewToken()
	if err != nil {
		return "", err
	}
	t := Token{ID: s.ids.New(), UserID: u.ID, Name: name, Hash: hash, CreatedAt: s.now()}
	if lifetime > 0 {
		t.ExpiresAt = t.CreatedAt.Add(lifetime)
	}
	err = s.change(ctx, audit.TokenCreated, audit.Token, t.ID.String(), func(ctx context.Context) error {
		return s.store.InsertToken(ctx, t)
	})
	return plain, err
}

// RevokeToken ends a user's tokens of a name within a second. Without any it is
// NotFound.
func (s *Service) RevokeToken(ctx context.Context, username, name string) error {
	u, err := s.store.UserByName(ctx, username)
	if err != nil {
		return err
	}
	return s.change(ctx, audit.TokenRevoked, audit.User, u.ID.String(), func(ctx context.Context) error {
		n, err := s.store.RevokeToken(ctx, u.ID, strings.TrimSpace(name), s.now())
		if err == nil && n == 0 {
			return fault.New(fault.NotFound)
		}
		return err
	})
}

// change makes an administrative change and its audit row in one transaction.
func (s *Service) change(ctx context.Context, action audit.Action, subject audit.Subject, id string, f func(context.Context) error) error {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := f(ctx); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, audit.Entry{
			At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
			Subject: subject, SubjectID: id, RequestID: audit.RequestID(ctx),
		})
	})
}
