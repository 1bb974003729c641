package invitation

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// NewInvitation is an invitation as it comes in.
type NewInvitation struct {
	Prior     fault.Findings
	Unit      string // one of the actor's own
	Register  string // one of the actor's own
	Battery   string // the professional's
	Language  string // the client's
	Plain     bool
	ClientRef string // "" for an unidentified client
	Days      int    // 1..MaxDays after today; 0 is DefaultDays
}

// Invite makes an invitation with its link and code. They are known only now.
func (s *Service) Invite(ctx context.Context, in NewInvitation) (Invitation, Secrets, error) {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return Invitation{}, Secrets{}, err
	}
	i, err := s.check(ctx, actor, in)
	if err != nil {
		return Invitation{}, Secrets{}, err
	}
	secrets, hashes, err := s.newSecrets(ctx)
	if err != nil {
		return Invitation{}, Secrets{}, err
	}
	i.Hashes = hashes
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.InsertInvitation(ctx, i); err != nil {
			return err
		}
		return s.note(ctx, actor, audit.InvitationMade, i)
	})
	if err != nil {
		return Invitation{}, Secrets{}, err
	}
	return s.shown(i), secrets, nil
}

// check builds an invitation and collects what is wrong, under the same
// pointers as a new assessment.
func (s *Service) check(ctx context.Context, actor access.Actor, in NewInvitation) (Invitation, error) {
	inUse, err := s.batteries.InUse(ctx)
	if err != nil {
		return Invitation{}, err
	}
	f, now := slices.Clone(in.Prior), s.now()
	i := Invitation{
		ID: s.ids.New(), Unit: in.Unit,
		Register:  oneOf(&f, "/register", in.Register, actor.Registers...),
		Battery:   in.Battery,
		Language:  oneOf(&f, "/language", in.Language, lang.All...),
		Plain:     in.Plain,
		ClientRef: strings.TrimSpace(in.ClientRef),
		CreatedBy: actor.ID, CreatedAt: now,
	}
	checkChoice(&f, "/unit", in.Unit, fault.UnknownUnit, actor.InUnit(in.Unit))
	checkChoice(&f, "/battery", in.Battery, fault.UnknownBattery, inUse[in.Battery])
	checkLength(&f, "/client_ref", i.ClientRef, assessment.MaxClientRef)
	i.ExpiresAt = endOf(calendar.DayOf(now).AddDays(checkDays(&f, in.Days)))
	return i, f.Err()
}

func checkChoice(f *fault.Findings, pointer, code, unknown string, known bool) {
	switch {
	case f.Touches(pointer):
	case code == "":
		f.Add(pointer, fault.Required, nil)
	case !known:
		f.Add(pointer, unknown, nil)
	}
}

func checkDays(f *fault.Findings, days int) int {
	const pointer = "/days"
	switch {
	case f.Touches(pointer), days == 0:
		return DefaultDays
	case days < 1:
		f.Add(pointer, fault.TooSmall, fault.Args{"min": 1})
	case days > MaxDays:
		f.Add(pointer, fault.TooGreat, fault.Args{"max": MaxDays})
	}
	return days
}

func checkLength(f *fault.Findings, pointer, text string, limit int) {
	if utf8.RuneCountInString(text) > limit && !f.Touches(pointer) {
		f.Add(pointer, fault.TooLong, fault.Args{"max": limit})
	}
}

func oneOf[T ~string](f *fault.Findings, pointer, code string, allowed ...T) T {
	list := make([]string, len(allowed))
	for n, a := range allowed {
		if code == string(a) {
			return a
		}
		list[n] = string(a)
	}
	switch {
	case f.Touches(pointer):
	case code == "":
		f.Add(pointer, fault.Required, nil)
	default:
		f.Add(pointer, fault.NotInList, fault.Args{"allowed": strings.Join(list, ", ")})
	}
	return ""
}

