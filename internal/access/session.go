package access

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Session is a browser that somebody has logged in with, or in which an invited
// client answers.
type Session struct {
	Actor              Actor
	HandedOverTo       uuid.UUID // the assessment whose client's part alone is shown; nil when not handed over
	MustChangePassword bool      // it is a one-time password's first login
	Waits              Step      // what its login left to be done beside that: SecondFactor, AddFactor or ""
	Emergency          uuid.UUID // the emergency login that it is of, nil for none
	CreatedAt, SeenAt  time.Time
	EndsAt             time.Time // when it ends if nothing more happens
	EndsAtLatest       time.Time // when it ends whatever happens
}

// String keeps the session out of error texts.
func (Session) String() string { return "[redacted]" }

// LogValue keeps the session out of logs.
func (Session) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Step is something that stands between a login and the rest of the service.
type Step string

// The steps.
const (
	SecondFactor Step = "second_factor" // the password was right, the other proof is missing: nobody yet
	NewPassword  Step = "new_password"  // the password was a one-time one
	AddFactor    Step = "add_factor"    // the house wants a second factor and the user has none
)

// Missing is the next step that is left before the session opens the service,
// "" when there is none.
func (s Session) Missing() Step {
	if s.MustChangePassword && s.Waits != SecondFactor {
		return NewPassword
	}
	return s.Waits
}

// NewSession is a session as it begins: a user's, or that of an invited client.
type NewSession struct {
	Hash       []byte    // of the token
	User       uuid.UUID // nil for a client's
	Invitation uuid.UUID // nil for a user's
	Waits      Step      // SecondFactor, AddFactor or ""
	Emergency  uuid.UUID // nil for none
	At         time.Time
}

// Limits is how long a user's session lasts, and how long a one-time password
// can be used to begin one.
type Limits struct {
	Idle          time.Duration // with nothing happening
	Absolute      time.Duration // whatever happens
	FirstPassword time.Duration // since it was made
	Emergency     time.Duration // whatever happens, of one that was opened with sealed codes
}

// DefaultLimits let a visit be talked through, and end with the working day; a
// new colleague has a week to come in for the first time.
var DefaultLimits = Limits{Idle: 30 * time.Minute, Absolute: 10 * time.Hour, FirstPassword: 7 * 24 * time.Hour, Emergency: 8 * time.Hour}

const (
	// ClientIdle is how long a client's session lasts with nothing happening:
	// people answer at home, at their own pace.
	ClientIdle = 2 * time.Hour
	// halfOpenFor is how long the second factor is waited for.
	halfOpenFor = 10 * time.Minute
	// touchEvery bounds how often a session in use is written.
	touchEvery = 30 * time.Second
	// sweepMost is how many ended sessions a login clears away.
	sweepMost = 100
)

// limit sets the ends of a session. EndsAtLatest may be there already: the end
// of a client's invitation, or of an emergency login.
func (s *Session) limit(l Limits) {
	idle := l.Idle
	switch s.Actor.Role {
	case Client:
		idle = ClientIdle
	case Emergency:
		idle, l.Absolute = EmergencyIdle, max(l.Absolute, l.Emergency)
	}
	if s.Waits == SecondFactor {
		l.Absolute = halfOpenFor
	}
	if latest := s.CreatedAt.Add(l.Absolute); s.EndsAtLatest.IsZero() || latest.Before(s.EndsAtLatest) {
		s.EndsAtLatest = latest
	}
	s.EndsAt = s.SeenAt.Add(idle)
	if s.EndsAtLatest.Before(s.EndsAt) {
		s.EndsAt = s.EndsAtLatest
	}
}

// Session returns the session of a token and keeps it from ending idle. It is
// Unauthenticated when the session is unknown or has ended, the user is
// disabled, or the invitation is cancelled or over.
func (s *Service) Session(ctx context.Context, token string) (Session, error) {
	session, _, err := s.session(ctx, token)
	return session, err
}

func (s *Service) session(ctx context.Context, token string) (Session, []byte, error) {
	limits, err := s.limits(ctx)
	if err != nil {
		return Session{}, nil, err
	}
	hash, now := s.secrets.HashToken(token), s.now()
	session, err := s.store.SessionByHash(ctx, hash, now)
	if fault.KindOf(err) == fault.NotFound {
		return Session{}, nil, fault.New(fault.Unauthenticated)
	}
	if err != nil {
		return Session{}, nil, err
	}
	session.limit(limits)
	if !now.Before(session.EndsAt) {
		return Session{}, nil, fault.New(fault.Unauthenticated)
	}
	if now.Sub(session.SeenAt) >= touchEvery {
		if err := s.store.TouchSession(ctx, hash, now); err != nil {
			return Session{}, nil, err
		}
		session.SeenAt = now
		session.limit(limits)
	}
	return session, hash, nil
}

