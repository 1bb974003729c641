package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type emergencySetRow struct {
	ID      uuid.UUID `gorm:"column:id"`
	Unit    string    `gorm:"column:unit"`
	MadeBy  uuid.UUID `gorm:"column:made_by"`
	Made    stamp     `gorm:"column:made_at"`
	Expires stamp     `gorm:"column:expires_at"`
	Revoked stamp     `gorm:"column:revoked_at"`
}

func (emergencySetRow) TableName() string { return "emergency_sets" }

func (row emergencySetRow) set() access.EmergencySet {
	return access.EmergencySet{ID: row.ID, Unit: row.Unit, MadeBy: row.MadeBy, MadeAt: row.Made.Time, ExpiresAt: row.Expires.Time, RevokedAt: row.Revoked.Time}
}

type emergencyCodeRow struct {
	Hash   []byte        `gorm:"column:hash"`
	Set    uuid.UUID     `gorm:"column:set_id"`
	Sheet  int           `gorm:"column:sheet"`
	Number int           `gorm:"column:number"`
	Login  uuid.NullUUID `gorm:"column:login_id"`
}

func (emergencyCodeRow) TableName() string { return "emergency_codes" }

// InsertEmergencySet implements access.Emergencies.
func (s *Store) InsertEmergencySet(ctx context.Context, set access.EmergencySet, codes []access.EmergencyCode) error {
	rows := make([]emergencyCodeRow, len(codes))
	for i, c := range codes {
		rows[i] = emergencyCodeRow{c.Hash, c.Set, c.Sheet, c.Number, nullable(c.Login)}
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		row := &emergencySetRow{set.ID, set.Unit, set.MadeBy, stamp{set.MadeAt}, stamp{set.ExpiresAt}, stamp{set.RevokedAt}}
		if err := s.writer(ctx).Create(row).Error; err != nil {
			return classify(err)
		}
		return classify(s.writer(ctx).Create(&rows).Error)
	})
}

// EmergencySets implements access.Emergencies.
func (s *Store) EmergencySets(ctx context.Context) ([]access.EmergencySet, error) {
	var rows []emergencySetRow
	if err := s.reader(ctx).Order("made_at DESC, id").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	var counts []struct {
		Set   uuid.UUID `gorm:"column:set_id"`
		Sheet int       `gorm:"column:sheet"`
		Codes int       `gorm:"column:codes"`
		Used  int       `gorm:"column:used"`
	}
	err := s.reader(ctx).Raw("SELECT set_id, sheet, count(*) AS codes, count(login_id) AS used FROM emergency_codes GROUP BY set_id, sheet").Scan(&counts).Error
	if err != nil {
		return nil, classify(err)
	}
	sets, at := make([]access.EmergencySet, len(rows)), map[uuid.UUID]int{}
	for i, row := range rows {
		sets[i], at[row.ID] = row.set(), i
	}
	for _, c := range counts {
		set := &sets[at[c.Set]]
		set.Codes, set.Left[c.Sheet-1] = c.Codes, c.Codes-c.Used
	}
	return sets, nil
}

// EmergencySetForChange implements access.Emergencies.
func (s *Store) EmergencySetForChange(ctx context.Context, id uuid.UUID) (access.EmergencySet, error) {
	var row emergencySetRow
	err := s.writer(ctx).Clauses(forChange).Where("id = ?", id).Take(&row).Error
	return row.set(), classify(err)
}

// RevokeEmergencySet implements access.Emergencies.
func (s *Store) RevokeEmergencySet(ctx context.Context, id uuid.UUID, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := found(s.writer(ctx).Exec("UPDATE emergency_sets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", stamp{at}, id)); err != nil {
			return err
		}
		if err := s.writer(ctx).Exec("DELETE FROM sessions WHERE emergency_id IN (SELECT id FROM emergency_logins WHERE set_id = ?)", id).Error; err != nil {
			return classify(err)
		}
		return classify(s.writer(ctx).Exec("UPDATE emergency_logins SET ended_at = ? WHERE set_id = ? AND ended_at IS NULL AND ends_at > ?", stamp{at}, id, stamp{at}).Error)
	})
}

