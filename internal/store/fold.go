package store

import (
	"context"
	"fmt"

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
	if more, err = s.foldSummaries(ctx); err != nil {
		return false, err
	}
	behind, err := s.foldReassessments(ctx)
	if err != nil {
		return false, err
	}
	return more || behind, s.foldFeedback(ctx)
}

func (s *Store) foldSummaries(ctx context.Context) (more bool, err error) {
	if s.dialect == PostgreSQL {
		err = s.writer(ctx).Raw("SELECT fold_summaries(?)", s.foldBatch).Scan(&more).Error
		return more, classify(err)
	}
	at, err := s.foldedTo(ctx)
	if err != nil {
		return false, err
	}
	var waiting bool // asked before the one writer is taken
	if err := s.reader(ctx).Raw("SELECT EXISTS (" + waitSQLite(at, 1) + ") OR EXISTS (SELECT 1 FROM summary_corrections)").Scan(&waiting).Error; err != nil || !waiting {
		return false, classify(err)
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		more, err = s.foldSQLite(ctx)
		return err
	})
	return more, err
}

// waitSQLite are the first rows that are not in the summaries.
func waitSQLite(at foldedTo, most int) string {
	return fmt.Sprintf(`SELECT turn, id FROM (SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND %[1]s ORDER BY turn, id LIMIT %[2]d)
UNION ALL SELECT turn, id FROM (SELECT turn, id FROM non_participations WHERE %[1]s ORDER BY turn, id LIMIT %[2]d)`, at.behind(), most)
}

const (
	foldSQLite = `INSERT INTO summaries (view, month, unit, battery, key, omatoimi, yhteiso, yhteistyo, verkosto, others)
SELECT view, month, unit, battery, key, sum(n * (statistics AND segment = 'omatoimi')), sum(n * (statistics AND segment = 'yhteiso')),
	sum(n * (statistics AND segment = 'yhteistyo')), sum(n * (statistics AND segment = 'verkosto')), sum(n * NOT statistics) FROM (
	SELECT view, month, unit, battery, key, coalesce(segment, '') AS segment, statistics, 1 AS n FROM report_facts
	WHERE %s AND (statistics OR view IN ('all', 'day', 'author', 'kind'))
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
	at, err := s.foldedTo(ctx)
	if err != nil {
		return false, err
	}
	var waiting []foldedTo
	if err := tx.Raw("SELECT turn, id FROM (" + waitSQLite(at, s.foldBatch) + fmt.Sprintf(") ORDER BY turn, id LIMIT %d", s.foldBatch)).Scan(&waiting).Error; err != nil {
		return false, classify(err)
	}
	to := foldedTo{at.Turn, lastID}
	if n := len(waiting); n > 0 {
		to.Turn = waiting[n-1].Turn
		if more = n == s.foldBatch; more {
			to = waiting[n-1]
		}
	}
	batch := at.behind() + fmt.Sprintf(" AND (turn, id) <= (%d, '%s')", to.Turn, to.ID)
	for _, statement := range []string{fmt.Sprintf(foldSQLite, batch), emptySQLite, "DELETE FROM summary_corrections"} {
		if err := tx.Exec(statement).Error; err != nil {
			return false, classify(err)
		}
	}
	return more, classify(tx.Exec("UPDATE summary_state SET turn = ?, id = ?", to.Turn, to.ID).Error)
}

// lastID comes after every id of a turn.
const lastID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
