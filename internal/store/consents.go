package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/lang"
)

type consentRow struct {
	ID            uuid.UUID `gorm:"column:id"`
	Unit          string    `gorm:"column:unit"`
	Language      string    `gorm:"column:language"`
	Form          string    `gorm:"column:form"`
	ForAssessment bool      `gorm:"column:for_assessment"`
	ForRecord     bool      `gorm:"column:for_record"`
	ForStatistics bool      `gorm:"column:for_statistics"`
	GivenBy       string    `gorm:"column:given_by"`
	Plain         bool      `gorm:"column:plain"`
	TextVersion   int       `gorm:"column:text_version"`
	TextSHA256    string    `gorm:"column:text_sha256"`
	Given         stamp     `gorm:"column:given_at"`
	BeforeID      uuid.UUID `gorm:"column:before_id"`
	Withdrawn     stamp     `gorm:"column:withdrawn_at"`
	Sealed        blob      `gorm:"column:sealed"`
	KeyMark       blob      `gorm:"column:key_mark"` // of the key that seals it and what stands under it
	ClientIndex   blob      `gorm:"column:client_index"`

	secrets consentSecrets
}

func (consentRow) TableName() string { return "consents" }

func (row *consentRow) key() uuid.UUID { return row.ID }

func (row *consentRow) box() (envelope.Place, *blob, any) {
	return boxOf("consents", row.ID.String()), &row.Sealed, &row.secrets
}

func toConsentRow(r consent.Record) *consentRow {
	return &consentRow{
		ID: r.ID, Unit: r.Unit, Language: string(r.Language), Form: string(r.Form),
		ForAssessment: r.Covers(consent.Assessment), ForRecord: r.Covers(consent.Recording), ForStatistics: r.Covers(consent.Statistics),
		GivenBy: string(r.GivenBy), Plain: r.Plain, TextVersion: r.TextVersion, TextSHA256: r.TextSHA256,
		Given: stamp{r.GivenAt}, BeforeID: r.BeforeID, Withdrawn: stamp{r.WithdrawnAt},
		secrets: consentSecrets{r.ClientRef, r.SignedName, r.Before, r.Ground, r.WithdrawalReason},
	}
}

func (row *consentRow) record() consent.Record {
	r := consent.Record{
		ID: row.ID, Unit: row.Unit, Language: lang.Tag(row.Language), Form: consent.Form(row.Form),
		GivenBy: consent.Giver(row.GivenBy), Ground: row.secrets.Ground, SignedName: row.secrets.SignedName, Plain: row.Plain, TextVersion: row.TextVersion, TextSHA256: row.TextSHA256,
		GivenAt: row.Given.Time, Before: row.secrets.BeforeName, BeforeID: row.BeforeID, ClientRef: row.secrets.ClientRef,
		WithdrawnAt: row.Withdrawn.Time, WithdrawalReason: row.secrets.WithdrawalReason,
	}
	for _, p := range []struct {
		covered bool
		purpose consent.Purpose
	}{{row.ForAssessment, consent.Assessment}, {row.ForRecord, consent.Recording}, {row.ForStatistics, consent.Statistics}} {
		if p.covered {
			r.Purposes = append(r.Purposes, p.purpose)
		}
	}
	return r
}

// InsertConsent implements assessment.Store.
func (s *Store) InsertConsent(ctx context.Context, r consent.Record) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		v, err := s.vault(ctx)
		if err != nil {
			return err
		}
		key, err := s.newRecordKey(ctx, v, r.ID, r.GivenAt)
		if err != nil {
			return err
		}
		row := toConsentRow(r)
		row.KeyMark, row.ClientIndex = key.Mark(), v.index.Of(clientIndex, r.ClientRef)
		sealRow(key, row)
		return classify(s.writer(ctx).Create(row).Error)
	})
}

// Consent implements assessment.Store.
func (s *Store) Consent(ctx context.Context, id uuid.UUID) (consent.Record, error) {
	return s.consentIn(ctx, s.reader(ctx), id)
}

// ConsentForUpdate implements assessment.Store. On SQLite the one writer is lock
// enough.
func (s *Store) ConsentForUpdate(ctx context.Context, id uuid.UUID) (consent.Record, error) {
	return s.consentIn(ctx, s.locking(ctx), id)
}

// OwnConsent implements assessment.Store.
func (s *Store) OwnConsent(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error) {
	return s.consentIn(ctx, withinUnits(s.reader(ctx), own), id)
}

// OwnConsentForUpdate implements assessment.Store.
func (s *Store) OwnConsentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error) {
	return s.consentIn(ctx, withinUnits(s.locking(ctx), own), id)
}

func (s *Store) consentIn(ctx context.Context, db *gorm.DB, id uuid.UUID) (consent.Record, error) {
	row, err := s.takeConsent(ctx, db, id)
	if err != nil {
		return consent.Record{}, err
	}
	return row.record(), nil
}

func (s *Store) takeConsent(ctx context.Context, db *gorm.DB, id uuid.UUID) (*consentRow, error) {
	var row consentRow
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, classify(err)
	}
	return &row, openRows(ctx, s, &row)
}

// changeSecrets opens the box of a consent, changes what is in it and closes it.
func (s *Store) changeSecrets(ctx context.Context, id uuid.UUID, change func(*consentRow)) (*consentRow, error) {
	row, err := s.takeConsent(ctx, s.locking(ctx), id)
	if err != nil {
		return nil, err
	}
	key, err := s.keyToSealWith(ctx, id)
	if err != nil {
		return nil, err
	}
	change(row)
	sealRow(key, row)
	return row, nil
}

// BindClient implements assessment.Store.
func (s *Store) BindClient(ctx context.Context, id uuid.UUID, clientRef string) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		index, err := s.indexOf(ctx, clientIndex, clientRef)
		if err != nil {
			return err
		}
		row, err := s.changeSecrets(ctx, id, func(row *consentRow) { row.secrets.ClientRef = clientRef })
		if err != nil {
			return err
		}
		return classify(s.writer(ctx).Exec("UPDATE consents SET sealed = ?, client_index = ? WHERE id = ? AND client_index IS NULL", row.Sealed, index, id).Error)
	})
}

// WithdrawConsent implements assessment.Store.
func (s *Store) WithdrawConsent(ctx context.Context, id uuid.UUID, at time.Time, reason string) (changed bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		done := tx.Exec("UPDATE consents SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL", stamp{at}, id)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		changed = true
		if reason != "" {
			row, err := s.changeSecrets(ctx, id, func(row *consentRow) { row.secrets.WithdrawalReason = reason })
			if err != nil {
				return err
			}
			if err := tx.Exec("UPDATE consents SET sealed = ? WHERE id = ?", row.Sealed, id).Error; err != nil {
				return classify(err)
			}
		}
		tx = s.writer(access.WholeHouse(ctx)) // wherever a visit stands on it
		return classify(tx.Exec("UPDATE assessments SET status = ?, revision = revision + 1 WHERE consent_id = ?",
			string(assessment.Withdrawn), id).Error)
	})
	return changed, err
}