// newSecrets makes a link and a code that begins as nobody else's does. The
// beginning is three characters, one of 32,768.
func (s *Service) newSecrets(ctx context.Context) (Secrets, Hashes, error) {
	const attempts = 20
	link, hash, err := s.locksmith.NewSecret()
	if err != nil {
		return Secrets{}, Hashes{}, err
	}
	for range attempts {
		code, selector, codeHash, err := s.locksmith.NewCode(ctx)
		if err != nil {
			return Secrets{}, Hashes{}, err
		}
		free, err := s.store.FreeSelector(ctx, selector, s.now())
		if err != nil {
			return Secrets{}, Hashes{}, err
		}
		if free {
			return Secrets{Link: link, Code: code}, Hashes{Link: hash, Selector: selector, Code: codeHash}, nil
		}
	}
	return Secrets{}, Hashes{}, fault.New(fault.Unavailable)
}

// Invitations lists those of the actor's units and registers, the newest first, at most
// ListLimit.
func (s *Service) Invitations(ctx context.Context) ([]Invitation, error) {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Invitations(ctx, actor.Scope(), ListLimit)
	for n := range list {
		list[n] = s.shown(list[n])
	}
	return list, err
}

// Invitation reads one of the actor's units and registers.
func (s *Service) Invitation(ctx context.Context, id uuid.UUID) (Invitation, error) {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return Invitation{}, err
	}
	i, err := own(ctx, actor, s.store.OwnInvitation, id)
	if err != nil {
		return Invitation{}, err
	}
	return s.shown(i), nil
}

// own reads an invitation of one of the actor's units and registers. Somebody
// else's is not found, the same as one that does not exist and with the same work.
func own(ctx context.Context, actor access.Actor, read func(context.Context, access.Scope, uuid.UUID) (Invitation, error), id uuid.UUID) (Invitation, error) {
	i, err := read(ctx, actor.Scope(), id)
	if err != nil {
		return Invitation{}, err
	}
	if !actor.May(access.InviteClient, i.Unit, i.Register) {
		return Invitation{}, fault.New(fault.NotFound)
	}
	return i, nil
}

// Cancel ends an invitation and logs its client out. What was answered stays
// with the assessment. A second time changes nothing and is no error.
func (s *Service) Cancel(ctx context.Context, id uuid.UUID) error {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		i, err := own(ctx, actor, s.store.OwnInvitationForUpdate, id)
		if err != nil || !i.CancelledAt.IsZero() {
			return err
		}
		return s.cancel(ctx, actor, i)
	})
}

func (s *Service) cancel(ctx context.Context, actor access.Actor, i Invitation) error {
	i.CancelledAt = s.now()
	if err := s.store.UpdateInvitation(ctx, i); err != nil {
		return err
	}
	if err := s.store.EndClientSessions(ctx, i.ID); err != nil {
		return err
	}
	return s.note(ctx, actor, audit.InvitationCancelled, i)
}

// Renew makes a new link and code, good for as many days as the first ones. The
// old ones and what they opened end, as does a lock; what was answered is kept.
// Of an invitation that is cancelled or answered it is a Conflict. In the audit
// the invitation is made once more.
func (s *Service) Renew(ctx context.Context, id uuid.UUID) (Secrets, error) {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return Secrets{}, err
	}
	secrets, hashes, err := s.newSecrets(ctx)
	if err != nil {
		return Secrets{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		i, err := own(ctx, actor, s.store.OwnInvitationForUpdate, id)
		if err != nil {
			return err
		}
		if !i.CancelledAt.IsZero() || i.answered() {
			return fault.New(fault.Conflict)
		}
		now := s.now()
		i.ExpiresAt = endOf(calendar.DayOf(now).AddDays(i.days()))
		i.CreatedAt, i.LinkUsedAt, i.Failures, i.Hashes = now, time.Time{}, 0, hashes
		if err := s.store.UpdateInvitation(ctx, i); err != nil {
			return err
		}
		if err := s.store.EndClientSessions(ctx, i.ID); err != nil {
			return err
		}
		return s.note(ctx, actor, audit.InvitationMade, i)
	})
	if err != nil {
		return Secrets{}, err
	}
	return secrets, nil
}

// AnsweredBeforehand maps the drafts of the actor's units and registers to when the client
// said that the own part is ready.
func (s *Service) AnsweredBeforehand(ctx context.Context) (map[uuid.UUID]time.Time, error) {
	actor, err := access.Require(ctx, access.InviteClient)
	if err != nil {
		return nil, err
	}
	return s.store.AnsweredBeforehand(ctx, actor.Scope())
}
