package invitation

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Who holds a link or a code is nobody yet, so these use cases look into all units.

// FollowLink lets a client in with the link, once. Only what a person asks for
// may call it: a mail scanner that opens the address must not use the link up.
// A link that is unknown or over is Gone; one that was used is so with the
// code "link_used", a locked one with "invitation_locked".
func (s *Service) FollowLink(ctx context.Context, link string) (token string, err error) {
	err = s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		i, err := s.store.InvitationByLinkForUpdate(ctx, s.locksmith.HashToken(link))
		if fault.KindOf(err) == fault.NotFound {
			return fault.New(fault.Gone)
		}
		if err != nil {
			return err
		}
		switch {
		case i.over(s.now()):
			return fault.New(fault.Gone)
		case i.Failures >= MaxFailures:
			return locked()
		case !i.LinkUsedAt.IsZero():
			return fault.Coded(fault.Gone, fault.CodeLinkUsed)
		}
		i.LinkUsedAt = s.now()
		token, err = s.letIn(ctx, i)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// letIn opens a session for the client of an invitation that was changed.
func (s *Service) letIn(ctx context.Context, i Invitation) (string, error) {
	if err := s.store.UpdateInvitation(ctx, i); err != nil {
		return "", err
	}
	token, err := s.sessions.OpenClientSession(ctx, i.ID)
	if err != nil {
		return "", err
	}
	return token, s.note(ctx, access.Actor{ID: i.ID, Role: access.Client}, audit.LoggedIn, i)
}

func locked() error { return fault.Coded(fault.Gone, fault.CodeInvitationLocked) }

func wrongCode() error {
	var f fault.Findings
	f.Add("/code", fault.WrongCode, nil)
	return f.Err()
}

// EnterCode lets a client in with the code, as often as needed until the
// invitation is over. The fifth wrong one in a row locks it, also against the
// right one.
//
// Every attempt counts as wrong before it is compared, and that is undone when
// it was right: so no more than five are ever compared, however many come at
// once.
func (s *Service) EnterCode(ctx context.Context, code string) (token string, err error) {
	selector, secret, ok := s.locksmith.SplitCode(code)
	if !ok {
		return "", wrongCode()
	}
	i, refused, err := s.charge(ctx, selector)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	right, err := s.locksmith.VerifyPassword(ctx, secret, i.Hashes.Code) // an unknown one has no hash
	switch {
	case err != nil:
		return "", err
	case refused:
		return "", locked()
	case !right:
		return "", s.refuse(ctx, i)
	}
	return s.admit(ctx, i)
}

// charge counts one attempt on the invitation that a code belongs to. It is
// refused when the invitation is locked already.
func (s *Service) charge(ctx context.Context, selector string) (i Invitation, refused bool, err error) {
	err = s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		if i, err = s.store.InvitationBySelectorForUpdate(ctx, selector); err != nil {
			return err
		}
		if refused = i.Failures >= MaxFailures; refused {
			return nil
		}
		i.Failures++
		return s.store.UpdateInvitation(ctx, i)
	})
	return i, refused, err
}

// refuse answers to a wrong code, and writes down when it was the last one.
// Who typed it is not known.
func (s *Service) refuse(ctx context.Context, tried Invitation) error {
	if tried.Failures < MaxFailures {
		return wrongCode()
	}
	answer := wrongCode()
	err := s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		i, err := s.store.InvitationForUpdate(ctx, tried.ID)
		if err != nil {
			return err
		}
		if i.Failures < MaxFailures { // the right code came in between
			return nil
		}
		answer = locked()
		return s.note(ctx, access.Actor{}, audit.InvitationLocked, i)
	})
	if err != nil {
		return err
	}
	return answer
}

// admit opens a session after the right code, unless the invitation is over or
// was given another code meanwhile.
func (s *Service) admit(ctx context.Context, tried Invitation) (token string, err error) {
	err = s.store.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		i, err := s.store.InvitationForUpdate(ctx, tried.ID)
		if err != nil {
			return err
		}
		if i.Hashes.Code != tried.Hashes.Code {
			return wrongCode()
		}
		if err := s.open(i); err != nil {
			return err
		}
		i.Failures = 0
		token, err = s.letIn(ctx, i)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}
