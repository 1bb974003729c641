package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/retention"
)

type retentionRuleRow struct {
	Kind string `gorm:"column:kind"`
	Days int    `gorm:"column:days"`
}

func (retentionRuleRow) TableName() string { return "retention_rules" }

// RetentionRules implements retention.Store.
func (s *Store) RetentionRules(ctx context.Context) (map[retention.Kind]int, error) {
	var rows []retentionRuleRow
	if err := s.reader(ctx).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	days := make(map[retention.Kind]int, len(rows))
	for _, row := range rows {
		days[retention.Kind(row.Kind)] = row.Days
	}
	return days, nil
}

// PutRetentionRule implements retention.Store.
func (s *Store) PutRetentionRule(ctx context.Context, kind retention.Kind, days int) error {
	onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "kind"}}, DoUpdates: clause.AssignmentColumns([]string{"days"})}
	return classify(s.writer(ctx).Clauses(onConflict).Create(&retentionRuleRow{string(kind), days}).Error)
}

type holdRow struct {
	ConsentID uuid.UUID `gorm:"column:consent_id"`
	Reason    string    `gorm:"column:reason"`
	SetBy     uuid.UUID `gorm:"column:set_by"`
	Set       stamp     `gorm:"column:set_at"`
}

func (holdRow) TableName() string { return "legal_holds" }

// Hold implements retention.Store.
func (s *Store) Hold(ctx context.Context, consent uuid.UUID) (retention.Hold, bool, error) {
	var rows []holdRow
	err := s.reader(ctx).Where("consent_id = ?", consent).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return retention.Hold{}, false, classify(err)
	}
	row := rows[0]
	return retention.Hold{Consent: row.ConsentID, Reason: retention.Reason(row.Reason), By: row.SetBy, At: row.Set.Time}, true, nil
}

// InsertHold implements retention.Store.
func (s *Store) InsertHold(ctx context.Context, h retention.Hold) error {
	return classify(s.writer(ctx).Create(&holdRow{h.Consent, string(h.Reason), h.By, stamp{h.At}}).Error)
}

// DeleteHold implements retention.Store.
func (s *Store) DeleteHold(ctx context.Context, consent uuid.UUID) error {
	return found(s.writer(ctx).Exec("DELETE FROM legal_holds WHERE consent_id = ?", consent))
}

// due says where the records of a kind are and from when their time runs. The
// texts are SQL; @instant is the first moment after the last day that is due.
type due struct {
	table   string // that a record is deleted from
	from    string // the same with what is needed beside it
	key     string // unique, of the table; an uuid, or else a text
	text    bool   // the key is a text
	unit    string
	start   string
	date    bool   // start is a day
	consent string // that a record stands under, "" for none; may be NULL
	where   string // what is over, and not held
}

// endOf is when an assessment that is no draft came to its end. The time in the
// confirmation is RFC 3339 with as many digits as it has; on SQLite it is cut to
// the second, to sort as the others do.
var endOf = map[string]string{
	PostgreSQL: "CASE a.status WHEN 'withdrawn' THEN c.withdrawn_at ELSE coalesce((a.confirmation->>'at')::timestamptz, a.completed_at) END",
	SQLite:     "CASE a.status WHEN 'withdrawn' THEN c.withdrawn_at ELSE coalesce(substr(a.confirmation->>'at', 1, 19) || '.000000Z', a.completed_at) END",
}

// beginningOf is the beginning of a hash, which is enough to tell it by and
// nothing to use it with.
var beginningOf = map[string]string{
	PostgreSQL: "encode(substr(hash, 1, 16), 'hex')",
	SQLite:     "lower(hex(substr(hash, 1, 16)))",
}

// latestOf is the last thing that happened to a file of rows.
var latestOf = map[string]string{
	PostgreSQL: "greatest(r.asked_at, r.made_at, r.fetched_at)",
	SQLite:     "max(r.asked_at, coalesce(r.made_at, ''), coalesce(r.fetched_at, ''))",
}

// permitEnd is an instant of the day in Helsinki on which a permit ended, summer and
// winter alike.
var permitEnd = map[string]string{
	PostgreSQL: "least(p.revoked_at, (p.valid_until + time '20:59:59') AT TIME ZONE 'UTC')",
	SQLite:     "min(coalesce(p.revoked_at, '9'), p.valid_until || 'T20:59:59.000000Z')",
}

