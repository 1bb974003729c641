package store

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type appRow struct {
	User    uuid.UUID `gorm:"column:user_id"`
	Secret  blob      `gorm:"column:secret"` // sealed
	Step    int64     `gorm:"column:last_step"`
	Created stamp     `gorm:"column:created_at"`
}

func (appRow) TableName() string { return "totp_factors" }

type passkeyRow struct {
	ID             uuid.UUID `gorm:"column:id"`
	User           uuid.UUID `gorm:"column:user_id"`
	Credential     []byte    `gorm:"column:credential"`
	PublicKey      []byte    `gorm:"column:public_key"`
	Transports     string    `gorm:"column:transports"`
	SignCount      int64     `gorm:"column:sign_count"`
	BackupEligible bool      `gorm:"column:backup_eligible"`
	BackedUp       bool      `gorm:"column:backed_up"`
	Created        stamp     `gorm:"column:created_at"`
	Used           stamp     `gorm:"column:used_at"`
	Sealed         blob      `gorm:"column:sealed"`
}

func (passkeyRow) TableName() string { return "passkeys" }

func (s *Store) toPasskey(ctx context.Context, row passkeyRow) (access.Passkey, error) {
	var secrets nameSecrets
	err := s.unpackForHouse(ctx, "passkeys", row.ID.String(), row.Sealed, &secrets)
	return access.Passkey{ID: row.ID, User: row.User, Name: secrets.Name, Credential: row.Credential, PublicKey: row.PublicKey,
		Transports: strings.Fields(row.Transports), SignCount: uint32(row.SignCount), BackupEligible: row.BackupEligible,
		BackedUp: row.BackedUp, CreatedAt: row.Created.Time, UsedAt: row.Used.Time}, err
}

type recoveryRow struct {
	User uuid.UUID `gorm:"column:user_id"`
	Hash []byte    `gorm:"column:hash"`
}

func (recoveryRow) TableName() string { return "recovery_codes" }

// FactorsOf implements access.FactorStore.
func (s *Store) FactorsOf(ctx context.Context, user uuid.UUID) (access.Factors, error) {
	var f access.Factors
	app, err := s.appOf(ctx, user)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return f, err
	}
	f.AppSince = app.Created.Time
	var rows []passkeyRow
	if err := s.reader(ctx).Where("user_id = ?", user).Order("created_at, id").Find(&rows).Error; err != nil {
		return f, classify(err)
	}
	for _, row := range rows {
		p, err := s.toPasskey(ctx, row)
		if err != nil {
			return f, err
		}
		f.Passkeys = append(f.Passkeys, p)
	}
	var n int64
	err = s.reader(ctx).Model(&recoveryRow{}).Where("user_id = ?", user).Count(&n).Error
	f.Codes = int(n)
	return f, classify(err)
}

// DeleteFactors implements access.FactorStore.
func (s *Store) DeleteFactors(ctx context.Context, user uuid.UUID) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, statement := range []string{
			"DELETE FROM totp_factors WHERE user_id = ?", "DELETE FROM passkeys WHERE user_id = ?", "DELETE FROM recovery_codes WHERE user_id = ?",
		} {
			if err := s.writer(ctx).Exec(statement, user).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}

// InsertApp implements access.FactorStore.
func (s *Store) InsertApp(ctx context.Context, user uuid.UUID, a access.App, at time.Time) error {
	box, err := s.sealForHouse(ctx, appPlace(user), a.Secret)
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&appRow{user, box, a.Step, stamp{at}}).Error)
}

// AppOf implements access.FactorStore.
func (s *Store) AppOf(ctx context.Context, user uuid.UUID) (access.App, error) {
	row, err := s.appOf(ctx, user)
	if err != nil {
		return access.App{}, err
	}
	secret, err := s.openForHouse(ctx, appPlace(user), row.Secret)
	return access.App{Secret: secret, Step: row.Step}, err
}

func appPlace(user uuid.UUID) envelope.Place {
	return envelope.Place{Table: "totp_factors", Row: user.String(), Column: "secret"}
}

func (s *Store) appOf(ctx context.Context, user uuid.UUID) (appRow, error) {
	var row appRow
	return row, classify(s.reader(ctx).Where("user_id = ?", user).Take(&row).Error)
}

// changed tells whether a statement changed a row.
func (s *Store) changed(ctx context.Context, statement string, values ...any) (bool, error) {
	done := s.writer(ctx).Exec(statement, values...)
	return done.RowsAffected > 0, classify(done.Error)
}

// UseApp implements access.FactorStore.
func (s *Store) UseApp(ctx context.Context, user uuid.UUID, step int64) (bool, error) {
	return s.changed(ctx, "UPDATE totp_factors SET last_step = ? WHERE user_id = ? AND last_step < ?", step, user, step)
}

// DeleteApp implements access.FactorStore.
func (s *Store) DeleteApp(ctx context.Context, user uuid.UUID) (bool, error) {
	return s.changed(ctx, "DELETE FROM totp_factors WHERE user_id = ?", user)
}

