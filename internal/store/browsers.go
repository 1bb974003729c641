package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

type browserRow struct {
	ID      uuid.UUID `gorm:"column:id"`
	Hash    []byte    `gorm:"column:hash"`
	User    uuid.UUID `gorm:"column:user_id"`
	Created stamp     `gorm:"column:created_at"`
	Seen    stamp     `gorm:"column:seen_at"`
}

func (browserRow) TableName() string { return "known_browsers" }

// BrowserOf implements access.Browsers. It is one query for a name that somebody
// has and for one that nobody has.
func (s *Store) BrowserOf(ctx context.Context, hash []byte, user string, since time.Time) (uuid.UUID, error) {
	id, err := uuid.Parse(user)
	if err != nil {
		id = uuid.Nil
	}
	var found []uuid.UUID
	err = s.reader(ctx).Model(&browserRow{}).
		Where("hash = ? AND seen_at >= ? AND user_id IN (SELECT u.id FROM users u WHERE u.username = ? OR u.id = ?)", hash, stamp{since}, user, id).
		Limit(1).Pluck("id", &found).Error
	if err == nil && len(found) == 0 {
		return uuid.Nil, fault.New(fault.NotFound)
	}
	if err != nil {
		return uuid.Nil, classify(err)
	}
	return found[0], nil
}

// AnybodysBrowser implements access.Browsers.
func (s *Store) AnybodysBrowser(ctx context.Context, hash []byte, since time.Time) (bool, error) {
	var found []uuid.UUID
	err := s.reader(ctx).Model(&browserRow{}).Where("hash = ? AND seen_at >= ?", hash, stamp{since}).Limit(1).Pluck("id", &found).Error
	return len(found) > 0, classify(err)
}

// KeepBrowser implements access.Browsers. A row keeps its id whoever logs in with
// the browser: tries are counted by it.
func (s *Store) KeepBrowser(ctx context.Context, b access.Browser, before []byte, most int) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		if err := s.writer(ctx).Exec("UPDATE known_browsers SET hash = ? WHERE hash = ?", b.Hash, before).Error; err != nil {
			return classify(err)
		}
		row := &browserRow{b.ID, b.Hash, b.User, stamp{b.SeenAt}, stamp{b.SeenAt}}
		again := clause.OnConflict{Columns: []clause.Column{{Name: "hash"}, {Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"seen_at"})}
		if err := s.writer(ctx).Clauses(again).Create(row).Error; err != nil {
			return classify(err)
		}
		for column, value := range map[string]any{"user_id": b.User, "hash": b.Hash} {
			beyond := "DELETE FROM known_browsers WHERE " + column + " = ? AND id NOT IN (SELECT id FROM known_browsers WHERE " + column + " = ? ORDER BY seen_at DESC, id LIMIT ?)"
			if err := s.writer(ctx).Exec(beyond, value, value, most).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}

// DeleteBrowsersOf implements access.Browsers.
func (s *Store) DeleteBrowsersOf(ctx context.Context, user uuid.UUID) error {
	return classify(s.writer(ctx).Exec("DELETE FROM known_browsers WHERE user_id = ?", user).Error)
}

// DeleteBrowsersSeenBefore implements access.Browsers. Whoever clears away at the
// same time takes others.
func (s *Store) DeleteBrowsersSeenBefore(ctx context.Context, at time.Time, most int) error {
	old := "SELECT id FROM known_browsers WHERE seen_at < ? ORDER BY seen_at LIMIT ?"
	if s.dialect == PostgreSQL {
		old += " FOR UPDATE SKIP LOCKED"
	}
	return classify(s.writer(ctx).Exec("DELETE FROM known_browsers WHERE id IN ("+old+")", stamp{at}, most).Error)
}