// begin makes a session and returns its token, which is not kept. Hash and time
// are set here.
func (s *Service) begin(ctx context.Context, n NewSession) (string, error) {
	token, hash, err := s.secrets.NewSecret()
	if err != nil {
		return "", err
	}
	n.Hash, n.At = hash, s.now()
	return token, s.store.InsertSession(ctx, n)
}

// OpenClientSession makes the session of a client who has shown the link or the
// code of an invitation, which the caller has checked and writes into the audit.
func (s *Service) OpenClientSession(ctx context.Context, invitation uuid.UUID) (string, error) {
	token, err := s.begin(ctx, NewSession{Invitation: invitation})
	if fault.KindOf(err) == fault.Conflict {
		return "", fault.New(fault.NotFound)
	}
	if err != nil {
		return "", err
	}
	return token, nil
}

// Logout ends a session. One that has ended already is no error.
func (s *Service) Logout(ctx context.Context, token string) error {
	hash := s.secrets.HashToken(token)
	return s.store.InTx(ctx, func(ctx context.Context) error {
		session, err := s.store.SessionByHash(ctx, hash, s.now())
		known := err == nil
		if !known && fault.KindOf(err) != fault.NotFound {
			return err
		}
		ended, err := s.store.DeleteSession(ctx, hash)
		if err != nil || !ended || !known {
			return err
		}
		subject := audit.User
		switch session.Actor.Role {
		case Client:
			subject = audit.Invitation
		case Emergency:
			if err := s.store.EndEmergencyLogins(ctx, session.Actor.ID, s.now()); err != nil {
				return err
			}
			return s.noteIn(ctx, session.Actor, audit.EmergencyEnded, audit.EmergencyLogin, session.Emergency.String(), session.Actor.Units[0])
		}
		return s.note(ctx, session.Actor, audit.LoggedOut, subject, session.Actor.ID.String())
	})
}

// HandOver leaves nothing in a session but the client's part of an assessment,
// until the user takes it back. The caller has read the assessment in the user's
// name. A session that is handed over already cannot be handed over to another.
func (s *Service) HandOver(ctx context.Context, token string, assessment uuid.UUID) error {
	session, hash, err := s.own(ctx, token, ChangeAssessment)
	switch {
	case err != nil:
		return err
	case assessment == uuid.Nil:
		return fault.New(fault.NotFound)
	case session.HandedOverTo == assessment:
		return nil
	case session.HandedOverTo != uuid.Nil:
		return fault.New(fault.Forbidden)
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.SetHandedOver(ctx, hash, assessment); err != nil {
			if fault.KindOf(err) == fault.Conflict {
				return fault.New(fault.NotFound)
			}
			return err
		}
		return s.note(ctx, session.Actor, audit.HandedOver, audit.Assessment, assessment.String())
	})
}

// TakeBack gives a session that was handed over back to its user, who proves
// to be there with the password or, in an emergency, with one of the two codes
// that opened it. A session that is not handed over stays as it is.
func (s *Service) TakeBack(ctx context.Context, token, password string) error {
	session, hash, err := s.own(ctx, token, ChangeAssessment)
	if err != nil || session.HandedOverTo == uuid.Nil {
		return err
	}
	user, err := s.store.UserByID(ctx, session.Actor.ID)
	if err != nil {
		return err
	}
	var f fault.Findings
	if session.Emergency != uuid.Nil {
		err = s.proveByCode(ctx, &f, session, "/password", password)
	} else {
		err = s.prove(ctx, &f, session.Actor, user, "/password", password)
	}
	if err != nil {
		return err
	}
	if err := f.Err(); err != nil {
		return err
	}
	return s.takeBack(ctx, session, hash)
}

func (s *Service) takeBack(ctx context.Context, session Session, hash []byte) error {
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.SetHandedOver(ctx, hash, uuid.Nil); err != nil {
			return err
		}
		return s.note(ctx, session.Actor, audit.TakenBack, audit.Assessment, session.HandedOverTo.String())
	})
}

// own returns the session of a token whose actor may do something. While the
// second factor is missing that is nobody.
func (s *Service) own(ctx context.Context, token string, action Action) (Session, []byte, error) {
	session, hash, err := s.session(ctx, token)
	if err == nil && session.Waits == SecondFactor {
		err = fault.New(fault.Unauthenticated)
	}
	if err != nil {
		return Session{}, nil, err
	}
	_, err = Require(With(ctx, session.Actor), action)
	return session, hash, err
}