// InsertPasskey implements access.FactorStore.
func (s *Store) InsertPasskey(ctx context.Context, p access.Passkey) error {
	box, err := s.packForHouse(ctx, "passkeys", p.ID.String(), nameSecrets{p.Name})
	if err != nil {
		return err
	}
	return classify(s.writer(ctx).Create(&passkeyRow{p.ID, p.User, p.Credential, p.PublicKey, strings.Join(p.Transports, " "),
		int64(p.SignCount), p.BackupEligible, p.BackedUp, stamp{p.CreatedAt}, stamp{p.UsedAt}, box}).Error)
}

// UsePasskey implements access.FactorStore.
func (s *Store) UsePasskey(ctx context.Context, p access.Passkey, was uint32) (bool, error) {
	return s.changed(ctx, "UPDATE passkeys SET sign_count = ?, backed_up = ?, used_at = ? WHERE id = ? AND sign_count = ?",
		int64(p.SignCount), p.BackedUp, stamp{p.UsedAt}, p.ID, int64(was))
}

// DeletePasskey implements access.FactorStore.
func (s *Store) DeletePasskey(ctx context.Context, user, id uuid.UUID) (bool, error) {
	return s.changed(ctx, "DELETE FROM passkeys WHERE id = ? AND user_id = ?", id, user)
}

// ReplaceRecoveryCodes implements access.FactorStore.
func (s *Store) ReplaceRecoveryCodes(ctx context.Context, user uuid.UUID, hashes [][]byte) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Exec("DELETE FROM recovery_codes WHERE user_id = ?", user).Error; err != nil {
			return classify(err)
		}
		rows := make([]recoveryRow, len(hashes))
		for i, hash := range hashes {
			rows[i] = recoveryRow{user, hash}
		}
		return classify(s.writer(ctx).Create(&rows).Error)
	})
}

// UseRecoveryCode implements access.FactorStore.
func (s *Store) UseRecoveryCode(ctx context.Context, user uuid.UUID, hash []byte) (bool, error) {
	return s.changed(ctx, "DELETE FROM recovery_codes WHERE user_id = ? AND hash = ?", user, hash)
}

type challengeRow struct {
	Holder  []byte `gorm:"column:holder"`
	Purpose string `gorm:"column:purpose"`
	Content blob   `gorm:"column:content"` // sealed
	Expires stamp  `gorm:"column:expires_at"`
}

func (challengeRow) TableName() string { return "factor_challenges" }

// PutChallenge implements access.FactorStore, and clears away what has expired.
func (s *Store) PutChallenge(ctx context.Context, c access.Challenge, now time.Time) error {
	old := "SELECT holder, purpose FROM factor_challenges WHERE expires_at <= ? ORDER BY expires_at LIMIT 100"
	if s.dialect == PostgreSQL {
		old += " FOR UPDATE SKIP LOCKED"
	}
	if err := s.writer(ctx).Exec("DELETE FROM factor_challenges WHERE (holder, purpose) IN ("+old+")", stamp{now}).Error; err != nil {
		return classify(err)
	}
	box, err := s.sealForHouse(ctx, challengePlace(c.Holder, c.Purpose), c.Content)
	if err != nil {
		return err
	}
	onConflict := clause.OnConflict{Columns: []clause.Column{{Name: "holder"}, {Name: "purpose"}}, DoUpdates: clause.AssignmentColumns([]string{"content", "expires_at"})}
	return classify(s.writer(ctx).Clauses(onConflict).Create(&challengeRow{c.Holder, c.Purpose, box, stamp{c.Expires}}).Error)
}

// Challenge implements access.FactorStore.
func (s *Store) Challenge(ctx context.Context, holder []byte, purpose string, now time.Time) ([]byte, error) {
	var row challengeRow
	err := s.reader(ctx).Where("holder = ? AND purpose = ? AND expires_at > ?", holder, purpose, stamp{now}).Take(&row).Error
	if err != nil {
		return nil, classify(err)
	}
	return s.openForHouse(ctx, challengePlace(holder, purpose), row.Content)
}

func challengePlace(holder []byte, purpose string) envelope.Place {
	return envelope.Place{Table: "factor_challenges", Row: hex.EncodeToString(holder) + " " + purpose, Column: "content"}
}

// TakeChallenge implements access.FactorStore.
func (s *Store) TakeChallenge(ctx context.Context, holder []byte, purpose string, now time.Time) ([]byte, error) {
	var content blob
	rows, err := s.writer(ctx).Raw("DELETE FROM factor_challenges WHERE holder = ? AND purpose = ? AND expires_at > ? RETURNING content", holder, purpose, stamp{now}).Rows()
	if err != nil {
		return nil, classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&content); err != nil {
			return nil, classify(err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, classify(err)
	}
	if content == nil {
		return nil, fault.New(fault.NotFound)
	}
	return s.openForHouse(ctx, challengePlace(holder, purpose), content)
}

// SetWaits implements access.FactorStore.
func (s *Store) SetWaits(ctx context.Context, hash []byte, step access.Step) error {
	return found(s.writer(ctx).Exec("UPDATE sessions SET waits_for = ? WHERE hash = ?", optional(step), hash))
}

// DeleteOtherSessions implements access.FactorStore.
func (s *Store) DeleteOtherSessions(ctx context.Context, user uuid.UUID, keep []byte) error {
	return classify(s.writer(ctx).Exec("DELETE FROM sessions WHERE user_id = ? AND hash <> ?", user, keep).Error)
}
