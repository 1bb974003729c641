package retention

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Due is how much of a kind is due in a unit.
type Due struct {
	Kind   Kind
	Unit   string        // code, "" for what belongs to none
	Count  int           // at least 1
	Oldest calendar.Date // the earliest day from which a time ran
	IDs    []string      // the oldest first, where they were asked for
}

// Plan is what a run would delete on a day.
type Plan struct {
	Day calendar.Date // in Helsinki
	Due []Due         // in the order of Kinds and of units; empty for nothing
}

// Total is how many records are due.
func (p Plan) Total() (n int) {
	for _, d := range p.Due {
		n += d.Count
	}
	return n
}

// Plan counts what a run would delete today, and deletes nothing. With ids it
// lists them too: only the command line may ask for that, because a record's id
// says that there is one.
func (s *Service) Plan(ctx context.Context, ids bool) (p Plan, err error) {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return Plan{}, err
	}
	if ids && actor.Role != access.System {
		return Plan{}, fault.New(fault.Forbidden)
	}
	p.Day, ctx = s.today(), access.WholeHouse(ctx)
	list, err := s.rules(ctx)
	if err != nil {
		return Plan{}, err
	}
	last := cuts(list, p.Day)
	for _, r := range list {
		if r.Days == Keep {
			continue
		}
		due, err := s.store.CountDue(ctx, r.Kind, last)
		if err != nil {
			return Plan{}, err
		}
		if ids && len(due) > 0 {
			if err := s.name(ctx, r.Kind, last, due); err != nil {
				return Plan{}, err
			}
		}
		p.Due = append(p.Due, due...)
	}
	return p, nil
}

// name adds the ids.
func (s *Service) name(ctx context.Context, kind Kind, last Cuts, due []Due) error {
	records, err := s.store.DueIDs(ctx, kind, last)
	if err != nil {
		return err
	}
	of := map[string][]string{}
	for _, r := range records {
		of[r.Unit] = append(of[r.Unit], r.ID)
	}
	for i := range due {
		due[i].IDs = of[due[i].Unit]
	}
	return nil
}

// Batch is how many records go in one transaction.
const Batch = 200

// Done is how much a run deleted of a kind.
type Done struct {
	Kind  Kind
	Count int
}

// Run deletes what is due today, in batches, and tells how much: of every kind
// with something, in the order of the work. Each batch is one transaction with its
// rows in the audit, so a run that is killed has done some of them, and the next
// one does the rest. Two at once never delete the same: the one that comes too
// late ends with a Conflict. Only the program itself may do this.
func (s *Service) Run(ctx context.Context) (done []Done, err error) {
	actor, err := access.Require(ctx, access.Manage)
	if err != nil {
		return nil, err
	}
	if actor.Role != access.System {
		return nil, fault.New(fault.Forbidden)
	}
	list, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	last := cuts(list, s.today()) // for the whole run, also when it goes past midnight
	for _, d := range definitions {
		if _, limited := last[d.Kind]; !limited {
			continue
		}
		n, err := s.delete(ctx, actor, d.Kind, last)
		if n > 0 {
			done = append(done, Done{d.Kind, n})
		}
		if err != nil {
			return done, err
		}
	}
	if len(done) == 0 {
		return nil, nil
	}
	_ = s.store.Scrub(ctx) // what a reader keeps it from now, a later one does
	return done, nil
}

// delete deletes what is due of one kind, batch by batch.
func (s *Service) delete(ctx context.Context, actor access.Actor, kind Kind, last Cuts) (n int, err error) {
	for {
		var batch []Record
		err := s.store.InTx(ctx, func(ctx context.Context) error {
			var err error
			if batch, err = s.store.DeleteDue(ctx, kind, last, Batch); err != nil {
				return err
			}
			action := audit.RecordDeleted
			if kind == InvitationSecret { // the invitation itself stays
				action = audit.SecretsDeleted
			}
			entries := make([]audit.Entry, len(batch))
			for i, r := range batch {
				entries[i] = s.entry(ctx, actor, action, subjects[kind], r.ID, r.Unit)
			}
			return s.store.AppendAudit(ctx, entries...)
		})
		if err != nil {
			return n, err
		}
		if len(batch) == 0 {
			return n, nil
		}
		n += len(batch)
	}
}

// subjects are the kinds in the words of the audit.
var subjects = map[Kind]audit.Subject{
	Consent: audit.Consent, HealthAssessment: audit.Assessment, SocialAssessment: audit.Assessment, Draft: audit.Assessment,
	Invitation: audit.Invitation, InvitationSecret: audit.Invitation, NonParticipation: audit.NonParticipation, Feedback: audit.Feedback,
	Barrier: audit.Barrier, Session: audit.Session, IdempotencyKey: audit.IdempotencyKey, ArchiveJob: audit.Archive, SetupLink: audit.SetupLink,
	SurveyRound: audit.SurveyRound, Extract: audit.Rows, ResearchPermit: audit.ResearchPermit,
}
