package retention

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Reason is why something is held. It is a code, because free text might tell
// about a person.
type Reason string

// The reasons.
const (
	Complaint  Reason = "complaint"  // an objection or a complaint (muistutus, kantelu)
	Damages    Reason = "damages"    // a claim for damages
	Court      Reason = "court"      // proceedings in court, or an investigation by the police
	Inspection Reason = "inspection" // a supervisory authority looks into it
	Dispute    Reason = "dispute"    // whether to correct or delete is not settled
	OtherHold  Reason = "other"      // written down elsewhere
)

// Reasons lists the reasons.
var Reasons = []Reason{Complaint, Damages, Court, Inspection, Dispute, OtherHold}

// Hold keeps a consent and all that stands under it, whatever falls due and
// whoever asks for its erasure.
type Hold struct {
	Consent uuid.UUID
	Reason  Reason
	By      uuid.UUID // the nil UUID for the command line
	At      time.Time // UTC
}

// Hold begins to hold a consent. Only the command line may do that: whoever sees
// the consent should not be the one to free it, and whoever manages may not see
// it. An unknown reason is Invalid at /reason; a consent that is held already a
// Conflict.
func (s *Service) Hold(ctx context.Context, consent uuid.UUID, reason string) error {
	actor, err := holder(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(Reasons, Reason(reason)) {
		var f fault.Findings
		f.Add("/reason", fault.NotInList, fault.Args{"allowed": allowed()})
		return f.Err()
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.ConsentForUpdate(ctx, consent)
		if err != nil {
			return err
		}
		if err := s.store.InsertHold(ctx, Hold{consent, Reason(reason), actor.ID, s.now()}); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.HoldSet, audit.Consent, consent.String(), r.Unit))
	})
}

func allowed() string {
	var list []string
	for _, r := range Reasons {
		list = append(list, string(r))
	}
	return strings.Join(list, ", ")
}

// Release ends a hold. One that is not there is not found.
func (s *Service) Release(ctx context.Context, consent uuid.UUID) error {
	actor, err := holder(ctx)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context) error {
		r, err := s.store.ConsentForUpdate(ctx, consent)
		if err != nil {
			return err
		}
		if err := s.store.DeleteHold(ctx, consent); err != nil {
			return err
		}
		return s.store.AppendAudit(ctx, s.entry(ctx, actor, audit.HoldReleased, audit.Consent, consent.String(), r.Unit))
	})
}

func holder(ctx context.Context) (access.Actor, error) {
	actor, err := access.Require(ctx, access.Manage)
	if err == nil && actor.Role != access.System {
		err = fault.New(fault.Forbidden)
	}
	return actor, err
}

// Held reads the hold on a consent of one of the actor's units; false when there
// is none.
func (s *Service) Held(ctx context.Context, consent uuid.UUID) (Hold, bool, error) {
	actor, err := access.Require(ctx, access.ReadConsent)
	if err != nil {
		return Hold{}, false, err
	}
	if actor.Role == access.Client { // theirs to know from the house
		return Hold{}, false, nil
	}
	if _, err := own(ctx, actor, access.ReadConsent, s.store.OwnConsent, consent); err != nil {
		return Hold{}, false, err
	}
	return s.store.Hold(ctx, consent)
}
