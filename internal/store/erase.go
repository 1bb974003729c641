package store

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
)

// execAll runs statements that take the same ids.
func execAll(tx *gorm.DB, ids []uuid.UUID, statements ...string) error {
	if len(ids) == 0 {
		return nil
	}
	for _, one := range statements {
		if err := tx.Exec(one, ids).Error; err != nil {
			return classify(err)
		}
	}
	return nil
}

// What is known to have never been tried for the archive goes; what was tried may
// be there, and its row stays to say so.
const (
	dropUntried = "DELETE FROM archive_jobs WHERE " + ofArchive + "subject_id IN ? AND state <> 'delivered' AND attempts = 0"
	dropTried   = "UPDATE archive_jobs SET state = 'dropped' WHERE " + ofArchive + "subject_id IN ? AND state = 'waiting'"
)

// destroyKeys makes what a consent or an invitation has sealed unreadable for good,
// also where it still stands in a copy.
const destroyKeys = "DELETE FROM record_keys WHERE id IN ?"

// removeAssessments deletes assessments with all that stands under them. An
// invitation that led to one stays, without it. A session that was handed over to
// the client ends: it must not become the professional's again by itself.
func removeAssessments(tx *gorm.DB, ids []uuid.UUID) error {
	return execAll(tx, ids, dropUntried, dropTried,
		"DELETE FROM assessment_events WHERE assessment_id IN ?",
		"DELETE FROM assessment_phases WHERE assessment_id IN ?",
		"DELETE FROM sessions WHERE handed_over_to IN ?",
		"UPDATE invitations SET assessment_id = NULL WHERE assessment_id IN ?",
		"DELETE FROM assessments WHERE id IN ?")
}

func removeConsents(tx *gorm.DB, ids []uuid.UUID) error {
	return execAll(tx, ids, dropUntried, dropTried, "DELETE FROM consents WHERE id IN ?", destroyKeys)
}

// removeInvitations deletes invitations, and logs their clients out.
func removeInvitations(tx *gorm.DB, ids []uuid.UUID) error {
	return execAll(tx, ids, "DELETE FROM sessions WHERE invitation_id IN ?", "DELETE FROM invitations WHERE id IN ?", destroyKeys)
}

// emptyInvitations puts the id of an invitation in the place of its secrets: it is
// as unique, and neither a code that can be typed nor the hash of a link.
func (s *Store) emptyInvitations(tx *gorm.DB, ids []uuid.UUID) error {
	hash := "CAST(CAST(id AS text) AS blob)"
	if s.dialect == PostgreSQL {
		hash = "convert_to(CAST(id AS text), 'UTF8')"
	}
	return execAll(tx, ids, "UPDATE invitations SET code_hash = '', code_selector = CAST(id AS text), link_hash = "+hash+" WHERE id IN ?")
}

// The parts of a client, as in the client's own file; @units are the own ones.
const (
	consentsToErase    = consentsOfVisits
	assessmentsToErase = `SELECT id FROM assessments WHERE consent_id IN @consents
UNION SELECT id FROM assessments WHERE client_index = @client AND unit = @unit`
	invitationsToErase = `SELECT id FROM invitations WHERE assessment_id IN @assessments
UNION SELECT id FROM invitations WHERE client_index = @client AND unit = @unit`
)

// maxRounds is how often what was gathered may have grown while it was being
// locked.
const maxRounds = 5

// ClientRecords implements retention.Store. What was added before it was locked is
// found in another round.
func (s *Store) ClientRecords(ctx context.Context, of consent.Record, own access.Scope, lock bool) (retention.Erasure, error) {
	var before int
	for range maxRounds {
		e, err := s.clientRecords(ctx, of, own, lock)
		n := len(e.Consents) + len(e.Assessments) + len(e.Invitations)
		if err != nil || !lock || s.dialect == SQLite || n == before {
			return e, err
		}
		before = n
	}
	return retention.Erasure{}, fault.New(fault.Unavailable)
}

