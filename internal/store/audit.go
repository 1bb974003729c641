package store

import (
	"context"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/audit"
)

type auditRow struct {
	At        stamp     `gorm:"column:at"`
	ActorID   uuid.UUID `gorm:"column:actor_id"`
	Role      string    `gorm:"column:role"`
	Action    string    `gorm:"column:action"`
	Subject   string    `gorm:"column:subject"`
	SubjectID string    `gorm:"column:subject_id"`
	Unit      string    `gorm:"column:unit"`
	RequestID string    `gorm:"column:request_id"`
}

func (auditRow) TableName() string { return "audit_events" }

func toAuditRow(e audit.Entry) auditRow {
	return auditRow{stamp{e.At}, e.Actor, e.Role, string(e.Action), string(e.Subject), e.SubjectID, e.Unit, e.RequestID}
}

// AppendAudit writes rows of the audit, in the transaction of what they tell
// about.
func (s *Store) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	rows := make([]auditRow, len(entries))
	for i, e := range entries {
		rows[i] = toAuditRow(e)
	}
	return classify(s.writer(ctx).Create(&rows).Error)
}
