package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
)

type invitationRow struct {
	ID           uuid.UUID  `gorm:"column:id"`
	Unit         string     `gorm:"column:unit"`
	Register     string     `gorm:"column:register"`
	Battery      string     `gorm:"column:battery"`
	Language     string     `gorm:"column:language"`
	Plain        bool       `gorm:"column:plain"`
	CreatedBy    uuid.UUID  `gorm:"column:created_by"`
	Created      stamp      `gorm:"column:created_at"`
	Expires      stamp      `gorm:"column:expires_at"`
	LinkHash     []byte     `gorm:"column:link_hash"`
	LinkUsed     stamp      `gorm:"column:link_used_at"`
	CodeSelector string     `gorm:"column:code_selector"`
	CodeHash     string     `gorm:"column:code_hash"`
	Failures     int        `gorm:"column:failures"`
	Cancelled    stamp      `gorm:"column:cancelled_at"`
	AssessmentID *uuid.UUID `gorm:"column:assessment_id"`
	Answered     stamp      `gorm:"column:answered_at"`
	Sealed       blob       `gorm:"column:sealed"`
	ClientIndex  blob       `gorm:"column:client_index"`

	secrets invitationSecrets
}

func (invitationRow) TableName() string { return "invitations" }

func (row *invitationRow) key() uuid.UUID { return row.ID }

func (row *invitationRow) box() (envelope.Place, *blob, any) {
	return boxOf("invitations", row.ID.String()), &row.Sealed, &row.secrets
}

// changingInvitation are the columns that UpdateInvitation writes.
var changingInvitation = []string{
	"language", "plain", "created_at", "expires_at", "link_hash", "link_used_at", "code_selector", "code_hash",
	"failures", "cancelled_at", "assessment_id", "answered_at",
}

func toInvitationRow(i invitation.Invitation) *invitationRow {
	row := &invitationRow{
		ID: i.ID, Unit: i.Unit, Register: string(i.Register), Battery: i.Battery, Language: string(i.Language), Plain: i.Plain,
		secrets: invitationSecrets{i.ClientRef}, CreatedBy: i.CreatedBy, Created: stamp{i.CreatedAt}, Expires: stamp{i.ExpiresAt},
		LinkHash: i.Hashes.Link, LinkUsed: stamp{i.LinkUsedAt}, CodeSelector: i.Hashes.Selector, CodeHash: i.Hashes.Code,
		Failures: i.Failures, Cancelled: stamp{i.CancelledAt}, Answered: stamp{i.AnsweredAt},
	}
	if i.Assessment != uuid.Nil {
		row.AssessmentID = &i.Assessment
	}
	return row
}

func (row *invitationRow) invitation() invitation.Invitation {
	i := invitation.Invitation{
		ID: row.ID, Unit: row.Unit, Register: access.Register(row.Register), Battery: row.Battery,
		Language: lang.Tag(row.Language), Plain: row.Plain, ClientRef: row.secrets.ClientRef,
		CreatedBy: row.CreatedBy, CreatedAt: row.Created.Time, ExpiresAt: row.Expires.Time, LinkUsedAt: row.LinkUsed.Time,
		Failures: row.Failures, CancelledAt: row.Cancelled.Time, AnsweredAt: row.Answered.Time,
		Hashes: invitation.Hashes{Link: row.LinkHash, Selector: row.CodeSelector, Code: row.CodeHash},
	}
	if row.AssessmentID != nil {
		i.Assessment = *row.AssessmentID
	}
	return i
}

// InsertInvitation implements invitation.Store. A selector that is taken is a
// Conflict.
func (s *Store) InsertInvitation(ctx context.Context, i invitation.Invitation) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		v, err := s.vault(ctx)
		if err != nil {
			return err
		}
		key, err := s.newRecordKey(ctx, v, i.ID, i.CreatedAt)
		if err != nil {
			return err
		}
		row := toInvitationRow(i)
		row.ClientIndex = v.index.Of(clientIndex, i.ClientRef)
		sealRow(key, row)
		return classify(s.writer(ctx).Create(row).Error)
	})
}

// UpdateInvitation implements invitation.Store.
func (s *Store) UpdateInvitation(ctx context.Context, i invitation.Invitation) error {
	row := toInvitationRow(i)
	return classify(s.writer(ctx).Model(row).Where("id = ?", i.ID).Select(changingInvitation).Updates(row).Error)
}

