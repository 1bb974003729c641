package access

import (
	"context"
	"log/slog"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// AppSetUp is what an authenticator app is told.
type AppSetUp struct {
	Username string
	Secret   []byte
}

// String keeps the secret out of error texts.
func (AppSetUp) String() string { return "[redacted]" }

// LogValue keeps the secret out of logs.
func (AppSetUp) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// BeginApp returns what an authenticator app is told that a session's user is
// setting up. The secret is the same until it is confirmed or a quarter of an
// hour has passed. It is a Conflict when there is an app already.
func (s *Service) BeginApp(ctx context.Context, token string) (AppSetUp, error) {
	mine, err := s.mine(ctx, token)
	if err != nil {
		return AppSetUp{}, err
	}
	have, err := s.store.FactorsOf(ctx, mine.user.ID)
	if err != nil {
		return AppSetUp{}, err
	}
	if have.HasApp() {
		return AppSetUp{}, fault.New(fault.Conflict)
	}
	secret, err := s.store.Challenge(ctx, mine.hash, forApp, s.now())
	if fault.KindOf(err) == fault.NotFound {
		if secret, err = s.secrets.NewTOTP(); err == nil {
			err = s.store.PutChallenge(ctx, Challenge{mine.hash, forApp, secret, s.now().Add(appSetUpFor)}, s.now())
		}
	}
	return AppSetUp{mine.user.Username, secret}, err
}

// ConfirmApp adds the authenticator app of BeginApp, whose first code shows that
// it has the secret. With the first factor come recovery codes, which nobody can
// be shown again; otherwise there are none. What is wrong is found at /password
// and /code. All other sessions of the user end.
func (s *Service) ConfirmApp(ctx context.Context, token, password, code string) ([]string, error) {
	mine, err := s.mine(ctx, token)
	if err != nil {
		return nil, err
	}
	var f fault.Findings
	if err := s.prove(ctx, &f, mine.Actor, mine.user, "/password", password); err != nil {
		return nil, err
	}
	secret, err := s.store.Challenge(ctx, mine.hash, forApp, s.now())
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	step, ok := s.secrets.TOTPStep(secret, code, s.now(), 0)
	switch {
	case code == "":
		f.Add("/code", fault.Required, nil)
	case err != nil || !ok:
		f.Add("/code", fault.WrongFactor, nil)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return s.add(ctx, mine, func(ctx context.Context) error {
		if _, err := s.store.TakeChallenge(ctx, mine.hash, forApp, s.now()); err != nil {
			return err
		}
		return s.store.InsertApp(ctx, mine.user.ID, App{secret, step}, s.now())
	})
}

// add adds a factor, gives the user recovery codes with the first one, and ends
// the user's other sessions: they may be somebody's who knew the password alone.
func (s *Service) add(ctx context.Context, mine mine, insert func(context.Context) error) (codes []string, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, mine.user.ID); err != nil {
			return err
		}
		before, err := s.store.FactorsOf(ctx, mine.user.ID)
		if err != nil {
			return err
		}
		if err := insert(ctx); err != nil {
			return err
		}
		if !before.Any() {
			if codes, err = s.newCodes(ctx, mine.user.ID); err != nil {
				return err
			}
		}
		return s.changed(ctx, mine, "", audit.FactorAdded)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// changed ends a change of factors: this session goes on and all others end.
func (s *Service) changed(ctx context.Context, mine mine, waits Step, action audit.Action) error {
	if err := s.store.SetWaits(ctx, mine.hash, waits); err != nil {
		if fault.KindOf(err) == fault.NotFound { // a reset came first, and wins
			return fault.New(fault.Unauthenticated)
		}
		return err
	}
	if err := s.store.DeleteOtherSessions(ctx, mine.user.ID, mine.hash); err != nil {
		return err
	}
	return s.note(ctx, mine.Actor, action, audit.User, mine.user.ID.String())
}

func (s *Service) newCodes(ctx context.Context, user uuid.UUID) ([]string, error) {
	codes, hashes := make([]string, RecoveryCodes), make([][]byte, RecoveryCodes)
	for i := range codes {
		var err error
		if codes[i], hashes[i], err = s.secrets.NewRecoveryCode(); err != nil {
			return nil, err
		}
	}
	return codes, s.store.ReplaceRecoveryCodes(ctx, user, hashes)
}

// NewRecoveryCodes gives a user who has a second factor new recovery codes in
// place of all before. The password and the factor are proven as in RemoveApp.
func (s *Service) NewRecoveryCodes(ctx context.Context, token, password string, proof Proof) (codes []string, err error) {
	err = s.withProof(ctx, token, password, proof, func(ctx context.Context, mine mine) error {
		have, err := s.store.FactorsOf(ctx, mine.user.ID)
		if err != nil {
			return err
		}
		if !have.Any() {
			return fault.New(fault.NotFound)
		}
		if codes, err = s.newCodes(ctx, mine.user.ID); err != nil {
			return err
		}
		return s.changed(ctx, mine, mine.Waits, audit.FactorAdded)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RemoveApp takes the authenticator app away. The user proves to be there with
// the password and a factor; what is wrong is found at /password, /code,
// /recovery and /passkey. Whoever the house wants a factor of adds another one
// next.
func (s *Service) RemoveApp(ctx context.Context, token, password string, proof Proof) error {
	return s.remove(ctx, token, password, proof, s.store.DeleteApp)
}

// RemovePasskey takes one passkey away, as RemoveApp does.
func (s *Service) RemovePasskey(ctx context.Context, token string, id uuid.UUID, password string, proof Proof) error {
	return s.remove(ctx, token, password, proof, func(ctx context.Context, user uuid.UUID) (bool, error) {
		return s.store.DeletePasskey(ctx, user, id)
	})
}

func (s *Service) remove(ctx context.Context, token, password string, proof Proof, drop func(context.Context, uuid.UUID) (bool, error)) error {
	return s.withProof(ctx, token, password, proof, func(ctx context.Context, mine mine) error {
		dropped, err := drop(ctx, mine.user.ID)
		if err != nil {
			return err
		}
		if !dropped {
			return fault.New(fault.NotFound)
		}
		left, err := s.store.FactorsOf(ctx, mine.user.ID)
		if err != nil {
			return err
		}
		waits := Step("")
		if !left.Any() {
			if err := s.store.DeleteFactors(ctx, mine.user.ID); err != nil { // the recovery codes
				return err
			}
			wanted, err := s.factorWanted(ctx, mine.user.Role)
			if err != nil {
				return err
			}
			waits = left.waits(wanted)
		}
		return s.changed(ctx, mine, waits, audit.FactorRemoved)
	})
}

// withProof does something to the factors of a user who has shown the password
// and a factor, in one transaction with using that up. A wrong proof uses up
// nothing and is written down.
func (s *Service) withProof(ctx context.Context, token, password string, proof Proof, do func(context.Context, mine) error) error {
	mine, err := s.mine(ctx, token)
	if err != nil {
		return err
	}
	var f fault.Findings
	if err := s.prove(ctx, &f, mine.Actor, mine.user, "/password", password); err != nil {
		return err
	}
	if pointer, code := proof.where(); code == fault.Required {
		f.Add(pointer, code, nil)
	}
	if err := f.Err(); err != nil {
		return err
	}
	fits := false
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		user, err := s.store.UserForChange(ctx, mine.user.ID)
		if err != nil {
			return err
		}
		if fits, err = s.fits(ctx, mine.hash, user, proof); err != nil || !fits {
			return err
		}
		return do(ctx, mine)
	})
	if err == nil && !fits {
		return proof.wrong()
	}
	return err
}
