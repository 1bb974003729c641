package access

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Lengths of a password that somebody chooses, in characters. Length is what
// makes it strong; the upper end only keeps a mistake out.
const (
	MinPassword = 12
	MaxPassword = 200
)

// Login begins a user's session and returns its token, which is not kept. Of a
// user who has a second factor the session opens nothing until that is shown;
// see PassWithCode. A name
// that nobody has, a wrong password and a disabled user are all the same
// Unauthenticated, and cost the same work. A one-time password that was not used
// in time is Gone, with the code password_expired, and told only to whoever has
// it. The caller ends the session that the browser had before.
func (s *Service) Login(ctx context.Context, username, password string) (string, error) {
	user, err := s.byUsername(ctx, foldUsername(username))
	if err != nil {
		return "", err
	}
	fits, err := s.secrets.VerifyPassword(ctx, password, user.PasswordHash)
	if err != nil {
		return "", err
	}
	if user.ID == uuid.Nil {
		return "", fault.New(fault.Unauthenticated)
	}
	if !fits || user.Disabled() {
		if err := s.note(ctx, Actor{}, audit.LoginFailed, audit.User, user.ID.String()); err != nil {
			return "", err
		}
		return "", fault.New(fault.Unauthenticated)
	}
	if over, err := s.passwordOver(ctx, user); err != nil {
		return "", err
	} else if over {
		if err := s.note(ctx, Actor{}, audit.LoginFailed, audit.User, user.ID.String()); err != nil {
			return "", err
		}
		return "", fault.Coded(fault.Gone, fault.CodePasswordExpired)
	}
	if err := s.sweep(ctx); err != nil {
		return "", err
	}
	wanted, err := s.factorWanted(ctx, user.Role)
	if err != nil {
		return "", err
	}
	var token string
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		// The password took a while: meanwhile it may have been reset.
		now, err := s.store.UserForChange(ctx, user.ID)
		if err != nil {
			return err
		}
		if now.Disabled() || now.PasswordHash != user.PasswordHash {
			return fault.New(fault.Unauthenticated)
		}
		factors, err := s.store.FactorsOf(ctx, user.ID)
		if err != nil {
			return err
		}
		token, err = s.enterAs(ctx, user, factors.waits(wanted))
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// passwordOver tells whether a user's password is a one-time one that nobody has
// used for too long: it may have got into other hands meanwhile.
func (s *Service) passwordOver(ctx context.Context, u User) (bool, error) {
	if !u.PasswordOnce {
		return false, nil
	}
	limits, err := s.limits(ctx)
	return !s.now().Before(u.PasswordAt.Add(limits.FirstPassword)), err
}

// enter begins a user's session and writes it into the audit.
func (s *Service) enter(ctx context.Context, u User) (string, error) { return s.enterAs(ctx, u, "") }

// enterAs does the same with a step that is left to be done.
func (s *Service) enterAs(ctx context.Context, u User, waits Step) (string, error) {
	token, err := s.begin(ctx, NewSession{User: u.ID, Waits: waits})
	if err != nil {
		return "", err
	}
	if waits == SecondFactor { // nobody is logged in yet
		return token, s.note(ctx, Actor{}, audit.HalfLoggedIn, audit.User, u.ID.String())
	}
	return token, s.note(ctx, u.actor(), audit.LoggedIn, audit.User, u.ID.String())
}

// sweep clears away some of the sessions and browsers that were last seen long
// ago.
func (s *Service) sweep(ctx context.Context) error {
	limits, err := s.limits(ctx)
	if err != nil {
		return err
	}
	if err := s.store.DeleteBrowsersSeenBefore(ctx, s.now().Add(-BrowserFor), sweepMost); err != nil {
		return err
	}
	return s.store.DeleteSessionsSeenBefore(ctx, s.now().Add(-max(limits.Idle, ClientIdle)), sweepMost)
}

// byUsername returns the zero User when there is none.
func (s *Service) byUsername(ctx context.Context, username string) (User, error) {
	if !usernamePattern.MatchString(username) {
		return User{}, nil
	}
	user, err := s.store.UserByName(ctx, username)
	if fault.KindOf(err) == fault.NotFound {
		return User{}, nil
	}
	return user, err
}

// foldUsername is a username as it is kept, however it was typed.
func foldUsername(typed string) string { return strings.ToLower(strings.TrimSpace(typed)) }

// prove checks the password of a user who is logged in already. A wrong one is
// a finding, and is written into the audit.
func (s *Service) prove(ctx context.Context, f *fault.Findings, actor Actor, u User, pointer, password string) error {
	if password == "" {
		f.Add(pointer, fault.Required, nil)
		return nil
	}
	fits, err := s.secrets.VerifyPassword(ctx, password, u.PasswordHash)
	if err != nil || fits {
		return err
	}
	f.Add(pointer, fault.WrongPassword, nil)
	return s.note(ctx, actor, audit.LoginFailed, audit.User, u.ID.String())
}

// checkPassword looks at a password that somebody has chosen. What is known of
// them is guessed first: the names, and where they work.
func checkPassword(f *fault.Findings, pointer string, u User, password string) {
	switch n := utf8.RuneCountInString(password); {
	case n == 0:
		f.Add(pointer, fault.Required, nil)
	case strings.EqualFold(strings.TrimSpace(password), u.Username):
		f.Add(pointer, fault.SameAsUsername, nil)
	case n < MinPassword:
		f.Add(pointer, fault.TooShort, fault.Args{"min": MinPassword})
	case n > MaxPassword:
		f.Add(pointer, fault.TooLong, fault.Args{"max": MaxPassword})
	case common(password, append([]string{u.Username, u.Name}, u.Units...)...):
		f.Add(pointer, fault.TooCommon, nil)
	}
}

// ChangePassword gives the session's user a new password of MinPassword to
// MaxPassword characters. All sessions of the user end; the token of a new one
// comes back in place of the one at hand. What is wrong is found at /old and
// /new. A session that is handed over is Forbidden.
func (s *Service) ChangePassword(ctx context.Context, token, old, chosen string) (string, error) {
	session, hash, err := s.own(ctx, token, OwnAccount)
	if err != nil {
		return "", err
	}
	if session.HandedOverTo != uuid.Nil {
		return "", fault.New(fault.Forbidden)
	}
	user, err := s.store.UserByID(ctx, session.Actor.ID)
	if err != nil {
		return "", err
	}
	var f fault.Findings
	checkPassword(&f, "/new", user, chosen)
	if chosen == old && len(f) == 0 {
		f.Add("/new", fault.SameAsOld, nil)
	}
	if err := s.prove(ctx, &f, session.Actor, user, "/old", old); err != nil {
		return "", err
	}
	if err := f.Err(); err != nil {
		return "", err
	}
	chosenHash, err := s.secrets.HashPassword(ctx, chosen)
	if err != nil {
		return "", err
	}
	var next string
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.store.UserForChange(ctx, user.ID); err != nil {
			return err
		}
		// A reset that came first has ended this session, and wins.
		if here, err := s.store.DeleteSession(ctx, hash); err != nil {
			return err
		} else if !here {
			return fault.New(fault.Unauthenticated)
		}
		if err := s.replacePassword(ctx, user.ID, chosenHash, false); err != nil {
			return err
		}
		if next, err = s.begin(ctx, NewSession{User: user.ID, Waits: session.Waits}); err != nil {
			return err
		}
		return s.note(ctx, session.Actor, audit.PasswordChanged, audit.User, user.ID.String())
	})
	if err != nil {
		return "", err
	}
	return next, nil
}

// replacePassword sets a password's hash and ends the sessions of its user.
func (s *Service) replacePassword(ctx context.Context, user uuid.UUID, hash string, once bool) error {
	if err := s.store.SetPassword(ctx, user, hash, once, s.now()); err != nil {
		return err
	}
	return s.endEverywhere(ctx, user)
}
