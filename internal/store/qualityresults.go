package store

import (
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/quality"
)

type qualityResultRow struct {
	ID      string   `gorm:"column:id"`
	Scope   document `gorm:"column:scope"`
	Figures document `gorm:"column:figures"`
	Counted int      `gorm:"column:counted"`
	Latest  stamp    `gorm:"column:latest_at"`
	Made    stamp    `gorm:"column:made_at"`
	Asked   stamp    `gorm:"column:asked_at"`
	Wanted  stamp    `gorm:"column:wanted_at"`
	Running bool     `gorm:"column:running"`
	Lease   stamp    `gorm:"column:lease_until"`
	Done    int      `gorm:"column:done"`
	Total   int      `gorm:"column:total"`

	Removals int   `gorm:"column:removals"`
	Checked  stamp `gorm:"column:checked_at"`
}

func (qualityResultRow) TableName() string { return "quality_results" }

func (row *qualityResultRow) result() quality.Result {
	return quality.Result{
		ID: row.ID, Scope: row.Scope, Figures: row.Figures, N: row.Counted, Latest: row.Latest.Time, AsOf: row.Made.Time,
		AskedAt: row.Asked.Time, Wanted: !row.Wanted.IsZero(), Running: row.Running, Done: row.Done, Total: row.Total,
		Removals: row.Removals, CheckedAt: row.Checked.Time,
	}
}

// QualityResult implements quality.Store.
func (s *Store) QualityResult(ctx context.Context, id string) (quality.Result, bool, error) {
	var rows []qualityResultRow
	if err := s.reader(ctx).Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return quality.Result{}, false, classify(err)
	}
	return rows[0].result(), true, nil
}

// WantQuality implements quality.Store. What waits already keeps its place.
func (s *Store) WantQuality(ctx context.Context, id string, scope []byte, total int, now time.Time, keep int) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		if err := tx.Exec(`INSERT INTO quality_results (id, scope, asked_at, wanted_at, total) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET asked_at = excluded.asked_at, wanted_at = coalesce(quality_results.wanted_at, excluded.wanted_at), total = excluded.total`,
			id, document(scope), stamp{now}, stamp{now}, total).Error; err != nil {
			return classify(err)
		}
		return classify(tx.Exec(`DELETE FROM quality_results WHERE NOT running AND id IN
(SELECT id FROM quality_results ORDER BY asked_at DESC, id LIMIT 1000 OFFSET ?)`, keep).Error)
	})
}

// TouchQuality implements quality.Store.
func (s *Store) TouchQuality(ctx context.Context, id string, now time.Time) error {
	return classify(s.writer(ctx).Exec("UPDATE quality_results SET asked_at = ? WHERE id = ?", stamp{now}, id).Error)
}

// TakeQuality implements quality.Store. The unique index lets one run at a time,
// also where two instances take at the same moment: the second one is told of a
// conflict.
func (s *Store) TakeQuality(ctx context.Context, id string, now, until time.Time) (r quality.Result, taken bool, err error) {
	var waiting bool // most often nothing does, and nobody is held up by looking
	if err := s.reader(ctx).Raw("SELECT EXISTS (SELECT 1 FROM quality_results WHERE wanted_at IS NOT NULL)").Scan(&waiting).Error; err != nil || !waiting {
		return quality.Result{}, false, classify(err)
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		if err := tx.Exec("UPDATE quality_results SET running = false WHERE running AND lease_until < ?", stamp{now}).Error; err != nil {
			return classify(err)
		}
		which, args := "", []any{stamp{until}}
		if id != "" {
			which, args = " AND id = ?", append(args, id)
		}
		var rows []qualityResultRow
		err := tx.Raw(`UPDATE quality_results SET running = true, lease_until = ?, done = 0
WHERE id = (SELECT id FROM quality_results WHERE wanted_at IS NOT NULL`+which+` ORDER BY wanted_at, id LIMIT 1)
AND NOT EXISTS (SELECT 1 FROM quality_results WHERE running) RETURNING *`, args...).Scan(&rows).Error
		if err == nil && len(rows) == 1 {
			r, taken = rows[0].result(), true
		}
		return classify(err)
	})
	if fault.KindOf(err) == fault.Conflict {
		return quality.Result{}, false, nil
	}
	return r, taken, err
}

// QualityProgress implements quality.Store.
func (s *Store) QualityProgress(ctx context.Context, r quality.Result, until time.Time) (bool, error) {
	done := s.writer(ctx).Exec("UPDATE quality_results SET done = ?, total = ?, lease_until = ? WHERE id = ? AND running",
		r.Done, r.Total, stamp{until}, r.ID)
	return done.RowsAffected == 1, classify(done.Error)
}

// KeepQuality implements quality.Store.
func (s *Store) KeepQuality(ctx context.Context, r quality.Result) error {
	return classify(s.writer(ctx).Exec(`UPDATE quality_results SET figures = ?, counted = ?, latest_at = ?, made_at = ?, removals = ?, checked_at = ?,
wanted_at = NULL, running = false, lease_until = NULL WHERE id = ?`, document(r.Figures), r.N, stamp{r.Latest}, stamp{r.AsOf}, r.Removals, stamp{r.CheckedAt}, r.ID).Error)
}

// QualityChecked implements quality.Store.
func (s *Store) QualityChecked(ctx context.Context, r quality.Result) error {
	return classify(s.writer(ctx).Exec("UPDATE quality_results SET removals = ?, checked_at = ? WHERE id = ? AND made_at = ?", r.Removals, stamp{r.CheckedAt}, r.ID, stamp{r.AsOf}).Error)
}

// EndQuality implements quality.Store.
func (s *Store) EndQuality(ctx context.Context, r quality.Result) error {
	return classify(s.writer(ctx).Exec("UPDATE quality_results SET figures = NULL WHERE id = ? AND made_at = ?", r.ID, stamp{r.AsOf}).Error)
}

// DropQuality implements quality.Store.
func (s *Store) DropQuality(ctx context.Context, id string) error {
	return classify(s.writer(ctx).Exec("UPDATE quality_results SET wanted_at = NULL, running = false, lease_until = NULL WHERE id = ?", id).Error)
}

// OldQuality implements quality.Store.
func (s *Store) OldQuality(ctx context.Context, before time.Time) ([]quality.Result, error) {
	var rows []qualityResultRow
	err := s.reader(ctx).Where("made_at < ? AND wanted_at IS NULL", stamp{before}).Order("made_at, id").Find(&rows).Error
	list := make([]quality.Result, len(rows))
	for i := range rows {
		list[i] = rows[i].result()
	}
	return list, classify(err)
}

// ForgetQuality implements quality.Store.
func (s *Store) ForgetQuality(ctx context.Context, unaskedSince time.Time) error {
	return classify(s.writer(ctx).Exec("DELETE FROM quality_results WHERE asked_at < ? AND NOT running", stamp{unaskedSince}).Error)
}

var _ quality.Store = (*Store)(nil)