// EmergencyPrepared implements access.Emergencies.
func (s *Store) EmergencyPrepared(ctx context.Context, at time.Time) (bool, error) {
	var ids []uuid.UUID
	err := s.reader(ctx).Raw(`SELECT s.id FROM emergency_sets s WHERE s.revoked_at IS NULL AND s.expires_at > ?
	AND EXISTS (SELECT 1 FROM emergency_codes c WHERE c.set_id = s.id AND c.sheet = 1 AND c.login_id IS NULL)
	AND EXISTS (SELECT 1 FROM emergency_codes c WHERE c.set_id = s.id AND c.sheet = 2 AND c.login_id IS NULL) LIMIT 1`, stamp{at}).Scan(&ids).Error
	return len(ids) > 0, classify(err)
}

// EmergencyCode implements access.Emergencies.
func (s *Store) EmergencyCode(ctx context.Context, hash []byte) (access.EmergencyCode, error) {
	var row emergencyCodeRow
	err := s.reader(ctx).Where("hash = ?", hash).Take(&row).Error
	return access.EmergencyCode{Set: row.Set, Sheet: row.Sheet, Number: row.Number, Hash: row.Hash, Login: row.Login.UUID}, classify(err)
}

// UseEmergencyCodes implements access.Emergencies.
func (s *Store) UseEmergencyCodes(ctx context.Context, login uuid.UUID, first, second []byte) error {
	done := s.writer(ctx).Exec("UPDATE emergency_codes SET login_id = ? WHERE (hash = ? OR hash = ?) AND login_id IS NULL", login, first, second)
	if done.Error == nil && done.RowsAffected != 2 {
		return fault.New(fault.Conflict)
	}
	return classify(done.Error)
}

type emergencyLoginRow struct {
	ID         uuid.UUID     `gorm:"column:id"`
	Set        uuid.UUID     `gorm:"column:set_id"`
	User       uuid.UUID     `gorm:"column:user_id"`
	Witness    uuid.UUID     `gorm:"column:witness_id"`
	First      int           `gorm:"column:first_number"`
	Second     int           `gorm:"column:second_number"`
	Begun      stamp         `gorm:"column:begun_at"`
	Ends       stamp         `gorm:"column:ends_at"`
	Ended      stamp         `gorm:"column:ended_at"`
	Reviewed   stamp         `gorm:"column:reviewed_at"`
	ReviewedBy uuid.NullUUID `gorm:"column:reviewed_by"`
	Outcome    optional      `gorm:"column:outcome"`
}

func (emergencyLoginRow) TableName() string { return "emergency_logins" }

func (row emergencyLoginRow) login(unit string) access.EmergencyLogin {
	return access.EmergencyLogin{
		ID: row.ID, Set: row.Set, Unit: unit, User: row.User, Witness: row.Witness, Numbers: [2]int{row.First, row.Second},
		BegunAt: row.Begun.Time, EndsAt: row.Ends.Time, EndedAt: row.Ended.Time,
		ReviewedAt: row.Reviewed.Time, ReviewedBy: row.ReviewedBy.UUID, Outcome: access.EmergencyOutcome(row.Outcome),
	}
}

// InsertEmergencyLogin implements access.Emergencies.
func (s *Store) InsertEmergencyLogin(ctx context.Context, l access.EmergencyLogin) error {
	row := &emergencyLoginRow{ID: l.ID, Set: l.Set, User: l.User, Witness: l.Witness, First: l.Numbers[0], Second: l.Numbers[1], Begun: stamp{l.BegunAt}, Ends: stamp{l.EndsAt}}
	return classify(s.writer(ctx).Create(row).Error)
}

