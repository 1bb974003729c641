package access

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Proof is with what somebody shows a second factor: one of these.
type Proof struct {
	Code     string // of the authenticator app
	Recovery string // a recovery code
	Passkey  []byte // a browser's answer to AskPasskey
}

// String keeps the codes out of error texts.
func (Proof) String() string { return "[redacted]" }

// where is the field of a proof and what is found there when it is wrong.
func (p Proof) where() (pointer, code string) {
	switch {
	case len(p.Passkey) > 0:
		return "/passkey", fault.WrongPasskey
	case p.Code != "":
		return "/code", fault.WrongFactor
	case p.Recovery != "":
		return "/recovery", fault.WrongRecovery
	}
	return "/code", fault.Required
}

func (p Proof) wrong() error {
	var f fault.Findings
	pointer, code := p.where()
	f.Add(pointer, code, nil)
	return f.Err()
}

// Pass gives a session whose second factor is missing that factor, and returns
// the token of the whole one that takes its place. What is wrong is found at
// /code, /recovery or /passkey. A session that waits for no second factor is
// Unauthenticated.
func (s *Service) Pass(ctx context.Context, token string, proof Proof) (string, error) {
	session, hash, err := s.session(ctx, token)
	if err != nil {
		return "", err
	}
	if session.Waits != SecondFactor {
		return "", fault.New(fault.Unauthenticated)
	}
	var next string
	fits := false
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		user, err := s.store.UserForChange(ctx, session.Actor.ID)
		if err != nil {
			return err
		}
		if fits, err = s.fits(ctx, hash, user, proof); err != nil || !fits {
			return err
		}
		// Whoever else answered with this session came first, or a reset did.
		if here, err := s.store.DeleteSession(ctx, hash); err != nil {
			return err
		} else if !here || !user.local() {
			return fault.New(fault.Unauthenticated)
		}
		next, err = s.enter(ctx, user)
		return err
	})
	if err != nil {
		return "", err
	}
	if !fits {
		return "", proof.wrong()
	}
	return next, nil
}

// PendingFactors are those that a session which waits for one can be given. It
// is Unauthenticated when it waits for none.
func (s *Service) PendingFactors(ctx context.Context, token string) (Factors, error) {
	session, _, err := s.session(ctx, token)
	if err != nil {
		return Factors{}, err
	}
	if session.Waits != SecondFactor {
		return Factors{}, fault.New(fault.Unauthenticated)
	}
	return s.store.FactorsOf(ctx, session.Actor.ID)
}

// fits tells whether a proof is one of a user's factors, which it uses up, and
// writes a wrong one into the audit. It belongs into a transaction that is
// committed whatever comes of it. holder is the hash of the session.
func (s *Service) fits(ctx context.Context, holder []byte, u User, proof Proof) (fits bool, err error) {
	switch {
	case len(proof.Passkey) > 0:
		fits, err = s.passkeyFits(ctx, holder, u, proof.Passkey)
	case proof.Code != "":
		fits, err = s.codeFits(ctx, u, proof.Code)
	case proof.Recovery != "":
		fits, err = s.recoveryFits(ctx, u, proof.Recovery)
	default:
		return false, nil // nothing was tried
	}
	if err != nil || fits {
		return fits, err
	}
	return false, s.note(ctx, Actor{}, audit.FactorRefused, audit.User, u.ID.String())
}

func (s *Service) codeFits(ctx context.Context, u User, typed string) (bool, error) {
	app, err := s.store.AppOf(ctx, u.ID)
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	step, ok := s.secrets.TOTPStep(app.Secret, typed, s.now(), app.Step)
	if !ok {
		return false, nil
	}
	return s.store.UseApp(ctx, u.ID, step)
}

func (s *Service) recoveryFits(ctx context.Context, u User, typed string) (bool, error) {
	used, err := s.store.UseRecoveryCode(ctx, u.ID, s.secrets.HashRecoveryCode(typed))
	if err != nil || !used {
		return false, err
	}
	return true, s.note(ctx, u.actor(), audit.RecoveryUsed, audit.User, u.ID.String())
}

func (s *Service) passkeyFits(ctx context.Context, holder []byte, u User, answer []byte) (bool, error) {
	found, err := s.answered(ctx, Challenge{Holder: holder, Purpose: forProof}, answer)
	return err == nil && found.fits && found.user == u.ID, err
}

// answered is what came of a browser's answer.
type answered struct {
	user uuid.UUID // whose passkey it claims to be, nil when unknown
	fits bool
}

// answered checks a browser's answer to a challenge, which is used up.
func (s *Service) answered(ctx context.Context, c Challenge, answer []byte) (answered, error) {
	if s.passkeys == nil {
		return answered{}, nil
	}
	kept, err := s.store.TakeChallenge(ctx, c.Holder, c.Purpose, s.now())
	if fault.KindOf(err) == fault.NotFound {
		return answered{}, nil
	}
	if err != nil {
		return answered{}, err
	}
	var (
		is     answered
		failed error // of the database, rather than of the answer
		counts = map[uuid.UUID]uint32{}
	)
	used, err := s.passkeys.Answered(kept, answer, func(user uuid.UUID) ([]Passkey, error) {
		var factors Factors
		if factors, failed = s.store.FactorsOf(ctx, user); failed != nil {
			return nil, failed
		}
		for _, one := range factors.Passkeys {
			is.user, counts[one.ID] = user, one.SignCount
		}
		return factors.Passkeys, nil
	})
	if failed != nil || err != nil {
		return is, failed
	}
	used.UsedAt = s.now()
	is.fits, err = s.store.UsePasskey(ctx, used, counts[used.ID])
	return is, err
}
