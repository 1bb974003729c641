package retention

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Erasure is all that is kept about one client, by its ids: the consent that it
// begins from and, when that bears a client_ref, the others of the same client_ref
// in the same unit; every assessment under those consents or with that client_ref
// in that unit; the consents of the own units that these stand on; and the
// invitations that lead to the assessments or bear the client_ref. In another unit
// the same client_ref may be somebody else.
type Erasure struct {
	Consents    []Record
	Assessments []Record
	Invitations []Record
	Held        bool // one of the consents is held, so that nothing can be erased
	Foreign     bool // something belongs to a register that is not the actor's, so that nothing can be erased
	Archived    int  // documents that the archive has
	MaybeThere  int  // documents that were tried and whose delivery was not written down
}

// ids of some records.
func ids(list []Record) []uuid.UUID {
	all := make([]uuid.UUID, 0, len(list))
	for _, r := range list {
		if id, err := uuid.Parse(r.ID); err == nil {
			all = append(all, id)
		}
	}
	return all
}

// ConsentIDs, AssessmentIDs and InvitationIDs are the ids of the records.
func (e Erasure) ConsentIDs() []uuid.UUID    { return ids(e.Consents) }
func (e Erasure) AssessmentIDs() []uuid.UUID { return ids(e.Assessments) }
func (e Erasure) InvitationIDs() []uuid.UUID { return ids(e.Invitations) }

// Erasure tells what [Service.Erase] would delete, and deletes nothing.
func (s *Service) Erasure(ctx context.Context, consentID uuid.UUID) (e Erasure, err error) {
	actor, err := access.Require(ctx, access.EraseClient)
	if err != nil {
		return Erasure{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := own(ctx, actor, access.EraseClient, s.store.OwnConsent, consentID)
		if err != nil {
			return err
		}
		e, err = s.store.ClientRecords(access.WholeHouse(ctx), r, actor.Scope(), false)
		return err
	})
	if e.Foreign { // and nothing more of it is told
		return Erasure{Foreign: true, Held: e.Held}, err
	}
	return e, err
}

// Erase deletes all that is kept about one client, beginning from one consent of
// the actor's units, and tells what that was. What was answered, confirmed or
// queued at the same moment is erased too, or comes too late and finds nothing.
// The sessions of the client end, and those of a screen that is in the client's
// hands. With a hold it is a Conflict, "legal_hold", and when something belongs to a
// register that is not the actor's it is Forbidden, "other_register": nothing is
// deleted then. The audit stays, and gets one row for every record.
func (s *Service) Erase(ctx context.Context, consentID uuid.UUID) (e Erasure, err error) {
	actor, err := access.Require(ctx, access.EraseClient)
	if err != nil {
		return Erasure{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := own(ctx, actor, access.EraseClient, s.store.OwnConsentForUpdate, consentID)
		if err != nil {
			return err
		}
		ctx = access.WholeHouse(ctx) // visits and holds may be of any unit
		if e, err = s.store.ClientRecords(ctx, r, actor.Scope(), true); err != nil {
			return err
		}
		if e.Held {
			return fault.Coded(fault.Conflict, fault.CodeLegalHold)
		}
		if e.Foreign {
			return fault.Coded(fault.Forbidden, fault.CodeOtherRegister)
		}
		if err := s.store.EraseRecords(ctx, e); err != nil {
			return err
		}
		var entries []audit.Entry
		for _, of := range []struct {
			subject audit.Subject
			records []Record
		}{{audit.Invitation, e.Invitations}, {audit.Assessment, e.Assessments}, {audit.Consent, e.Consents}} {
			for _, r := range of.records {
				entries = append(entries, s.entry(ctx, actor, audit.RecordErased, of.subject, r.ID, r.Unit))
			}
		}
		return s.store.AppendAudit(ctx, entries...)
	})
	if err != nil {
		return Erasure{}, err
	}
	// It is erased. What a reader keeps the database from overwriting just now, it
	// overwrites later by itself.
	_ = s.store.Scrub(ctx)
	return e, nil
}

// own reads a consent of one of the actor's units. Somebody else's is not found,
// the same as one that does not exist and with the same work.
func own(ctx context.Context, actor access.Actor, action access.Action, read func(context.Context, access.Scope, uuid.UUID) (consent.Record, error), id uuid.UUID) (consent.Record, error) {
	r, err := read(ctx, actor.Scope(), id)
	if err == nil && !actor.May(action, r.Unit, "") {
		err = fault.New(fault.NotFound)
	}
	return r, err
}
