package store

import (
	"context"
	"fmt"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/report"
)

// The segment of a client's assessment before hangs on another row than the counted one.
// What is in the summaries stands by itself in reassessments, so that it can be compared
// with what it is now. Whatever comes or changes says where it stands among those of its
// client, by its turn or in reassessment_moves; only that place and the one behind it
// have to be looked at again, and looking twice does no harm. See migration 00023. On
// PostgreSQL functions do it; on SQLite it is here.

// touchedSQLite are the assessments that may have another one before them than is in the
// summaries, with %[1]s for the condition of those that have come or changed. Most clients
// are there once: nothing stands before or behind one that is alone.
const touchedSQLite = `places AS MATERIALIZED (
	SELECT a.id, a.consent_id, a.client_index, a.unit, a.register, a.assessed_on AS day, a.created_at,
		(SELECT b.id FROM assessments b WHERE b.consent_id = a.consent_id AND b.id <> a.id LIMIT 1) IS NULL
		AND (SELECT b.id FROM assessments b WHERE b.client_index = a.client_index AND +b.unit = a.unit AND b.id <> a.id LIMIT 1) IS NULL AS alone
	FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND %[1]s
	UNION ALL SELECT assessment_id, consent_id, client_index, unit, register, day, created_at, 0 FROM reassessment_moves),
touched AS MATERIALIZED (SELECT id, min(alone) AS alone FROM (SELECT id, alone FROM places
	UNION ALL SELECT (SELECT b.id FROM assessments b WHERE b.consent_id = p.consent_id AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
		AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1), 0 FROM places p WHERE NOT p.alone
	UNION ALL SELECT (SELECT b.id FROM assessments b WHERE b.client_index = p.client_index AND +b.unit = p.unit AND (b.assessed_on, b.created_at, b.id) > (p.day, p.created_at, p.id)
		AND b.register = p.register AND b.status IN ('completed', 'confirmed') AND b.statistics ORDER BY b.assessed_on, b.created_at, b.id LIMIT 1), 0 FROM places p WHERE NOT p.alone
	) WHERE id IS NOT NULL GROUP BY id),
found AS MATERIALIZED (SELECT id, day, unit, battery, segment, previous FROM report_reassessments WHERE id IN (SELECT id FROM touched WHERE NOT alone))`

// linesOfPrevious counts lines of reassessments, each with a number n, in the form of
// other views.
const linesOfPrevious = `SELECT previous, battery, unit, month, sum(n * (segment = 'omatoimi')), sum(n * (segment = 'yhteiso')), sum(n * (segment = 'yhteistyo')),
	sum(n * (segment = 'verkosto')), 0 FROM (%s) WHERE true%s GROUP BY 1, 2, 3, 4`

// mostTouched is how many assessments that are not folded are looked at one by one, as
// in report_previous; with more of them all are counted from the rows.
const mostTouched = 20_000

// previous counts reassessments.
func (s *Store) previous(ctx context.Context, a asked) ([]report.ViewCell, error) {
	statement, args := "SELECT * FROM report_previous("+a.arguments()+", ?)", []any{a.battery}
	if s.dialect == SQLite {
		at, err := s.reassessedTo(ctx)
		if err != nil {
			return nil, err
		}
		var plain bool
		most := fmt.Sprintf("SELECT EXISTS (SELECT 1 FROM assessments WHERE status IN ('completed', 'confirmed') AND %s LIMIT 1 OFFSET %d)", at.behind(), mostTouched)
		if err := s.reader(ctx).Raw(most).Scan(&plain).Error; err != nil {
			return nil, classify(err)
		}
		statement, args = a.previousOnSQLite(at, plain)
	}
	list, err := s.scanLines(ctx, statement, args...)
	var cells []report.ViewCell
	for _, l := range list {
		cells = append(cells, l.cells()...)
	}
	return cells, err
}

