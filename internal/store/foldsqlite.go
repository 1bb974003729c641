package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/omasuunta/omasuunta/internal/segment"
)

// Whoever writes is alone on SQLite, so a batch is counted beside the writer, as of one
// moment, and only what came out is put down in the writer's place. What changes between
// the two is in summary_corrections, for the batch is of turns that are closed.

// counted is what came out of a batch.
type counted struct {
	from, to foldedTo // behind the one, up to the other
	sums     map[sumOf]*sum
	taken    int64 // the last correction of that moment that is in there or meets one that is not; 0 for none
	more     bool  // beyond the batch
}

// sumOf is what a row of the summaries is about.
type sumOf struct{ view, month, unit, battery, key string }

// sum is how many more there are: in the segments, in their order, and others.
type sum [len(segment.All) + 1]int

func (s *Store) foldSQLite(ctx context.Context) (more bool, err error) {
	waiting, err := s.closeTurn(ctx)
	if err != nil || !waiting {
		return false, err
	}
	c, err := s.countBatch(ctx)
	if err != nil {
		return false, err
	}
	if c.to == c.from { // somebody else folded before a turn could be closed: what waits now needs another
		return true, nil
	}
	return c.more, s.putDown(ctx, c)
}

// closeTurn tells whether there is anything to fold. If no row of a closed turn waits, it
// closes the turn that is written now.
func (s *Store) closeTurn(ctx context.Context) (waiting bool, err error) {
	at, err := s.foldedTo(ctx)
	if err != nil {
		return false, err
	}
	statement := "SELECT EXISTS (" + fmt.Sprintf(waitSQLite, at.behind(), 1) + ") OR EXISTS (SELECT 1 FROM summary_corrections)"
	if err := s.reader(ctx).Raw(statement).Scan(&waiting).Error; err != nil || !waiting {
		return false, classify(err)
	}
	var inClosed bool
	if err := s.reader(ctx).Raw("SELECT EXISTS (" + fmt.Sprintf(waitSQLite, at.behind()+" AND "+closed, 1) + ")").Scan(&inClosed).Error; err != nil || inClosed {
		return true, classify(err)
	}
	return true, classify(s.writer(ctx).Exec("UPDATE summary_state SET closed_turn = closed_turn + 1 WHERE (turn, id) = (?, ?)", at.Turn, at.ID).Error)
}

// closed is the condition that a row's turn is closed.
const closed = "turn <= (SELECT closed_turn FROM summary_state)"

const (
	// The first rows that are not in the summaries.
	waitSQLite = `SELECT turn, id FROM (SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND %[1]s ORDER BY turn, id LIMIT %[2]d)
UNION ALL SELECT turn, id FROM (SELECT turn, id FROM non_participations WHERE %[1]s ORDER BY turn, id LIMIT %[2]d)`

	// Of rows of the batch, and of what was taken back of rows that are in the summaries.
	countSQLite = "SELECT * FROM report_rows WHERE %s"
	kindsSQLite = "SELECT 'kind', substr(happened_on, 1, 7), unit, coalesce(battery, ''), kind, NULL, 0 FROM non_participations WHERE %s"
	takenSQLite = "SELECT view, month, unit, battery, key, segment, statistics FROM summary_corrections WHERE %s"

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
		c.sums = map[sumOf]*sum{}
		batch := c.from.behind() + " AND " + c.to.reached()
		return errors.Join(c.addRows(tx, batch), c.addLines(tx, 1, fmt.Sprintf(kindsSQLite, batch)), c.addLines(tx, -1, fmt.Sprintf(takenSQLite, c.from.reached())))
	}, &sql.TxOptions{ReadOnly: true})
	return c, classify(err)
}

// addRows counts rows of the view report_rows under the keys of all views.
func (c *counted) addRows(tx *gorm.DB, batch string) error {
	rows, err := tx.Raw(fmt.Sprintf(countSQLite, batch)).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var turn, id, day, month, unit, battery, segment string
	var statistics bool
	into := []any{&turn, &id, &day, &month, &unit, &battery, &segment, &statistics}
	views, keys := columns[len(into):], make([]sql.NullString, len(columns)-len(into))
	for i := range keys {
		views[i], _, _ = strings.Cut(views[i], ":")
		into = append(into, &keys[i])
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		c.add(sumOf{everything, month, unit, battery, ""}, segment, statistics, 1)
		c.add(sumOf{daily, day, unit, battery, ""}, segment, statistics, 1)
		for i, key := range keys {
			if key.Valid && (statistics || views[i] == authors) {
				c.add(sumOf{views[i], month, unit, battery, key.String}, segment, statistics, 1)
			}
		}
	}
	return rows.Err()
}

// addLines counts what stands under one key of one view in each row.
func (c *counted) addLines(tx *gorm.DB, n int, statement string) error {
	rows, err := tx.Raw(statement).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var of sumOf
		var segment sql.NullString
		var statistics bool
		if err := rows.Scan(&of.view, &of.month, &of.unit, &of.battery, &of.key, &segment, &statistics); err != nil {
			return err
		}
		c.add(of, segment.String, statistics, n)
	}
	return rows.Err()
}

// add counts somebody, in a segment if the consent covers statistics.
func (c *counted) add(of sumOf, in string, statistics bool, n int) {
	s := c.sums[of]
	if s == nil {
		s = &sum{}
		c.sums[of] = s
	}
	place := len(segment.All)
	if statistics {
		place = slices.IndexFunc(segment.All[:], func(one segment.Segment) bool { return one.Code() == in })
	}
	s[place] += n
}

// lines are the sums as a JSON array of arrays, in the order of the columns.
func (c *counted) lines() document {
	list := make([][]any, 0, len(c.sums))
	for of, s := range c.sums {
		list = append(list, []any{of.view, of.month, of.unit, of.battery, of.key, s[0], s[1], s[2], s[3], s[4]})
	}
	return encode(list)
}

// putDown adds what was counted to the summaries, unless somebody else has: they have
// always got further then, for a closed turn comes before each count.
func (s *Store) putDown(ctx context.Context, c counted) error {
	lines := c.lines()
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		moved := tx.Exec("UPDATE summary_state SET turn = ?, id = ? WHERE (turn, id) = (?, ?)", c.to.Turn, c.to.ID, c.from.Turn, c.from.ID)
		if moved.Error != nil || moved.RowsAffected == 0 {
			return classify(moved.Error)
		}
		if err := tx.Exec(putDownSQLite, lines).Error; err != nil || c.taken == 0 {
			return classify(err)
		}
		if err := tx.Exec(emptySQLite, lines).Error; err != nil {
			return classify(err)
		}
		// Of rows of the batch that changed before it was counted, nothing was counted.
		return classify(tx.Exec("DELETE FROM summary_corrections WHERE rowid <= ? AND "+c.to.reached(), c.taken).Error)
	})
}