const (
	held         = "EXISTS (SELECT 1 FROM legal_holds h WHERE h.consent_id = %s)"
	overSince    = "coalesce(i.cancelled_at, i.expires_at)"
	assessmentIn = "assessments a JOIN consents c ON c.id = a.consent_id"
	closedFile   = "r.state NOT IN ('waiting', 'running')"
	invitationIn = "invitations i LEFT JOIN assessments a ON a.id = i.assessment_id"
)

// dueOf is the table of the kinds.
func (s *Store) dueOf(kind retention.Kind) due {
	end, hash := endOf[s.dialect], beginningOf[s.dialect]
	free := func(consent string) string { return "NOT " + fmt.Sprintf(held, consent) }
	visit := func(start, where string) due {
		return due{table: "assessments AS a", from: assessmentIn, key: "a.id", unit: "a.unit", start: start, consent: "a.consent_id", where: where + " AND " + free("a.consent_id")}
	}
	switch kind {
	case retention.Draft:
		return visit("a.created_at", "a.status = 'draft'")
	case retention.HealthAssessment:
		return visit(end, "a.status <> 'draft' AND a.register = 'health'")
	case retention.SocialAssessment:
		return visit(end, "a.status <> 'draft' AND a.register = 'social'")
	case retention.Consent:
		// What stands under it must be gone, or be gone when its turn comes.
		return due{table: "consents AS k", from: "consents AS k", key: "k.id", unit: "k.unit", start: "coalesce(k.withdrawn_at, k.given_at)", consent: "k.id",
			where: free("k.id") + " AND NOT EXISTS (SELECT 1 FROM " + assessmentIn + ` WHERE a.consent_id = k.id AND NOT coalesce(
CASE WHEN a.status = 'draft' THEN a.created_at < @draft WHEN a.register = 'health' THEN ` + end + " < @health ELSE " + end + " < @social END, FALSE))"}
	case retention.Invitation:
		return due{table: "invitations AS i", from: invitationIn, key: "i.id", unit: "i.unit", start: overSince, consent: "a.consent_id",
			where: "(a.consent_id IS NULL OR " + free("a.consent_id") + ")"}
	case retention.InvitationSecret:
		return due{table: "invitations AS i", from: invitationIn, key: "i.id", unit: "i.unit", start: overSince, consent: "a.consent_id",
			where: "i.code_hash <> '' AND (a.consent_id IS NULL OR " + free("a.consent_id") + ")"}
	case retention.NonParticipation:
		return due{table: "non_participations AS r", from: "non_participations AS r", key: "r.id", unit: "r.unit", start: "r.happened_on", date: true, where: "TRUE"}
	case retention.Feedback:
		return due{table: "feedback AS r", from: "feedback AS r", key: "r.id", unit: "r.unit", start: "r.given_on", date: true, where: "TRUE"}
	case retention.Barrier:
		return due{table: "barrier_reports AS r", from: "barrier_reports AS r", key: "r.id", unit: "''", start: "r.reported_on", date: true, where: "TRUE"}
	case retention.SurveyRound:
		return due{table: "survey_rounds AS r", from: "survey_rounds AS r", key: "r.id", unit: "''", start: "r.closed_on", date: true, where: "r.closed_on IS NOT NULL"}
	case retention.Extract:
		return due{table: "extracts AS r", from: "extracts AS r", key: "r.id", unit: "''", start: latestOf[s.dialect], where: closedFile}
	case retention.ResearchPermit:
		// What was made under it must be gone, or be gone when its turn comes.
		return due{table: "research_permits AS p", from: "research_permits AS p", key: "p.id", unit: "''", start: permitEnd[s.dialect],
			where: "NOT EXISTS (SELECT 1 FROM extracts r WHERE r.permit_id = p.id AND NOT (" + closedFile + " AND " + latestOf[s.dialect] + " < @extract))"}
	case retention.Session:
		return due{table: "sessions AS r", from: "sessions AS r", key: hash, text: true, unit: "''", start: "r.seen_at", where: "TRUE"}
	case retention.SetupLink:
		return due{table: "setup_links AS r", from: "setup_links AS r", key: hash, text: true, unit: "''", start: "r.created_at", where: "EXISTS (SELECT 1 FROM users)"}
	case retention.IdempotencyKey:
		return due{table: "idempotency_keys AS r", from: "idempotency_keys AS r", key: "r.claim", unit: "''", start: "r.claimed_at", where: "TRUE"}
	default: // retention.ArchiveJob
		return due{table: "archive_jobs AS r", from: "archive_jobs AS r", key: "r.id", unit: "r.unit", start: "coalesce(r.delivered_at, r.next_at)",
			where: "r.state IN ('delivered', 'dropped') AND " + free("r.subject_id") +
				" AND NOT EXISTS (SELECT 1 FROM assessments a JOIN legal_holds h ON h.consent_id = a.consent_id WHERE a.id = r.subject_id)"}
	}
}

