package store

import (
	"context"
	"database/sql"
	"fmt"

	"gorm.io/gorm"
)

// Whoever writes is alone on SQLite, so a batch is counted beside the writer, as of one
// moment, and only what came out is put down in the writer's place. What changes between
// the two is in summary_corrections, for the batch is of turns that are closed.

// counted is what came out of a batch.
type counted struct {
	from, to foldedTo // behind the one, up to the other
	lines    string   // a JSON array of arrays: view, month, unit, battery, key, and the five numbers
	taken    int64    // the last correction of that moment that is in there or meets one that is not; 0 for none
	more     bool     // beyond the batch
}

func (s *Store) foldSQLite(ctx context.Context) (more bool, err error) {
	waiting, err := s.closeTurn(ctx)
	if err != nil || !waiting {
		return false, err
	}
	c, err := s.countBatch(ctx)
	if err != nil {
		return false, err
	}
	return c.more, s.putDown(ctx, c)
}

// closeTurn tells whether there is anything to fold. If all that is closed is in the
// summaries, it closes the turn that is written now.
func (s *Store) closeTurn(ctx context.Context) (waiting bool, err error) {
	at, err := s.foldedTo(ctx)
	if err != nil {
		return false, err
	}
	statement := "SELECT EXISTS (" + fmt.Sprintf(waitSQLite, at.behind(), 1) + ") OR EXISTS (SELECT 1 FROM summary_corrections)"
	if err := s.reader(ctx).Raw(statement).Scan(&waiting).Error; err != nil || !waiting {
		return false, classify(err)
	}
	var all bool
	if err := s.reader(ctx).Raw("SELECT (turn, id) = (closed_turn, closed_id) FROM summary_state").Scan(&all).Error; err != nil || !all {
		return true, classify(err)
	}
	return true, classify(s.writer(ctx).Exec("UPDATE summary_state SET closed_turn = closed_turn + 1 WHERE (turn, id) = (closed_turn, closed_id)").Error)
}

// closed is the condition that a row's turn is closed.
const closed = "turn <= (SELECT closed_turn FROM summary_state)"

const (
	// The first rows that are not in the summaries.
	waitSQLite = `SELECT turn, id FROM (SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND %[1]s ORDER BY turn, id LIMIT %[2]d)
UNION ALL SELECT turn, id FROM (SELECT turn, id FROM non_participations WHERE %[1]s ORDER BY turn, id LIMIT %[2]d)`

	countSQLite = `SELECT json_group_array(json_array(view, month, unit, battery, key, omatoimi, yhteiso, yhteistyo, verkosto, others)) FROM (
SELECT view, month, unit, battery, key, sum(n * (statistics AND segment = 'omatoimi')) AS omatoimi, sum(n * (statistics AND segment = 'yhteiso')) AS yhteiso,
	sum(n * (statistics AND segment = 'yhteistyo')) AS yhteistyo, sum(n * (statistics AND segment = 'verkosto')) AS verkosto, sum(n * NOT statistics) AS others FROM (
	SELECT view, month, unit, battery, key, coalesce(segment, '') AS segment, statistics, 1 AS n FROM report_facts
	WHERE %[1]s AND %[2]s AND (statistics OR view IN ('all', 'day', 'author', 'kind'))
	UNION ALL SELECT view, month, unit, battery, key, coalesce(segment, ''), statistics, -1 FROM summary_corrections WHERE NOT %[1]s)
GROUP BY view, month, unit, battery, key)`

	putDownSQLite = `INSERT INTO summaries (view, month, unit, battery, key, omatoimi, yhteiso, yhteistyo, verkosto, others)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9 FROM json_each(?) WHERE true
ON CONFLICT (view, month, unit, battery, key) DO UPDATE SET omatoimi = omatoimi + excluded.omatoimi, yhteiso = yhteiso + excluded.yhteiso,
	yhteistyo = yhteistyo + excluded.yhteistyo, verkosto = verkosto + excluded.verkosto, others = others + excluded.others`

	// An empty row would tell that there was somebody.
	emptySQLite = `DELETE FROM summaries WHERE (omatoimi, yhteiso, yhteistyo, verkosto, others) = (0, 0, 0, 0, 0) AND (view, month, unit, battery, key) IN
(SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?))`
)

// countBatch counts the next rows of closed turns, and what was taken back of rows that
// are in the summaries.
func (s *Store) countBatch(ctx context.Context) (c counted, err error) {
	err = s.read.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT turn, id FROM summary_state").Scan(&c.from).Error; err != nil {
			return err
		}
		var rows []foldedTo
		if err := tx.Raw("SELECT turn, id FROM (" + fmt.Sprintf(waitSQLite, c.from.behind()+" AND "+closed, s.foldBatch) + fmt.Sprintf(") ORDER BY turn, id LIMIT %d", s.foldBatch)).Scan(&rows).Error; err != nil {
			return err
		}
		if c.more = len(rows) == s.foldBatch; c.more {
			c.to = rows[len(rows)-1]
		} else if err := tx.Raw("SELECT closed_turn AS turn, closed_id AS id FROM summary_state").Scan(&c.to).Error; err != nil {
			return err
		}
		if err := tx.Raw("SELECT coalesce(max(rowid), 0) FROM summary_corrections WHERE " + c.to.reached()).Scan(&c.taken).Error; err != nil {
			return err
		}
		return tx.Raw(fmt.Sprintf(countSQLite, c.from.behind(), c.to.reached())).Scan(&c.lines).Error
	}, &sql.TxOptions{ReadOnly: true})
	return c, classify(err)
}

// putDown adds what was counted to the summaries, unless somebody else has: they have
// always got further then, for a closed turn comes before each count.
func (s *Store) putDown(ctx context.Context, c counted) error {
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		moved := tx.Exec("UPDATE summary_state SET turn = ?, id = ? WHERE (turn, id) = (?, ?)", c.to.Turn, c.to.ID, c.from.Turn, c.from.ID)
		if moved.Error != nil || moved.RowsAffected == 0 {
			return classify(moved.Error)
		}
		if err := tx.Exec(putDownSQLite, c.lines).Error; err != nil || c.taken == 0 {
			return classify(err)
		}
		if err := tx.Exec(emptySQLite, c.lines).Error; err != nil {
			return classify(err)
		}
		// Of rows of the batch that changed before it was counted, nothing was counted.
		return classify(tx.Exec("DELETE FROM summary_corrections WHERE rowid <= ? AND "+c.to.reached(), c.taken).Error)
	})
}
