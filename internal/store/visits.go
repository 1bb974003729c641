package store

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// withResult is written out for the partial indexes; see withStatus.
var withResult = withStatus(assessment.Completed, assessment.Confirmed)

// Drafts implements assessment.Store.
func (s *Store) Drafts(ctx context.Context, own access.Scope, first uuid.UUID, limit int) ([]*assessment.Assessment, error) {
	order := clause.OrderBy{Expression: clause.Expr{SQL: "(created_by = ?) DESC, created_at DESC, id DESC", Vars: []any{first}}}
	return s.findAssessments(ctx, within(s.reader(ctx), own).Where(withStatus(assessment.Draft)).Clauses(order).Limit(limit))
}

// CountDone implements assessment.Store.
func (s *Store) CountDone(ctx context.Context, by uuid.UUID, from, to calendar.Date) (int, error) {
	db := s.reader(ctx).Model(&assessmentRow{}).Where("created_by = ?", by).Where(withResult)
	if !from.IsZero() {
		db = db.Where("assessed_on >= ?", day{from})
	}
	if !to.IsZero() {
		db = db.Where("assessed_on <= ?", day{to})
	}
	var n int64
	err := db.Count(&n).Error
	return int(n), classify(err)
}

// Path implements assessment.Store.
func (s *Store) Path(ctx context.Context, q assessment.PathQuery) ([]*assessment.Assessment, error) {
	a := q.Of
	db := within(s.reader(ctx), q.Own).Where(withResult).Where("register = ?", string(a.Register)).
		Where("(assessed_on, created_at) <= (?, ?)", day{a.AssessedOn}, stamp{a.CreatedAt})
	if a.ClientRef == "" {
		db = db.Where("consent_id = ?", a.ConsentID)
	} else {
		index, err := s.indexOf(ctx, clientIndex, a.ClientRef)
		if err != nil {
			return nil, err
		}
		db = db.Where("(consent_id = ? OR (client_index = ? AND unit = ?))", a.ConsentID, index, a.Unit)
	}
	list, err := s.findAssessments(ctx, db.Order("assessed_on DESC, created_at DESC, id DESC").Limit(q.Limit))
	slices.Reverse(list)
	return list, err
}

// MoveInvitation implements assessment.Store.
func (s *Store) MoveInvitation(ctx context.Context, id uuid.UUID, register access.Register) error {
	return classify(s.writer(ctx).Exec("UPDATE invitations SET register = ? WHERE assessment_id = ?", string(register), id).Error)
}

// DeleteDraft implements assessment.Store.
func (s *Store) DeleteDraft(ctx context.Context, id uuid.UUID) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		for _, release := range []string{
			"DELETE FROM assessment_phases WHERE assessment_id = ?",
			"UPDATE invitations SET assessment_id = NULL WHERE assessment_id = ?",
			"UPDATE sessions SET handed_over_to = NULL WHERE handed_over_to = ?",
		} {
			if err := tx.Exec(release, id).Error; err != nil {
				return classify(err)
			}
		}
		done := tx.Exec("DELETE FROM assessments WHERE id = ? AND "+withStatus(assessment.Draft), id)
		if done.Error == nil && done.RowsAffected == 0 {
			return fault.New(fault.NotFound)
		}
		return classify(done.Error)
	})
}

// AddSeconds implements assessment.Store.
func (s *Store) AddSeconds(ctx context.Context, id uuid.UUID, phase assessment.Phase, seconds int) error {
	return classify(s.writer(ctx).Exec(`INSERT INTO assessment_phases (assessment_id, phase, seconds) VALUES (?, ?, ?)
ON CONFLICT (assessment_id, phase) DO UPDATE SET seconds = assessment_phases.seconds + excluded.seconds`, id, string(phase), seconds).Error)
}

type phaseRow struct {
	Phase   string `gorm:"column:phase"`
	Seconds int    `gorm:"column:seconds"`
}

func (phaseRow) TableName() string { return "assessment_phases" }

// Seconds implements assessment.Store.
func (s *Store) Seconds(ctx context.Context, id uuid.UUID) (map[assessment.Phase]int, error) {
	var rows []phaseRow
	if err := s.reader(ctx).Where("assessment_id = ?", id).Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	seconds := make(map[assessment.Phase]int, len(rows))
	for _, row := range rows {
		seconds[assessment.Phase(row.Phase)] = row.Seconds
	}
	return seconds, nil
}

// Events implements assessment.Store.
func (s *Store) Events(ctx context.Context, id uuid.UUID) ([]assessment.Event, error) {
	var rows []eventRow
	if err := s.reader(ctx).Where("assessment_id = ?", id).Order("id").Find(&rows).Error; err != nil {
		return nil, classify(err)
	}
	events := make([]assessment.Event, len(rows))
	for i, row := range rows {
		events[i] = assessment.Event{Assessment: row.AssessmentID, Kind: assessment.EventKind(row.Kind), At: row.At.Time, By: row.ByID}
	}
	return events, nil
}