// condition is what a record fulfils that is due.
func (d due) condition() string {
	limit := " < @instant"
	if d.date {
		limit = " <= @last"
	}
	return d.where + " AND " + d.start + limit
}

// never is before everything: nothing that began then is due.
var never = stamp{time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)}

// after is the first moment after a day in Helsinki.
func after(last calendar.Date) stamp {
	next := last.AddDays(1)
	return stamp{time.Date(next.Year, next.Month, next.Day, 0, 0, 0, 0, calendar.Helsinki).UTC()}
}

// under names the kinds that keep what they stand under.
var under = map[string]retention.Kind{
	"draft": retention.Draft, "health": retention.HealthAssessment, "social": retention.SocialAssessment, "extract": retention.Extract,
}

// limits are the parameters of a kind's condition.
func limits(kind retention.Kind, cuts retention.Cuts) map[string]any {
	values := map[string]any{"instant": after(cuts[kind]), "last": day{cuts[kind]}}
	for name, kind := range under {
		values[name] = never
		if last, limited := cuts[kind]; limited {
			values[name] = after(last)
		}
	}
	return values
}

// startDay is the day in Helsinki of an instant, or a day.
type startDay struct{ calendar.Date }

// Value implements driver.Valuer.
func (d startDay) Value() (driver.Value, error) { return day(d).Value() }

// Scan implements sql.Scanner. A day comes from PostgreSQL as midnight in UTC,
// which is the same day in Helsinki.
func (d *startDay) Scan(src any) (err error) {
	if text, ok := src.(string); ok && len(text) == len(time.DateOnly) {
		d.Date, err = calendar.Parse(text)
		return err
	}
	var at stamp
	if err := at.Scan(src); err != nil {
		return err
	}
	d.Date = calendar.DayOf(at.Time)
	return nil
}

// CountDue implements retention.Store.
func (s *Store) CountDue(ctx context.Context, kind retention.Kind, cuts retention.Cuts) ([]retention.Due, error) {
	d := s.dueOf(kind)
	var rows []struct {
		Unit   string
		N      int
		Oldest startDay
	}
	err := s.reader(ctx).Raw("SELECT "+d.unit+" AS unit, count(*) AS n, min("+d.start+") AS oldest FROM "+d.from+" WHERE "+d.condition()+
		" GROUP BY 1 ORDER BY 1", limits(kind, cuts)).Scan(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	list := make([]retention.Due, len(rows))
	for i, row := range rows {
		list[i] = retention.Due{Kind: kind, Unit: row.Unit, Count: row.N, Oldest: row.Oldest.Date}
	}
	return list, nil
}

// dueRow is one record that is due.
type dueRow struct {
	ID      string
	Unit    string
	Consent uuid.NullUUID
}

// listDue reads what is due, the oldest first. more is a further condition, or a
// limit.
func (s *Store) listDue(db *gorm.DB, d due, values map[string]any, and, limit string) (rows []dueRow, err error) {
	consent := "NULL"
	if d.consent != "" {
		consent = d.consent
	}
	err = db.Raw("SELECT CAST("+d.key+" AS text) AS id, "+d.unit+" AS unit, "+consent+" AS consent FROM "+d.from+
		" WHERE "+d.condition()+and+" ORDER BY "+d.start+", 1"+limit, values).Scan(&rows).Error
	return rows, classify(err)
}

// DueIDs implements retention.Store.
func (s *Store) DueIDs(ctx context.Context, kind retention.Kind, cuts retention.Cuts) ([]retention.Record, error) {
	rows, err := s.listDue(s.reader(ctx), s.dueOf(kind), limits(kind, cuts), "", "")
	return records(rows), err
}

func records(rows []dueRow) []retention.Record {
	list := make([]retention.Record, len(rows))
	for i, row := range rows {
		list[i] = retention.Record{ID: row.ID, Unit: row.Unit}
	}
	return list
}

// retentionLock is the key of PostgreSQL's advisory lock: whoever has it deletes
// what is due.
const retentionLock = 0x6f6d_6173_7265_7465 // "omasrete"

// DeleteDue implements retention.Store.
func (s *Store) DeleteDue(ctx context.Context, kind retention.Kind, cuts retention.Cuts, limit int) (deleted []retention.Record, err error) {
	d, values := s.dueOf(kind), limits(kind, cuts)
	for name := range under { // what is still there keeps what it stands under
		values[name] = never
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		if s.dialect == PostgreSQL { // on SQLite there is one writer
			var mine bool
			if err := tx.Raw("SELECT pg_try_advisory_xact_lock(?)", int64(retentionLock)).Scan(&mine).Error; err != nil {
				return classify(err)
			}
			if !mine {
				return fault.New(fault.Conflict)
			}
		}
		rows, err := s.listDue(tx, d, values, "", fmt.Sprintf(" LIMIT %d", limit))
		if err != nil || len(rows) == 0 {
			return err
		}
		values["keys"] = d.keys(rows)
		if err := s.lockDue(tx, d, values["keys"], rows); err != nil {
			return err
		}
		// It may have changed before it was locked.
		if rows, err = s.listDue(tx, d, values, " AND "+d.key+" IN @keys", ""); err != nil || len(rows) == 0 {
			return err
		}
		deleted = records(rows)
		return s.remove(tx, kind, d, d.keys(rows))
	})
	if err != nil {
		return nil, err
	}
	return deleted, nil
}

