package access

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// The purposes of challenges.
const (
	forApp     = "app"     // the secret of an app being set up
	forPasskey = "passkey" // a passkey being made
	forProof   = "proof"   // a passkey as proof, by a user who is known
	forLogin   = "login"   // a passkey in place of name and password
)

// newPasskey is what is kept while a browser makes a passkey.
type newPasskey struct {
	Name string
	Kept []byte
}

// BeginPasskey returns what a browser is asked for a new passkey, as JSON. What
// is wrong is found at /name and /password. Where there are no passkeys it is
// NotFound.
func (s *Service) BeginPasskey(ctx context.Context, token, password, name string) ([]byte, error) {
	mine, err := s.mine(ctx, token)
	if err == nil && s.passkeys == nil {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return nil, err
	}
	have, err := s.store.FactorsOf(ctx, mine.user.ID)
	if err != nil {
		return nil, err
	}
	var f fault.Findings
	switch name = strings.TrimSpace(name); {
	case name == "":
		f.Add("/name", fault.Required, nil)
	case utf8.RuneCountInString(name) > MaxPasskeyName:
		f.Add("/name", fault.TooLong, fault.Args{"max": MaxPasskeyName})
	case len(have.Passkeys) >= MaxPasskeys:
		f.Add("/name", fault.TooMany, fault.Args{"max": MaxPasskeys})
	}
	if err := s.prove(ctx, &f, mine.Actor, mine.user, "/password", password); err != nil {
		return nil, err
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	options, kept, err := s.passkeys.New(mine.user, have.Passkeys)
	if err != nil {
		return nil, err
	}
	content, err := json.Marshal(newPasskey{name, kept})
	if err != nil {
		return nil, err
	}
	return options, s.store.PutChallenge(ctx, Challenge{mine.hash, forPasskey, content, s.now().Add(challengeFor)}, s.now())
}

// AddPasskey adds the passkey that a browser made, as ConfirmApp adds an app.
// What is wrong is found at /passkey.
func (s *Service) AddPasskey(ctx context.Context, token string, answer []byte) ([]string, error) {
	mine, err := s.mine(ctx, token)
	if err == nil && s.passkeys == nil {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return nil, err
	}
	refused := Proof{Passkey: []byte{0}}.wrong()
	content, err := s.store.TakeChallenge(ctx, mine.hash, forPasskey, s.now())
	if fault.KindOf(err) == fault.NotFound {
		return nil, refused
	}
	if err != nil {
		return nil, err
	}
	var asked newPasskey
	if err := json.Unmarshal(content, &asked); err != nil {
		return nil, err
	}
	made, err := s.passkeys.Made(mine.user, asked.Kept, answer)
	if err != nil {
		return nil, refused
	}
	made.ID, made.User, made.Name, made.CreatedAt = s.ids.New(), mine.user.ID, asked.Name, s.now()
	codes, err := s.add(ctx, mine, func(ctx context.Context) error { return s.store.InsertPasskey(ctx, made) })
	if fault.KindOf(err) == fault.Conflict { // somebody has it
		return nil, refused
	}
	return codes, err
}

// AskPasskey returns what a browser is asked for one of the passkeys of a
// session's user, as JSON, whether the session waits for it or it is to prove
// something. Without any it is NotFound.
func (s *Service) AskPasskey(ctx context.Context, token string) ([]byte, error) {
	session, hash, err := s.session(ctx, token)
	if err != nil {
		return nil, err
	}
	if session.HandedOverTo != uuid.Nil || session.Actor.Role == Client {
		return nil, fault.New(fault.Forbidden)
	}
	have, err := s.store.FactorsOf(ctx, session.Actor.ID)
	if err != nil {
		return nil, err
	}
	if s.passkeys == nil || len(have.Passkeys) == 0 {
		return nil, fault.New(fault.NotFound)
	}
	return s.ask(ctx, hash, forProof, session.Actor.ID, have.Passkeys)
}

// AskAnyPasskey returns what a browser is asked for a passkey of anybody's, as
// JSON, and the secret by which its answer is known to be the browser's own.
// Where there are no passkeys it is NotFound.
func (s *Service) AskAnyPasskey(ctx context.Context) (options []byte, secret string, err error) {
	if s.passkeys == nil {
		return nil, "", fault.New(fault.NotFound)
	}
	secret, hash, err := s.secrets.NewSecret()
	if err != nil {
		return nil, "", err
	}
	options, err = s.ask(ctx, hash, forLogin, uuid.Nil, nil)
	return options, secret, err
}

func (s *Service) ask(ctx context.Context, holder []byte, purpose string, user uuid.UUID, have []Passkey) ([]byte, error) {
	options, kept, err := s.passkeys.Ask(user, have)
	if err != nil {
		return nil, err
	}
	return options, s.store.PutChallenge(ctx, Challenge{holder, purpose, kept, s.now().Add(challengeFor)}, s.now())
}

// LoginWithPasskey begins a user's session without name or password: the device
// has made sure of its owner, so the passkey is both factors. The secret is that
// of AskAnyPasskey. Whatever is wrong is Unauthenticated; where the user is
// known it is written into the audit.
func (s *Service) LoginWithPasskey(ctx context.Context, secret string, answer []byte) (string, error) {
	if err := s.sweep(ctx); err != nil {
		return "", err
	}
	var token string
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		found, err := s.answered(ctx, Challenge{Holder: s.secrets.HashToken(secret), Purpose: forLogin}, answer)
		if err != nil || found.user == uuid.Nil {
			return err
		}
		user, err := s.store.UserForChange(ctx, found.user)
		if err != nil {
			return err
		}
		if !found.fits || !user.local() {
			return s.note(ctx, Actor{}, audit.FactorRefused, audit.User, user.ID.String())
		}
		token, err = s.enter(ctx, user)
		return err
	})
	if err == nil && token == "" {
		err = fault.New(fault.Unauthenticated)
	}
	if err != nil {
		return "", err
	}
	return token, nil
}
