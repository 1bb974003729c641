package access

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// EmergencySheets are the codes of a set as they are printed: they can't be had
// again.
type EmergencySheets struct {
	Set   EmergencySet
	Codes [2][]string // by sheet
}

// String keeps the codes out of error texts.
func (EmergencySheets) String() string { return "[redacted]" }

// PrepareEmergency makes the sealed codes of a unit: so many on each of two
// sheets, good for so many days. What is wrong is found at /unit, /codes or /days.
func (s *Service) PrepareEmergency(ctx context.Context, unit string, codes, days int) (EmergencySheets, error) {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return EmergencySheets{}, err
	}
	var f fault.Findings
	if _, err := s.checkUnits(ctx, &f, "", []string{unit}); err != nil {
		return EmergencySheets{}, err
	}
	between(&f, "/codes", codes, MaxEmergencyCodes)
	between(&f, "/days", days, MaxEmergencyDays)
	if err := f.Err(); err != nil {
		return EmergencySheets{}, err
	}
	now := s.now()
	made := EmergencySheets{Set: EmergencySet{
		ID: s.ids.New(), Unit: unit, MadeBy: actor.ID, MadeAt: now, ExpiresAt: now.AddDate(0, 0, days), Codes: codes, Left: [2]int{codes, codes},
	}}
	var kept []EmergencyCode
	for sheet := range made.Codes {
		for number := 1; number <= codes; number++ {
			plain, hash, err := s.secrets.NewEmergencyCode()
			if err != nil {
				return EmergencySheets{}, err
			}
			made.Codes[sheet] = append(made.Codes[sheet], plain)
			kept = append(kept, EmergencyCode{Set: made.Set.ID, Sheet: sheet + 1, Number: number, Hash: hash})
		}
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.InsertEmergencySet(ctx, made.Set, kept); err != nil {
			return err
		}
		return s.noteIn(ctx, actor, audit.EmergencyPrepared, audit.EmergencySet, made.Set.ID.String(), unit)
	})
	if err != nil {
		return EmergencySheets{}, err
	}
	return made, nil
}

func between(f *fault.Findings, pointer string, n, most int) {
	switch {
	case n < 1:
		f.Add(pointer, fault.TooSmall, fault.Args{"min": 1})
	case n > most:
		f.Add(pointer, fault.TooGreat, fault.Args{"max": most})
	}
}

// EmergencySets lists all sets, the newest first.
func (s *Service) EmergencySets(ctx context.Context) ([]EmergencySet, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return nil, err
	}
	return s.store.EmergencySets(ctx)
}

// RevokeEmergency takes a set back: its codes are good for nothing any more, and
// the sessions that they opened end. One that was taken back before stays so.
func (s *Service) RevokeEmergency(ctx context.Context, id uuid.UUID) error {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		set, err := s.store.EmergencySetForChange(ctx, id)
		if err != nil || !set.RevokedAt.IsZero() {
			return err
		}
		if err := s.store.RevokeEmergencySet(ctx, id, s.now()); err != nil {
			return err
		}
		return s.noteIn(ctx, actor, audit.EmergencyRevoked, audit.EmergencySet, id.String(), set.Unit)
	})
}

// EmergencyReview is an emergency login as whoever reviews it sees it.
type EmergencyReview struct {
	EmergencyLogin
	Names   map[uuid.UUID]string // of those in it
	Actions []ActionCount        // what was done in it
	Open    bool                 // it is still going on
	Own     bool                 // whoever asks stood by, and can't review it
}

// EmergencyLogins lists the latest emergency logins, those without a review first,
// without what was done in them.
func (s *Service) EmergencyLogins(ctx context.Context) ([]EmergencyReview, error) {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return nil, err
	}
	logins, err := s.store.EmergencyLogins(ctx, maxEmergencyLogins)
	if err != nil {
		return nil, err
	}
	list := make([]EmergencyReview, len(logins))
	for i, l := range logins {
		if list[i], err = s.asReview(ctx, actor, l); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// EmergencyLogin returns one of them, with what was done in it.
func (s *Service) EmergencyLogin(ctx context.Context, id uuid.UUID) (EmergencyReview, error) {
	actor, err := Require(ctx, Manage)
	if err != nil {
		return EmergencyReview{}, err
	}
	l, err := s.store.EmergencyLogin(ctx, id)
	if err != nil {
		return EmergencyReview{}, err
	}
	review, err := s.asReview(ctx, actor, l)
	if err != nil {
		return EmergencyReview{}, err
	}
	review.Actions, err = s.store.EmergencyActions(WholeHouse(ctx), l) // an administrator has no units, and is shown counts alone
	return review, err
}

func (s *Service) asReview(ctx context.Context, actor Actor, l EmergencyLogin) (EmergencyReview, error) {
	review := EmergencyReview{EmergencyLogin: l, Names: map[uuid.UUID]string{}, Open: s.now().Before(l.Over()), Own: l.Witness == actor.ID}
	for _, id := range []uuid.UUID{l.User, l.Witness, l.ReviewedBy} {
		if id == uuid.Nil {
			continue
		}
		u, err := s.store.UserByID(ctx, id)
		if err != nil {
			return EmergencyReview{}, err
		}
		review.Names[id] = u.Name
	}
	return review, nil
}

// UnreviewedEmergencies counts the emergency logins that wait for a review.
func (s *Service) UnreviewedEmergencies(ctx context.Context) (int, error) {
	if _, err := Require(ctx, Manage); err != nil {
		return 0, err
	}
	return s.store.UnreviewedEmergencyLogins(ctx)
}

// ReviewEmergency writes down what was found about an emergency login that is
// over. Whoever stood by is Forbidden: it takes somebody else. What is wrong is
// found at /outcome; a second review is a Conflict.
func (s *Service) ReviewEmergency(ctx context.Context, id uuid.UUID, outcome string) error {
	review, err := s.EmergencyLogin(ctx, id)
	if err != nil {
		return err
	}
	actor, _ := From(ctx)
	switch {
	case review.Own:
		return fault.New(fault.Forbidden)
	case review.Open:
		return fault.New(fault.Conflict)
	}
	if !slices.Contains(EmergencyOutcomes, EmergencyOutcome(outcome)) {
		var f fault.Findings
		f.Add("/outcome", fault.Required, nil)
		return f.Err()
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.ReviewEmergencyLogin(ctx, id, actor.ID, EmergencyOutcome(outcome), s.now()); err != nil {
			return err
		}
		return s.noteIn(ctx, actor, audit.EmergencyReviewed, audit.EmergencyLogin, id.String()+":"+outcome, review.Unit)
	})
}

// OwnEmergencies returns the emergency logins without a review that were opened
// in the name of whoever asks, or with them as the one who stood by: so that they
// notice what wasn't them.
func (s *Service) OwnEmergencies(ctx context.Context) ([]EmergencyLogin, error) {
	actor, err := Require(ctx, OwnAccount)
	if err != nil {
		return nil, err
	}
	return s.store.EmergencyLoginsOf(ctx, actor.ID)
}

// noteIn is note about a record of a unit.
func (s *Service) noteIn(ctx context.Context, actor Actor, action audit.Action, subject audit.Subject, id, unit string) error {
	return s.store.AppendAudit(ctx, audit.Entry{
		At: s.now(), Actor: actor.ID, Role: string(actor.Role), Action: action,
		Subject: subject, SubjectID: id, Unit: unit, RequestID: audit.RequestID(ctx),
	})
}
