package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/replay"
)

type callRow struct {
	UserID      uuid.UUID `gorm:"column:user_id"`
	Route       string    `gorm:"column:route"`
	Key         string    `gorm:"column:key"`
	BodyHash    []byte    `gorm:"column:body_hash"`
	Claim       uuid.UUID `gorm:"column:claim"`
	Claimed     stamp     `gorm:"column:claimed_at"`
	Done        bool      `gorm:"column:done"`
	Status      int       `gorm:"column:status"`
	ETag        string    `gorm:"column:etag"`
	Location    string    `gorm:"column:location"`
	ContentType string    `gorm:"column:content_type"`
	Language    string    `gorm:"column:language"`
	Body        []byte    `gorm:"column:body"`
}

func (callRow) TableName() string { return "idempotency_keys" }

func ofCall(db *gorm.DB, k replay.Key) *gorm.DB {
	return db.Where("user_id = ? AND route = ? AND key = ?", k.User, k.Route, k.Key)
}

// ClaimCall implements replay.Store. Records that are too old are deleted on
// the way, everybody's, so that the table stays small without a job for it.
func (s *Store) ClaimCall(ctx context.Context, k replay.Key, r replay.Record) (there *replay.Record, err error) {
	err = s.InTx(access.WholeHouse(ctx), func(ctx context.Context) error {
		tx := s.writer(ctx)
		old, unanswered := stamp{r.ClaimedAt.Add(-replay.Lifetime)}, stamp{r.ClaimedAt.Add(-replay.Takeover)}
		if err := tx.Exec("DELETE FROM idempotency_keys WHERE claimed_at <= ?", old).Error; err != nil {
			return classify(err)
		}
		if err := ofCall(tx, k).Where("NOT done AND claimed_at <= ?", unanswered).Delete(&callRow{}).Error; err != nil {
			return classify(err)
		}
		row := callRow{UserID: k.User, Route: k.Route, Key: k.Key, BodyHash: r.BodyHash, Claim: r.Claim, Claimed: stamp{r.ClaimedAt}}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil || done.RowsAffected == 1 {
			return classify(done.Error)
		}
		var found callRow
		if err := ofCall(tx, k).Take(&found).Error; err != nil {
			return classify(err)
		}
		there = found.record()
		return nil
	})
	return there, err
}

func (row *callRow) record() *replay.Record {
	r := &replay.Record{BodyHash: row.BodyHash, Claim: row.Claim, ClaimedAt: row.Claimed.Time}
	if row.Done {
		r.Answer = &replay.Answer{Status: row.Status, ETag: row.ETag, Location: row.Location, ContentType: row.ContentType, Language: row.Language, Body: row.Body}
	}
	return r
}

// AnswerCall implements replay.Store.
func (s *Store) AnswerCall(ctx context.Context, k replay.Key, claim uuid.UUID, a replay.Answer) (bool, error) {
	done := ofCall(s.writer(ctx).Model(&callRow{}), k).Where("claim = ? AND NOT done", claim).Updates(map[string]any{
		"done": true, "status": a.Status, "etag": a.ETag, "location": a.Location, "content_type": a.ContentType, "language": a.Language, "body": a.Body,
	})
	return done.RowsAffected == 1, classify(done.Error)
}

// ReleaseCall implements replay.Store.
func (s *Store) ReleaseCall(ctx context.Context, k replay.Key, claim uuid.UUID) error {
	return classify(ofCall(s.writer(ctx), k).Where("claim = ? AND NOT done", claim).Delete(&callRow{}).Error)
}

var _ replay.Store = (*Store)(nil)