func (s *Store) clientRecords(ctx context.Context, of consent.Record, own access.Scope, lock bool) (e retention.Erasure, err error) {
	client, err := s.indexOf(ctx, clientIndex, of.ClientRef)
	if err != nil {
		return e, err
	}
	values := map[string]any{"consent": of.ID, "client": client, "unit": of.Unit}
	db, forUpdate := s.reader(ctx), ""
	if lock && s.dialect == PostgreSQL {
		forUpdate = " FOR UPDATE"
	}
	read := func(table, ids string) ([]retention.Record, error) {
		var rows []dueRow
		err := db.Raw("SELECT CAST(id AS text) AS id, unit FROM "+table+" WHERE id IN ("+ids+") ORDER BY id"+forUpdate, values).Scan(&rows).Error
		return records(rows), classify(err)
	}
	all, err := read("consents", consentsToErase)
	if err != nil {
		return e, err
	}
	// A consent of another unit may cover a visit here: it is that unit's to keep.
	e.Consents = slices.DeleteFunc(slices.Clone(all), func(r retention.Record) bool {
		return r.ID != of.ID.String() && r.Unit != of.Unit && !slices.Contains(own.Units, r.Unit)
	})
	values["consents"] = e.ConsentIDs()
	if e.Assessments, err = read("assessments", assessmentsToErase); err != nil {
		return e, err
	}
	values["assessments"] = e.AssessmentIDs()
	if e.Invitations, err = read("invitations", invitationsToErase); err != nil {
		return e, err
	}
	values["all"] = retention.Erasure{Consents: all}.ConsentIDs()
	values["subjects"] = append(e.ConsentIDs(), e.AssessmentIDs()...)
	var facts struct {
		Held, Other, Archived, Tried int
	}
	values["invitations"], values["registers"] = e.InvitationIDs(), own.Registers
	err = db.Raw(`SELECT (SELECT count(*) FROM legal_holds WHERE consent_id IN @all) AS held,
(SELECT count(*) FROM assessments WHERE id IN @assessments AND NOT coalesce(register IN @registers, false))
+ (SELECT count(*) FROM invitations WHERE id IN @invitations AND NOT coalesce(register IN @registers, false)) AS other,
(SELECT count(*) FROM archive_jobs WHERE `+ofArchive+`subject_id IN @subjects AND state = 'delivered') AS archived,
(SELECT count(*) FROM archive_jobs WHERE `+ofArchive+`subject_id IN @subjects AND state <> 'delivered' AND attempts > 0) AS tried`, values).Scan(&facts).Error
	e.Held, e.Foreign = facts.Held > 0, facts.Other > 0
	e.Archived, e.MaybeThere = facts.Archived, facts.Tried
	return e, classify(err)
}

// answersAbout finds the kept answers to calls that tell about a record: its id is
// in the address, or the answer mentions it.
var answersAbout = map[string]string{
	PostgreSQL: `DELETE FROM idempotency_keys WHERE position(CAST(@id AS text) IN route) > 0 OR position(CAST(@id AS text) IN location) > 0
OR position(CAST(@id AS text) IN mentions) > 0`,
	SQLite: `DELETE FROM idempotency_keys WHERE instr(route, @id) OR instr(location, @id) OR instr(mentions, @id)`,
}

// EraseRecords implements retention.Store.
func (s *Store) EraseRecords(ctx context.Context, e retention.Erasure) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		for _, list := range [][]retention.Record{e.Consents, e.Assessments, e.Invitations} {
			for _, r := range list {
				if err := tx.Exec(answersAbout[s.dialect], map[string]any{"id": r.ID}).Error; err != nil {
					return classify(err)
				}
			}
		}
		if err := removeInvitations(tx, e.InvitationIDs()); err != nil {
			return err
		}
		if err := removeAssessments(tx, e.AssessmentIDs()); err != nil {
			return err
		}
		s.unlocked.drop(append(e.ConsentIDs(), e.InvitationIDs()...)...)
		return removeConsents(tx, e.ConsentIDs())
	})
}

// Scrub implements retention.Store. SQLite overwrites what is deleted, but the
// pages from before are in its log until that is folded into the file and cut.
// PostgreSQL frees the room of deleted rows when it vacuums.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect == PostgreSQL {
		return nil
	}
	var outcome struct{ Busy int }
	if err := s.write.WithContext(ctx).Raw("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&outcome).Error; err != nil {
		return classify(err)
	}
	if outcome.Busy != 0 {
		return fault.New(fault.Unavailable)
	}
	return nil
}

var _ retention.Store = (*Store)(nil)
