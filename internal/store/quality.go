package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// sideColumns are where a side's part of an assessment stands.
type sideColumns struct{ battery, version, answers, score string }

var columnsOfSide = map[instrument.Side]sideColumns{
	instrument.Client:       {"client_battery", "client_version", "client_answers", "resources"},
	instrument.Professional: {"battery", "battery_version", "professional_answers", "challenge"},
}

// qualityScope is the condition for what is counted of a scope, in all versions
// of its battery. The period is written out for the planner, as in the
// distribution. plus stands before each column.
func qualityScope(q quality.Scope, plus string) (sql string, args []any) {
	sql = fmt.Sprintf("%[1]sstatus IN ('completed', 'confirmed') AND statistics AND %[1]sassessed_on BETWEEN '%[2]s' AND '%[3]s' AND %[1]s%[4]s = ?",
		plus, q.From, q.To, columnsOfSide[q.Side].battery)
	args = []any{q.Battery}
	for _, narrow := range [][2]string{{"unit", q.Unit}, {"language", string(q.Language)}, {"mode", string(q.Mode)}} {
		if narrow[1] != "" {
			sql, args = sql+" AND "+plus+narrow[0]+" = ?", append(args, narrow[1])
		}
	}
	if q.Units != nil {
		sql, args = sql+" AND "+plus+"unit IN ?", append(args, q.Units)
	}
	return sql, args
}

// byID keeps SQLite from the indexes of other columns, in which it would look up
// and sort all that is left for each batch. PostgreSQL sees by itself that a
// batch is a small part.
var byID = map[string]string{SQLite: "+"}

// qualityRow is what is read of an assessment. Comments are not: they are sealed
// elsewhere.
type qualityRow struct {
	ID              uuid.UUID
	Language, Mode  string
	ExpectedSegment optional
	Segment         optional
	Answers         document
	Score           float64
	Result          document
}

// QualityRows implements quality.Store.
func (s *Store) QualityRows(ctx context.Context, scope quality.Scope, after string, limit int) ([]quality.Row, string, error) {
	columns := columnsOfSide[scope.Side]
	where, args := qualityScope(scope, byID[s.dialect])
	where, args = where+" AND "+columns.version+" = ?", append(args, scope.Version)
	if after != "" {
		id, err := uuid.Parse(after)
		if err != nil {
			return nil, "", err
		}
		where, args = where+" AND id > ?", append(args, id)
	}
	var found []qualityRow
	err := s.reader(ctx).Raw(fmt.Sprintf(`SELECT id, language, mode, expected_segment, segment, %s AS answers, %s AS score, result
FROM assessments WHERE %s ORDER BY id LIMIT %d`, columns.answers, columns.score, where, limit), args...).Scan(&found).Error
	if err != nil {
		return nil, "", classify(err)
	}
	last, rows := "", make([]quality.Row, len(found))
	for i, row := range found {
		if rows[i], err = row.row(); err != nil {
			return nil, "", err
		}
		last = row.ID.String()
	}
	return rows, last, nil
}

func (row qualityRow) row() (r quality.Row, err error) {
	r = quality.Row{Language: row.Language, Mode: row.Mode, Score: row.Score}
	if r.Segment, err = parseSegment(string(row.Segment)); err != nil {
		return quality.Row{}, err
	}
	r.Expected, _ = segment.Parse(string(row.ExpectedSegment))
	if r.Sheet, err = decodeSheet(row.Answers, nil); err != nil {
		return quality.Row{}, err
	}
	var result struct {
		Borderline []string `json:"borderline"`
		Stability  float64  `json:"stability"`
	}
	if err := decode(row.Result, &result); err != nil {
		return quality.Row{}, err
	}
	r.Borderline, r.Stability = len(result.Borderline) > 0, result.Stability
	return r, nil
}

// apart is how many days lie between a first and a second assessment.
var apart = map[string]string{
	PostgreSQL: "b.assessed_on - a.assessed_on",
	SQLite:     "CAST(julianday(b.assessed_on) - julianday(a.assessed_on) AS integer)",
}

// QualityPairs implements quality.Store.
func (s *Store) QualityPairs(ctx context.Context, scope quality.Scope, days int, each func(quality.Pair)) error {
	columns := columnsOfSide[scope.Side]
	where, args := qualityScope(scope, "")
	where, args = where+" AND "+columns.version+" = ?", append(args, scope.Version, days)
	rows, err := s.reader(ctx).Raw(fmt.Sprintf(`WITH counted AS (
SELECT consent_id, assessed_on, %[1]s AS score, segment, row_number() OVER (PARTITION BY consent_id ORDER BY assessed_on, completed_at, id) AS place
FROM assessments WHERE %[2]s)
SELECT a.score, b.score, a.segment, b.segment FROM counted a JOIN counted b ON b.consent_id = a.consent_id
WHERE a.place = 1 AND b.place = 2 AND %[3]s BETWEEN 1 AND ?`, columns.score, where, apart[s.dialect]), args...).Rows()
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pair quality.Pair
		var first, second string
		if err := rows.Scan(&pair.First, &pair.Second, &first, &second); err != nil {
			return classify(err)
		}
		if pair.FirstSegment, err = parseSegment(first); err != nil {
			return err
		}
		if pair.SecondSegment, err = parseSegment(second); err != nil {
			return err
		}
		each(pair)
	}
	return classify(rows.Err())
}

// QualityStanding implements quality.Store.
func (s *Store) QualityStanding(ctx context.Context, scope quality.Scope, upTo time.Time) (quality.Standing, error) {
	where, args := qualityScope(scope, "")
	var found struct {
		Now, Before, Others, Removals int
		Latest                        stamp
	}
	removals, units := qualityRemovals(scope)
	version := columnsOfSide[scope.Side].version
	err := s.reader(ctx).Raw(fmt.Sprintf(`SELECT count(*) FILTER (WHERE %[1]s = ?) AS now, count(*) FILTER (WHERE %[1]s = ? AND completed_at <= ?) AS before,
count(*) FILTER (WHERE %[1]s <> ?) AS others, max(completed_at) FILTER (WHERE %[1]s = ?) AS latest, (%[3]s) AS removals
FROM assessments WHERE %[2]s`, version, where, removals),
		append(append([]any{scope.Version, scope.Version, stamp{upTo}, scope.Version, scope.Version}, units...), args...)...).Scan(&found).Error
	return quality.Standing{Now: found.Now, Then: found.Before, Latest: found.Latest.Time, Others: found.Others, Removals: found.Removals}, classify(err)
}

// QualityRemovals implements quality.Store.
func (s *Store) QualityRemovals(ctx context.Context, scope quality.Scope) (n int, err error) {
	sql, args := qualityRemovals(scope)
	err = s.reader(ctx).Raw(sql, args...).Scan(&n).Error
	return n, classify(err)
}

// qualityRemovals counts what triggers note of every assessment that leaves the
// statistics, or is put elsewhere: see migration 00020.
func qualityRemovals(scope quality.Scope) (sql string, args []any) {
	sql = "SELECT count(*) FROM extract_removals WHERE true"
	if scope.Unit != "" {
		sql, args = sql+" AND unit = ?", append(args, scope.Unit)
	}
	if scope.Units != nil {
		sql, args = sql+" AND unit IN ?", append(args, scope.Units)
	}
	return sql, args
}
