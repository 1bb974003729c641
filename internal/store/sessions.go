package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type sessionRow struct {
	Hash       []byte        `gorm:"column:hash"`
	User       uuid.NullUUID `gorm:"column:user_id"`
	Invitation uuid.NullUUID `gorm:"column:invitation_id"`
	Created    stamp         `gorm:"column:created_at"`
	Seen       stamp         `gorm:"column:seen_at"`
	Waits      optional      `gorm:"column:waits_for"`
	Emergency  uuid.NullUUID `gorm:"column:emergency_id"`
}

func (sessionRow) TableName() string { return "sessions" }

// nullable is an id that is NULL when nil.
func nullable(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: id != uuid.Nil} }

// InsertSession implements access.Store.
func (s *Store) InsertSession(ctx context.Context, n access.NewSession) error {
	return classify(s.writer(ctx).Create(&sessionRow{n.Hash, nullable(n.User), nullable(n.Invitation), stamp{n.At}, stamp{n.At}, optional(n.Waits), nullable(n.Emergency)}).Error)
}

// A client's session outlives the account of whoever invited them: the
// invitation is the unit's. One that sealed codes opened is in their unit alone,
// and ends when they are taken back.
const sessionByHash = `SELECT s.invitation_id, s.handed_over_to, s.created_at, s.seen_at, s.waits_for,
	u.id, u.sealed, u.role, u.password_once, i.assessment_id, coalesce(i.expires_at, e.ends_at) AS ends_at, coalesce(i.register, u.registers),
	coalesce(i.unit, uu.unit) AS unit, e.id
FROM sessions s LEFT JOIN invitations i ON i.id = s.invitation_id
	LEFT JOIN emergency_logins e ON e.id = s.emergency_id LEFT JOIN emergency_sets es ON es.id = e.set_id
	JOIN users u ON u.id = coalesce(s.user_id, i.created_by)
	LEFT JOIN user_units uu ON uu.user_id = s.user_id AND (es.unit IS NULL OR es.unit = uu.unit)
WHERE s.hash = ? AND (s.user_id IS NULL OR u.disabled_at IS NULL)
	AND (s.invitation_id IS NULL OR (i.cancelled_at IS NULL AND i.expires_at > ?))
	AND (s.emergency_id IS NULL OR (e.ended_at IS NULL AND uu.unit IS NOT NULL AND u.role = 'professional'))
ORDER BY unit`

// SessionByHash implements access.Store. Every page begins with it, so it is
// one query, read row by row as in ActorByToken. Nobody acts yet, so an
// invitation is looked for in all units.
func (s *Store) SessionByHash(ctx context.Context, hash []byte, at time.Time) (access.Session, error) {
	rows, err := s.reader(access.WholeHouse(ctx)).Raw(sessionByHash, hash, stamp{at}).Rows()
	if err != nil {
		return access.Session{}, classify(err)
	}
	defer rows.Close()
	var session access.Session
	var user uuid.UUID
	var box blob
	for rows.Next() {
		if user, box, err = scanSession(rows, &session); err != nil {
			return access.Session{}, classify(err)
		}
	}
	if err := rows.Err(); err != nil {
		return access.Session{}, classify(err)
	}
	if session.Actor.Role == "" {
		return access.Session{}, fault.New(fault.NotFound)
	}
	session.Actor.Name, err = s.nameOf(ctx, user, box)
	return session, err
}