// previousOnSQLite is the statement for reassessments and its parameters. It is right
// with any place that was once folded to, for there is only more to look at again.
func (a asked) previousOnSQLite(at foldedTo, plain bool) (statement string, args []any) {
	where, args := a.narrowed()
	rows := func(from, n string, since, until fmt.Stringer) string {
		return fmt.Sprintf("SELECT previous, battery, unit, substr(day, 1, 7) AS month, segment, %s AS n FROM %s WHERE previous IS NOT NULL AND day BETWEEN '%s' AND '%s'", n, from, since, until)
	}
	if plain {
		return fmt.Sprintf(linesOfPrevious, rows("report_reassessments", "1", a.from, a.to), where), args
	}
	first, last := a.wholeMonths()
	changed := rows("found", "1", a.from, a.to) +
		"\nUNION ALL " + rows("reassessments", "-1", a.from, a.to) + " AND id IN (SELECT id FROM touched)" +
		"\nUNION ALL " + rows("reassessments", "1", a.from, first.AddDays(-1)) +
		"\nUNION ALL " + rows("reassessments", "1", last.AddDays(1), a.to)
	folded := ""
	if !last.Before(first) {
		folded = fmt.Sprintf("\nUNION ALL SELECT previous, battery, unit, month, omatoimi, yhteiso, yhteistyo, verkosto, 0 FROM reassessment_summaries WHERE month BETWEEN '%s' AND '%s'%s",
			month(first), month(last), where)
		args = append(args, args...)
	}
	return "WITH " + fmt.Sprintf(touchedSQLite, at.behind()) + `, parts (key, battery, unit, month, a, b, c, d, e) AS (
` + fmt.Sprintf(linesOfPrevious, changed, where) + folded + `)
SELECT key, battery, unit, month, sum(a), sum(b), sum(c), sum(d), sum(e) FROM parts GROUP BY 1, 2, 3, 4 HAVING (sum(a), sum(b), sum(c), sum(d)) <> (0, 0, 0, 0)`, args
}

// reassessedTo is how far the summaries of reassessments go.
func (s *Store) reassessedTo(ctx context.Context) (f foldedTo, err error) {
	err = s.reader(ctx).Raw("SELECT turn, id FROM reassessment_state").Scan(&f).Error
	return f, classify(err)
}

// foldReassessments brings the summaries of reassessments as far as the others are, one
// batch, and tells whether there is more to do.
func (s *Store) foldReassessments(ctx context.Context) (more bool, err error) {
	if s.dialect == PostgreSQL {
		err = s.writer(ctx).Raw("SELECT fold_reassessments(?)", s.foldBatch).Scan(&more).Error
		return more, classify(err)
	}
	at, err := s.reassessedTo(ctx)
	if err != nil {
		return false, err
	}
	to, err := s.foldedTo(ctx)
	if err != nil {
		return false, err
	}
	var waiting []foldedTo
	batch := fmt.Sprintf("SELECT turn, id FROM assessments WHERE status IN ('completed', 'confirmed') AND %s ORDER BY turn, id LIMIT %d", upToPlace(at, to), s.foldBatch)
	if err := s.reader(ctx).Raw(batch).Scan(&waiting).Error; err != nil {
		return false, classify(err)
	}
	if more = len(waiting) == s.foldBatch; more {
		to = waiting[len(waiting)-1]
	}
	var moved bool
	if err := s.reader(ctx).Raw("SELECT EXISTS (SELECT 1 FROM reassessment_moves)").Scan(&moved).Error; err != nil || !moved && len(waiting) == 0 {
		return false, classify(err)
	}
	var c reassessed
	if err := s.reader(ctx).Raw("WITH " + fmt.Sprintf(touchedSQLite, upToPlace(at, to)) + "\n" + changedSQLite).Scan(&c).Error; err != nil {
		return false, classify(err)
	}
	return more, s.InTx(ctx, func(ctx context.Context) error { return s.reassess(ctx, c, to) })
}

// upToPlace is the condition that a row is behind a place and not behind another one.
func upToPlace(at, to foldedTo) string {
	return at.behind() + " AND " + to.reached()
}

// reassessed is what a batch has to put down. It is read beside the writer: what
// changes meanwhile says so by a later turn, or by a later move.
type reassessed struct {
	Changed string // those that are not as they are in the summaries: an array of arrays, of id, day, unit, battery, segment and previous, or NULL for none
	Moves   int64  // the last move that was looked at
	Folds   int64  // how often it was done before
}

const (
	changedSQLite = `SELECT coalesce((SELECT json_group_array(json_array(t.id, f.day, f.unit, f.battery, f.segment, f.previous)) FROM touched t
	LEFT JOIN found f ON f.id = t.id AND f.previous IS NOT NULL LEFT JOIN reassessments r ON r.id = t.id
	WHERE f.day IS NOT r.day OR f.unit IS NOT r.unit OR f.battery IS NOT r.battery OR f.segment IS NOT r.segment OR f.previous IS NOT r.previous), '[]') AS changed,
	coalesce((SELECT max(rowid) FROM reassessment_moves), 0) AS moves, (SELECT folds FROM reassessment_state) AS folds`

	addReassessed = `INSERT INTO reassessment_summaries (month, unit, battery, previous, omatoimi, yhteiso, yhteistyo, verkosto)
SELECT substr(day, 1, 7), unit, battery, previous, %[1]s sum(segment = 'omatoimi'), %[1]s sum(segment = 'yhteiso'), %[1]s sum(segment = 'yhteistyo'), %[1]s sum(segment = 'verkosto')
FROM reassessments WHERE id IN (SELECT value->>0 FROM json_each(?)) GROUP BY 1, 2, 3, 4
ON CONFLICT (month, unit, battery, previous) DO UPDATE SET omatoimi = omatoimi + excluded.omatoimi, yhteiso = yhteiso + excluded.yhteiso,
	yhteistyo = yhteistyo + excluded.yhteistyo, verkosto = verkosto + excluded.verkosto`
)

