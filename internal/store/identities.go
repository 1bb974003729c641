package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
)

type identityRow struct {
	Issuer  string    `gorm:"column:issuer"`
	Index   blob      `gorm:"column:subject_index"`
	Sealed  blob      `gorm:"column:sealed"`
	UserID  uuid.UUID `gorm:"column:user_id"`
	Created stamp     `gorm:"column:created_at"`
}

func (identityRow) TableName() string { return "identities" }

// UserByIdentity implements access.Identities.
func (s *Store) UserByIdentity(ctx context.Context, issuer, subject string) (uuid.UUID, error) {
	index, err := s.subjectIndexOf(ctx, issuer, subject)
	if err != nil {
		return uuid.Nil, err
	}
	var row identityRow
	err = s.reader(ctx).Where("issuer = ? AND subject_index = ?", issuer, index).Take(&row).Error
	return row.UserID, classify(err)
}

// InsertIdentity implements access.Identities.
func (s *Store) InsertIdentity(ctx context.Context, issuer, subject string, user uuid.UUID, at time.Time) error {
	index, err := s.subjectIndexOf(ctx, issuer, subject)
	if err != nil {
		return err
	}
	box, err := s.packForHouse(ctx, "identities", identityName(issuer, index), subjectSecrets{subject})
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&identityRow{issuer, index, box, user, stamp{at}}).Error)
}

// DeleteIdentity implements access.Identities.
func (s *Store) DeleteIdentity(ctx context.Context, issuer, subject string, user uuid.UUID) error {
	index, err := s.subjectIndexOf(ctx, issuer, subject)
	if err != nil {
		return err
	}
	return found(s.writer(ctx).Exec("DELETE FROM identities WHERE issuer = ? AND subject_index = ? AND user_id = ?", issuer, index, user))
}

// subjectIndexOf finds the same subject of the same issuer alone.
func (s *Store) subjectIndexOf(ctx context.Context, issuer, subject string) (blob, error) {
	return s.indexOf(ctx, subjectIndex+" "+issuer, subject)
}

// identityName is what the row of an identity is known by.
func identityName(issuer string, index blob) string { return hex.EncodeToString(index) + " " + issuer }

// ManageUser implements access.Identities.
func (s *Store) ManageUser(ctx context.Context, id uuid.UUID, name string, role access.Role, own access.Scope) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := found(s.writer(ctx).Exec("UPDATE users SET role = ? WHERE id = ?", string(role), id)); err != nil {
			return err
		}
		return s.ChangeUser(ctx, id, name, own)
	})
}

type attemptRow struct {
	State    []byte `gorm:"column:state_hash"`
	Browser  []byte `gorm:"column:browser_hash"`
	Provider string `gorm:"column:provider"`
	Nonce    string `gorm:"column:nonce"`
	Verifier string `gorm:"column:verifier"`
	Back     string `gorm:"column:back"`
	Fresh    bool   `gorm:"column:fresh"`
	Begun    stamp  `gorm:"column:begun_at"`
}

func (attemptRow) TableName() string { return "login_attempts" }

// InsertAttempt implements access.Identities.
func (s *Store) InsertAttempt(ctx context.Context, a access.Attempt) error {
	row := &attemptRow{a.State, a.Browser, a.Provider, a.Nonce, a.Verifier, a.Back, a.Fresh, stamp{a.Begun}}
	return classify(s.writer(ctx).Create(row).Error)
}

// TakeAttempt implements access.Identities.
func (s *Store) TakeAttempt(ctx context.Context, state []byte) (access.Attempt, error) {
	var row attemptRow
	err := s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Where("state_hash = ?", state).Take(&row).Error; err != nil {
			return classify(err)
		}
		// Of two who have read it, the second one finds nothing left to delete.
		return found(s.writer(ctx).Exec("DELETE FROM login_attempts WHERE state_hash = ?", state))
	})
	if err != nil {
		return access.Attempt{}, err
	}
	return access.Attempt{State: row.State, Browser: row.Browser, Provider: row.Provider, Nonce: row.Nonce, Verifier: row.Verifier,
		Back: row.Back, Fresh: row.Fresh, Begun: row.Begun.Time}, nil
}

// DeleteAttemptsBefore implements access.Identities. Whoever clears away at the
// same time takes others.
func (s *Store) DeleteAttemptsBefore(ctx context.Context, at time.Time, most int) error {
	old := "SELECT state_hash FROM login_attempts WHERE begun_at < ? ORDER BY begun_at LIMIT ?"
	if s.dialect == PostgreSQL {
		old += " FOR UPDATE SKIP LOCKED"
	}
	return classify(s.writer(ctx).Exec("DELETE FROM login_attempts WHERE state_hash IN ("+old+")", stamp{at}, most).Error)
}