// scanSession reads one row: all but the unit is the same in every one. It returns
// whose name the box holds, and the box.
func scanSession(rows *sql.Rows, to *access.Session) (_ uuid.UUID, box blob, _ error) {
	var invitation, handedOver, assessment, emergency uuid.NullUUID
	var created, seen, expires stamp
	var user access.Actor
	var unit, waits optional
	var once bool
	var own registers
	if err := rows.Scan(&invitation, &handedOver, &created, &seen, &waits, &user.ID, &box, &user.Role, &once, &assessment, &expires, &own, &unit, &emergency); err != nil {
		return uuid.Nil, nil, err
	}
	actor := user
	if invitation.Valid {
		actor = access.Actor{ID: invitation.UUID, Role: access.Client, InvitedBy: user.ID, Assessment: assessment.UUID}
	}
	if emergency.Valid {
		actor.Role = access.Emergency
	}
	actor.Units, actor.Registers = to.Actor.Units, own
	if unit != "" {
		actor.Units = append(actor.Units, string(unit))
	}
	*to = access.Session{Actor: actor, HandedOverTo: handedOver.UUID, MustChangePassword: once && !invitation.Valid && !emergency.Valid,
		Waits: access.Step(waits), Emergency: emergency.UUID, CreatedAt: created.Time, SeenAt: seen.Time, EndsAtLatest: expires.Time}
	return user.ID, box, nil
}

// TouchSession implements access.Store. Of two at once the later time stays.
func (s *Store) TouchSession(ctx context.Context, hash []byte, at time.Time) error {
	return classify(s.writer(ctx).Exec("UPDATE sessions SET seen_at = ? WHERE hash = ? AND seen_at < ?", stamp{at}, hash, stamp{at}).Error)
}

// SetHandedOver implements access.Store.
func (s *Store) SetHandedOver(ctx context.Context, hash []byte, assessment uuid.UUID) error {
	return found(s.writer(ctx).Exec("UPDATE sessions SET handed_over_to = ? WHERE hash = ?", nullable(assessment), hash))
}

// DeleteSession implements access.Store.
func (s *Store) DeleteSession(ctx context.Context, hash []byte) (bool, error) {
	done := s.writer(ctx).Exec("DELETE FROM sessions WHERE hash = ?", hash)
	return done.RowsAffected > 0, classify(done.Error)
}

// DeleteSessionsOf implements access.Store.
func (s *Store) DeleteSessionsOf(ctx context.Context, user uuid.UUID) error {
	return classify(s.writer(ctx).Exec("DELETE FROM sessions WHERE user_id = ?", user).Error)
}

// DeleteSessionsSeenBefore implements access.Store. Whoever clears away at the
// same time takes others.
func (s *Store) DeleteSessionsSeenBefore(ctx context.Context, at time.Time, most int) error {
	old := "SELECT hash FROM sessions WHERE seen_at < ? ORDER BY seen_at LIMIT ?"
	if s.dialect == PostgreSQL {
		old += " FOR UPDATE SKIP LOCKED"
	}
	return classify(s.writer(ctx).Exec("DELETE FROM sessions WHERE hash IN ("+old+")", stamp{at}, most).Error)
}

type setupLinkRow struct {
	Hash    []byte `gorm:"column:hash"`
	Created stamp  `gorm:"column:created_at"`
}

func (setupLinkRow) TableName() string { return "setup_links" }

// InsertSetupLink implements access.Store.
func (s *Store) InsertSetupLink(ctx context.Context, hash []byte, at time.Time) error {
	return classify(s.writer(ctx).Create(&setupLinkRow{hash, stamp{at}}).Error)
}

// HasSetupLink implements access.Store.
func (s *Store) HasSetupLink(ctx context.Context, hash []byte, since time.Time) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&setupLinkRow{}).Where("hash = ? AND created_at > ?", hash, stamp{since}).Count(&n).Error
	return n > 0, classify(err)
}

// UseSetupLink implements access.Store. On PostgreSQL the table is locked first,
// because two with different links would not meet in a row; on SQLite there is
// one writer.
func (s *Store) UseSetupLink(ctx context.Context, hash []byte) (bool, error) {
	if s.dialect == PostgreSQL {
		if err := s.writer(ctx).Exec("LOCK TABLE setup_links IN EXCLUSIVE MODE").Error; err != nil {
			return false, classify(err)
		}
	}
	done := s.writer(ctx).Exec("DELETE FROM setup_links WHERE hash = ?", hash)
	if done.Error != nil || done.RowsAffected == 0 {
		return false, classify(done.Error)
	}
	return true, classify(s.writer(ctx).Exec("DELETE FROM setup_links").Error)
}