// EndEmergencyLogins implements access.Emergencies.
func (s *Store) EndEmergencyLogins(ctx context.Context, user uuid.UUID, at time.Time) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Exec("DELETE FROM sessions WHERE user_id = ? AND emergency_id IS NOT NULL", user).Error; err != nil {
			return classify(err)
		}
		return classify(s.writer(ctx).Exec("UPDATE emergency_logins SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL AND ends_at > ?", stamp{at}, user, stamp{at}).Error)
	})
}

// emergencyLogins reads those that a condition finds, in an order.
func (s *Store) emergencyLogins(ctx context.Context, rest string, args ...any) ([]access.EmergencyLogin, error) {
	var rows []struct {
		Login emergencyLoginRow `gorm:"embedded"`
		Unit  string            `gorm:"column:unit"`
	}
	err := s.reader(ctx).Raw("SELECT l.*, s.unit FROM emergency_logins l JOIN emergency_sets s ON s.id = l.set_id "+rest, args...).Scan(&rows).Error
	logins := make([]access.EmergencyLogin, len(rows))
	for i, row := range rows {
		logins[i] = row.Login.login(row.Unit)
	}
	return logins, classify(err)
}

// EmergencyLogin implements access.Emergencies.
func (s *Store) EmergencyLogin(ctx context.Context, id uuid.UUID) (access.EmergencyLogin, error) {
	logins, err := s.emergencyLogins(ctx, "WHERE l.id = ?", id)
	if err == nil && len(logins) == 0 {
		err = fault.New(fault.NotFound)
	}
	if err != nil {
		return access.EmergencyLogin{}, err
	}
	return logins[0], nil
}

// EmergencyLogins implements access.Emergencies.
func (s *Store) EmergencyLogins(ctx context.Context, most int) ([]access.EmergencyLogin, error) {
	return s.emergencyLogins(ctx, "ORDER BY (l.reviewed_at IS NOT NULL), l.begun_at DESC, l.id LIMIT ?", most)
}

// EmergencyLoginsOf implements access.Emergencies.
func (s *Store) EmergencyLoginsOf(ctx context.Context, user uuid.UUID) ([]access.EmergencyLogin, error) {
	return s.emergencyLogins(ctx, "WHERE l.reviewed_at IS NULL AND (l.user_id = ? OR l.witness_id = ?) ORDER BY l.begun_at DESC, l.id LIMIT 20", user, user)
}

// UnreviewedEmergencyLogins implements access.Emergencies.
func (s *Store) UnreviewedEmergencyLogins(ctx context.Context) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&emergencyLoginRow{}).Where("reviewed_at IS NULL").Count(&n).Error
	return int(n), classify(err)
}

// ReviewEmergencyLogin implements access.Emergencies.
func (s *Store) ReviewEmergencyLogin(ctx context.Context, id, by uuid.UUID, outcome access.EmergencyOutcome, at time.Time) error {
	done := s.writer(ctx).Exec("UPDATE emergency_logins SET reviewed_at = ?, reviewed_by = ?, outcome = ? WHERE id = ? AND reviewed_at IS NULL",
		stamp{at}, by, string(outcome), id)
	if done.Error == nil && done.RowsAffected == 0 {
		return fault.New(fault.Conflict)
	}
	return classify(done.Error)
}

// EmergencyActions implements access.Emergencies. The index is over rows of this
// role alone.
func (s *Store) EmergencyActions(ctx context.Context, l access.EmergencyLogin) ([]access.ActionCount, error) {
	var rows []struct {
		Action string `gorm:"column:action"`
		N      int    `gorm:"column:n"`
	}
	err := s.reader(ctx).Raw(`SELECT action, count(*) AS n FROM audit_events
WHERE role = 'emergency' AND actor_id = ? AND at >= ? AND at <= ? GROUP BY action ORDER BY action`, l.User, stamp{l.BegunAt}, stamp{l.Over()}).Scan(&rows).Error
	counts := make([]access.ActionCount, len(rows))
	for i, row := range rows {
		counts[i] = access.ActionCount{Action: row.Action, Count: row.N}
	}
	return counts, classify(err)
}
