package store

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/envelope"
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
	Body        blob      `gorm:"column:body"`     // sealed
	Mentions    string    `gorm:"column:mentions"` // the ids in the body
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
		var err error
		there, err = s.toReplay(ctx, &found)
		return err
	})
	return there, err
}

func (row *callRow) place() envelope.Place {
	return envelope.Place{Table: "idempotency_keys", Row: row.Claim.String(), Column: "body"}
}

func (s *Store) toReplay(ctx context.Context, row *callRow) (*replay.Record, error) {
	r := &replay.Record{BodyHash: row.BodyHash, Claim: row.Claim, ClaimedAt: row.Claimed.Time}
	if row.Done {
		body, err := s.openForHouse(ctx, row.place(), row.Body)
		if err != nil {
			return nil, err
		}
		r.Answer = &replay.Answer{Status: row.Status, ETag: row.ETag, Location: row.Location, ContentType: row.ContentType, Language: row.Language, Body: body}
	}
	return r, nil
}

// AnswerCall implements replay.Store.
func (s *Store) AnswerCall(ctx context.Context, k replay.Key, claim uuid.UUID, a replay.Answer) (bool, error) {
	row := callRow{Claim: claim}
	box, err := s.sealForHouse(ctx, row.place(), a.Body)
	if err != nil {
		return false, err
	}
	done := ofCall(s.writer(ctx).Model(&callRow{}), k).Where("claim = ? AND NOT done", claim).Updates(map[string]any{
		"done": true, "status": a.Status, "etag": a.ETag, "location": a.Location, "content_type": a.ContentType, "language": a.Language, "body": box, "mentions": mentions(a.Body),
	})
	return done.RowsAffected == 1, classify(done.Error)
}

var mentioned = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// mostMentions is more than any answer to a call that changes something holds.
const mostMentions = 1000

// mentions are the ids in an answer, a space between them, by which it is found when
// what it tells about is erased.
func mentions(body []byte) string {
	var ids []string
	for _, id := range mentioned.FindAll(body, mostMentions) {
		ids = append(ids, string(id))
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " ")
}

// ReleaseCall implements replay.Store.
func (s *Store) ReleaseCall(ctx context.Context, k replay.Key, claim uuid.UUID) error {
	return classify(ofCall(s.writer(ctx), k).Where("claim = ? AND NOT done", claim).Delete(&callRow{}).Error)
}

var _ replay.Store = (*Store)(nil)
