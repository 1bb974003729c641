package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
)

type consentRow struct {
	ID               uuid.UUID `gorm:"column:id"`
	Unit             string    `gorm:"column:unit"`
	Language         string    `gorm:"column:language"`
	Form             string    `gorm:"column:form"`
	ForAssessment    bool      `gorm:"column:for_assessment"`
	ForRecord        bool      `gorm:"column:for_record"`
	ForStatistics    bool      `gorm:"column:for_statistics"`
	GivenBy          string    `gorm:"column:given_by"`
	Ground           optional  `gorm:"column:ground"`
	SignedName       optional  `gorm:"column:signed_name"`
	Plain            bool      `gorm:"column:plain"`
	TextVersion      int       `gorm:"column:text_version"`
	TextSHA256       string    `gorm:"column:text_sha256"`
	Given            stamp     `gorm:"column:given_at"`
	BeforeName       string    `gorm:"column:before_name"`
	BeforeID         uuid.UUID `gorm:"column:before_id"`
	ClientRef        optional  `gorm:"column:client_ref"`
	Withdrawn        stamp     `gorm:"column:withdrawn_at"`
	WithdrawalReason optional  `gorm:"column:withdrawal_reason"`
}

func (consentRow) TableName() string { return "consents" }

func toConsentRow(r consent.Record) *consentRow {
	return &consentRow{
		ID: r.ID, Unit: r.Unit, Language: string(r.Language), Form: string(r.Form),
		ForAssessment: r.Covers(consent.Assessment), ForRecord: r.Covers(consent.Recording), ForStatistics: r.Covers(consent.Statistics),
		GivenBy: string(r.GivenBy), Ground: optional(r.Ground), SignedName: optional(r.SignedName), Plain: r.Plain, TextVersion: r.TextVersion, TextSHA256: r.TextSHA256,
		Given: stamp{r.GivenAt}, BeforeName: r.Before, BeforeID: r.BeforeID, ClientRef: optional(r.ClientRef),
		Withdrawn: stamp{r.WithdrawnAt}, WithdrawalReason: optional(r.WithdrawalReason),
	}
}

func (row *consentRow) record() consent.Record {
	r := consent.Record{
		ID: row.ID, Unit: row.Unit, Language: lang.Tag(row.Language), Form: consent.Form(row.Form),
		GivenBy: consent.Giver(row.GivenBy), Ground: string(row.Ground), SignedName: string(row.SignedName), Plain: row.Plain, TextVersion: row.TextVersion, TextSHA256: row.TextSHA256,
		GivenAt: row.Given.Time, Before: row.BeforeName, BeforeID: row.BeforeID, ClientRef: string(row.ClientRef),
		WithdrawnAt: row.Withdrawn.Time, WithdrawalReason: string(row.WithdrawalReason),
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
	return classify(s.writer(ctx).Create(toConsentRow(r)).Error)
}

// Consent implements assessment.Store.
func (s *Store) Consent(ctx context.Context, id uuid.UUID) (consent.Record, error) {
	return takeConsent(s.reader(ctx), id)
}

// ConsentForUpdate implements assessment.Store. On SQLite the one writer is lock
// enough.
func (s *Store) ConsentForUpdate(ctx context.Context, id uuid.UUID) (consent.Record, error) {
	return takeConsent(s.locking(ctx), id)
}

// OwnConsent implements assessment.Store.
func (s *Store) OwnConsent(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error) {
	return takeConsent(withinUnits(s.reader(ctx), own), id)
}

// OwnConsentForUpdate implements assessment.Store.
func (s *Store) OwnConsentForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (consent.Record, error) {
	return takeConsent(withinUnits(s.locking(ctx), own), id)
}

func takeConsent(db *gorm.DB, id uuid.UUID) (consent.Record, error) {
	var row consentRow
	if err := db.Where("id = ?", id).Take(&row).Error; err != nil {
		return consent.Record{}, classify(err)
	}
	return row.record(), nil
}

// BindClient implements assessment.Store.
func (s *Store) BindClient(ctx context.Context, id uuid.UUID, clientRef string) error {
	return classify(s.writer(ctx).Exec("UPDATE consents SET client_ref = ? WHERE id = ? AND client_ref IS NULL", clientRef, id).Error)
}

// WithdrawConsent implements assessment.Store.
func (s *Store) WithdrawConsent(ctx context.Context, id uuid.UUID, at time.Time, reason string) (changed bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		done := tx.Exec("UPDATE consents SET withdrawn_at = ?, withdrawal_reason = ? WHERE id = ? AND withdrawn_at IS NULL",
			stamp{at}, optional(reason), id)
		if done.Error != nil || done.RowsAffected == 0 {
			return classify(done.Error)
		}
		changed = true
		tx = s.writer(access.WholeHouse(ctx)) // wherever a visit stands on it
		return classify(tx.Exec("UPDATE assessments SET status = ?, revision = revision + 1 WHERE consent_id = ?",
			string(assessment.Withdrawn), id).Error)
	})
	return changed, err
}