// Invitation implements invitation.Store.
func (s *Store) Invitation(ctx context.Context, id uuid.UUID) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, s.reader(ctx), "id = ?", id)
}

// InvitationForUpdate implements invitation.Store. On SQLite the one writer is
// lock enough.
func (s *Store) InvitationForUpdate(ctx context.Context, id uuid.UUID) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, s.locking(ctx), "id = ?", id)
}

// OwnInvitation implements invitation.Store.
func (s *Store) OwnInvitation(ctx context.Context, own access.Scope, id uuid.UUID) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, within(s.reader(ctx), own), "id = ?", id)
}

// OwnInvitationForUpdate implements invitation.Store.
func (s *Store) OwnInvitationForUpdate(ctx context.Context, own access.Scope, id uuid.UUID) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, within(s.locking(ctx), own), "id = ?", id)
}

// InvitationByLinkForUpdate implements invitation.Store.
func (s *Store) InvitationByLinkForUpdate(ctx context.Context, hash []byte) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, s.locking(ctx), "link_hash = ?", hash)
}

// InvitationBySelectorForUpdate implements invitation.Store.
func (s *Store) InvitationBySelectorForUpdate(ctx context.Context, selector string) (invitation.Invitation, error) {
	return s.takeInvitation(ctx, s.locking(ctx), "code_selector = ?", selector)
}

func (s *Store) locking(ctx context.Context) *gorm.DB {
	return s.writer(ctx).Clauses(clause.Locking{Strength: "UPDATE"})
}

func (s *Store) takeInvitation(ctx context.Context, db *gorm.DB, condition string, key any) (invitation.Invitation, error) {
	var row invitationRow
	if err := db.Where(condition, key).Take(&row).Error; err != nil {
		return invitation.Invitation{}, classify(err)
	}
	if err := openRows(ctx, s, &row); err != nil {
		return invitation.Invitation{}, err
	}
	return row.invitation(), nil
}

// Invitations implements invitation.Store.
func (s *Store) Invitations(ctx context.Context, own access.Scope, limit int) ([]invitation.Invitation, error) {
	var rows []*invitationRow
	err := within(s.reader(ctx), own).Order("created_at DESC, id DESC").Limit(limit).Find(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	if err := openRows(ctx, s, rows...); err != nil {
		return nil, err
	}
	list := make([]invitation.Invitation, len(rows))
	for n, row := range rows {
		list[n] = row.invitation()
	}
	return list, nil
}

// FreeSelector implements invitation.Store. An invitation that is over gives its
// selector up for its id, which is as unique and nobody types. It may be of any
// unit.
func (s *Store) FreeSelector(ctx context.Context, selector string, now time.Time) (free bool, err error) {
	ctx = access.WholeHouse(ctx)
	err = s.InTx(ctx, func(ctx context.Context) error {
		err := s.writer(ctx).Exec(`UPDATE invitations SET code_selector = CAST(id AS text)
WHERE code_selector = ? AND (cancelled_at IS NOT NULL OR expires_at <= ?)`, selector, stamp{now}).Error
		if err != nil {
			return classify(err)
		}
		var n int64
		err = s.writer(ctx).Model(&invitationRow{}).Where("code_selector = ?", selector).Count(&n).Error
		free = n == 0
		return classify(err)
	})
	return free && err == nil, err
}

// EndClientSessions implements invitation.Store.
func (s *Store) EndClientSessions(ctx context.Context, id uuid.UUID) error {
	return classify(s.writer(ctx).Exec("DELETE FROM sessions WHERE invitation_id = ?", id).Error)
}

// AnsweredBeforehand implements invitation.Store.
func (s *Store) AnsweredBeforehand(ctx context.Context, own access.Scope) (map[uuid.UUID]time.Time, error) {
	var rows []struct {
		ID       uuid.UUID `gorm:"column:id"`
		Answered stamp     `gorm:"column:answered_at"`
	}
	err := s.reader(ctx).Raw(`SELECT a.id, i.answered_at FROM invitations i JOIN assessments a ON a.id = i.assessment_id
WHERE a.unit IN ? AND a.register IN ? AND i.answered_at IS NOT NULL AND a.status = ?`, own.Units, own.Registers, string(assessment.Draft)).Scan(&rows).Error
	if err != nil {
		return nil, classify(err)
	}
	ready := make(map[uuid.UUID]time.Time, len(rows))
	for _, row := range rows {
		ready[row.ID] = row.Answered.Time
	}
	return ready, nil
}

var _ invitation.Store = (*Store)(nil)