// reassess puts a batch down: what was counted of those that changed is taken off, and
// what they are now is added.
func (s *Store) reassess(ctx context.Context, c reassessed, to foldedTo) error {
	tx := s.writer(ctx)
	mine := tx.Exec("UPDATE reassessment_state SET turn = ?, id = ?, folds = folds + 1 WHERE folds = ?", to.Turn, to.ID, c.Folds)
	if mine.Error != nil || mine.RowsAffected == 0 { // somebody else was at work
		return classify(mine.Error)
	}
	if c.Changed != "[]" {
		for _, step := range []string{
			fmt.Sprintf(addReassessed, "-"), "DELETE FROM reassessments WHERE id IN (SELECT value->>0 FROM json_each(?))",
			`INSERT INTO reassessments (id, day, unit, battery, segment, previous)
SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?) WHERE value->>5 IS NOT NULL`,
			fmt.Sprintf(addReassessed, "+"),
		} {
			if err := tx.Exec(step, c.Changed).Error; err != nil {
				return classify(err)
			}
		}
		// An empty row would tell that there was somebody.
		if err := tx.Exec("DELETE FROM reassessment_summaries WHERE (omatoimi, yhteiso, yhteistyo, verkosto) = (0, 0, 0, 0)").Error; err != nil {
			return classify(err)
		}
	}
	return classify(tx.Exec("DELETE FROM reassessment_moves WHERE rowid <= ?", c.Moves).Error)
}

// foldFeedback adds what has come and gone to the summaries of the feedback.
func (s *Store) foldFeedback(ctx context.Context) error {
	if s.dialect == PostgreSQL {
		return classify(s.writer(ctx).Exec("SELECT fold_feedback()").Error)
	}
	var waiting bool // asked before the one writer is taken
	if err := s.reader(ctx).Raw("SELECT EXISTS (SELECT 1 FROM feedback_changes)").Scan(&waiting).Error; err != nil || !waiting {
		return classify(err)
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		for _, step := range []string{
			`INSERT INTO feedback_summaries (month, unit, usefulness, agreement, n, comments)
SELECT month, unit, usefulness, agreement, sum(n), sum(comments) FROM feedback_changes WHERE true GROUP BY 1, 2, 3, 4
ON CONFLICT (month, unit, usefulness, agreement) DO UPDATE SET n = n + excluded.n, comments = comments + excluded.comments`,
			"DELETE FROM feedback_changes", "DELETE FROM feedback_summaries WHERE n = 0",
		} {
			if err := s.writer(ctx).Exec(step).Error; err != nil {
				return classify(err)
			}
		}
		return nil
	})
}

// feedbackOnSQLite is where the feedback of a period is counted, and the parameters.
func (a asked) feedbackOnSQLite() (from string, args []any) {
	where, narrowing := a.narrowed()
	first, last := a.wholeMonths()
	rows := func(since, until calendar.Date) string {
		args = append(args, narrowing...)
		return fmt.Sprintf(`SELECT usefulness, agreement, unit, substr(given_on, 1, 7) AS month, 1 AS n, sealed IS NOT NULL AS comments FROM feedback
WHERE given_on BETWEEN '%s' AND '%s'%s`, since, until, where)
	}
	parts := rows(a.from, first.AddDays(-1)) + "\nUNION ALL " + rows(last.AddDays(1), a.to)
	if !last.Before(first) {
		for _, table := range []string{"feedback_summaries", "feedback_changes"} {
			parts += fmt.Sprintf("\nUNION ALL SELECT usefulness, agreement, unit, month, n, comments FROM %s WHERE month BETWEEN '%s' AND '%s'%s", table, month(first), month(last), where)
			args = append(args, narrowing...)
		}
	}
	return "(SELECT usefulness, agreement, unit, month, sum(n) AS n, sum(comments) AS comments FROM (" + parts + ") GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0)", args
}
