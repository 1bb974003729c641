package store

import (
	"context"

	"github.com/omasuunta/omasuunta/internal/access"
)

// How many rows one batch puts into the summaries at most. On SQLite nobody else writes
// meanwhile.
const (
	foldBatchPostgres = 10_000
	foldBatchSQLite   = 1_000
)

// Fold puts the rows that reports count, and are not in the summaries yet, into them,
// one batch; and takes off what is there and has changed. It tells whether there is
// more to do. Any number may be at work on one database: all but one do nothing.
// Reports are the same before, after and meanwhile.
func (s *Store) Fold(ctx context.Context) (more bool, err error) {
	ctx = access.With(ctx, access.SystemActor)
	if s.dialect == PostgreSQL {
		err = s.writer(ctx).Raw("SELECT fold_summaries(?)", s.foldBatch).Scan(&more).Error
		return more, classify(err)
	}
	var waiting bool
	if err := s.reader(ctx).Raw(waitingSQLite).Scan(&waiting).Error; err != nil || !waiting {
		return false, classify(err)
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		more, err = s.foldSQLite(ctx)
		return err
	})
	return more, err
}

const (
	unfolded = "turn >= (SELECT turn FROM summary_state) AND (turn, id) > (SELECT turn, id FROM summary_state)"
	waitIn   = "SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND " + unfolded +
		" UNION ALL SELECT turn, id FROM non_participations WHERE " + unfolded

	// Whether there is anything to fold: asked before the one writer is taken.
	waitingSQLite = "SELECT EXISTS (" + waitIn + ") OR EXISTS (SELECT 1 FROM summary_corrections)"

	// The end of a batch: of the last row that still fits, or of the last turn.
	batchSQLite = "SELECT turn, id, 1 AS more FROM (SELECT turn, id FROM (" + waitIn + ") ORDER BY turn, id LIMIT 1 OFFSET @most - 1)" +
		" UNION ALL SELECT max(turn), 'ffffffff-ffff-ffff-ffff-ffffffffffff', 0 FROM (" + waitIn + " UNION ALL SELECT turn, id FROM summary_state) ORDER BY more DESC LIMIT 1"

	foldSQLite = `INSERT INTO summaries (view, month, unit, battery, key, omatoimi, yhteiso, yhteistyo, verkosto, others)
SELECT view, month, unit, battery, key, sum(n * (statistics AND segment = 'omatoimi')), sum(n * (statistics AND segment = 'yhteiso')),
	sum(n * (statistics AND segment = 'yhteistyo')), sum(n * (statistics AND segment = 'verkosto')), sum(n * NOT statistics) FROM (
	SELECT view, month, unit, battery, key, coalesce(segment, '') AS segment, statistics, 1 AS n FROM report_facts
	WHERE ` + unfolded + ` AND (turn, id) <= (@turn, @id) AND turn <= @turn AND (statistics OR view IN ('all', 'author', 'kind'))
	UNION ALL SELECT view, month, unit, battery, key, coalesce(segment, ''), statistics, -1 FROM summary_corrections)
WHERE true GROUP BY view, month, unit, battery, key
ON CONFLICT (view, month, unit, battery, key) DO UPDATE SET omatoimi = omatoimi + excluded.omatoimi, yhteiso = yhteiso + excluded.yhteiso,
	yhteistyo = yhteistyo + excluded.yhteistyo, verkosto = verkosto + excluded.verkosto, others = others + excluded.others`

	// An empty row would tell that there was somebody.
	emptySQLite = `DELETE FROM summaries WHERE (view, month, unit, battery, key) IN (SELECT view, month, unit, battery, key FROM summary_corrections)
AND (omatoimi, yhteiso, yhteistyo, verkosto, others) = (0, 0, 0, 0, 0)`
)

func (s *Store) foldSQLite(ctx context.Context) (more bool, err error) {
	tx := s.writer(ctx)
	var end struct {
		Turn int64
		ID   string
		More bool
	}
	if err := tx.Raw(batchSQLite, map[string]any{"most": s.foldBatch}).Scan(&end).Error; err != nil {
		return false, classify(err)
	}
	upto := map[string]any{"turn": end.Turn, "id": end.ID}
	if err := tx.Exec(foldSQLite, upto).Error; err != nil {
		return false, classify(err)
	}
	for _, statement := range []string{emptySQLite, "DELETE FROM summary_corrections"} {
		if err := tx.Exec(statement).Error; err != nil {
			return false, classify(err)
		}
	}
	return end.More, classify(tx.Exec("UPDATE summary_state SET turn = @turn, id = @id", upto).Error)
}