// keys are the keys of rows as the database wants them.
func (d due) keys(rows []dueRow) any {
	texts, ids := make([]string, len(rows)), make([]uuid.UUID, len(rows))
	for i, row := range rows {
		texts[i] = row.ID
		if !d.text {
			ids[i] = uuid.MustParse(row.ID) // the database's own
		}
	}
	if d.text {
		return texts
	}
	return ids
}

// lockDue keeps everybody else from changing records, the consents that they stand
// under first.
func (s *Store) lockDue(tx *gorm.DB, d due, keys any, rows []dueRow) error {
	if s.dialect == SQLite {
		return nil
	}
	var consents []uuid.UUID
	for _, row := range rows {
		if row.Consent.Valid {
			consents = append(consents, row.Consent.UUID)
		}
	}
	if len(consents) > 0 {
		if err := tx.Exec("SELECT 1 FROM consents WHERE id IN ? ORDER BY id FOR UPDATE", consents).Error; err != nil {
			return classify(err)
		}
	}
	return classify(tx.Exec("SELECT 1 FROM "+d.table+" WHERE "+d.key+" IN ? ORDER BY "+d.key+" FOR UPDATE", keys).Error)
}

// remove deletes locked records of a kind.
func (s *Store) remove(tx *gorm.DB, kind retention.Kind, d due, keys any) error {
	ids, _ := keys.([]uuid.UUID)
	switch kind {
	case retention.Draft, retention.HealthAssessment, retention.SocialAssessment:
		return removeAssessments(tx, ids)
	case retention.Consent:
		s.unlocked.drop(ids...)
		return removeConsents(tx, ids)
	case retention.Invitation:
		s.unlocked.drop(ids...)
		return removeInvitations(tx, ids)
	case retention.InvitationSecret:
		return s.emptyInvitations(tx, ids)
	case retention.Extract: // its bytes have gone long before, unless nobody was there to clear them away
		s.unlocked.drop(ids...)
		return execAll(tx, ids, "DELETE FROM extract_chunks WHERE extract_id IN ?", "DELETE FROM extracts WHERE id IN ?", destroyKeys)
	case retention.ResearchPermit:
		s.unlocked.drop(ids...)
		return execAll(tx, ids, "DELETE FROM research_permits WHERE id IN ?", destroyKeys)
	case retention.SurveyRound:
		return execAll(tx, ids, "DELETE FROM survey_answers WHERE round_id IN ?", "DELETE FROM survey_marks WHERE round_id IN ?", "DELETE FROM survey_rounds WHERE id IN ?")
	default:
		return classify(tx.Exec("DELETE FROM "+d.table+" WHERE "+d.key+" IN ?", keys).Error)
	}
}
