package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// Rows for research are read below GORM, one by one and without keeping any: with
// COPY on PostgreSQL, by a cursor on SQLite. Neither takes parameters, or needs them:
// what goes into the statement are codes and days.

// sourceColumns are the columns of a source, in the order in which decode takes them.
// What is sealed is not among them.
const sourceColumns = `SELECT a.id, a.consent_id, %s, a.assessed_on, a.unit, a.register, a.language, a.mode, a.client_version, a.battery, a.battery_version,
a.segment, a.agreed_segment, a.expected_segment, a.resources, a.challenge, a.result->>'scoring', a.result->>'borderline', a.result->>'stability',
%s, CASE WHEN a.feedback_given THEN 1 ELSE 0 END, %s, %s
`

// What they are read from: on PostgreSQL all at once, which it sorts on disk. SQLite
// would sort whole rows in memory, so it sorts their places alone and then takes one row
// after the other, with what hangs on it. The limit, which is none, keeps it from
// taking them in an order of its own.
const (
	sourcesPostgres = `FROM assessments a
LEFT JOIN (SELECT assessment_id, %s FROM assessment_phases GROUP BY assessment_id) p ON p.assessment_id = a.id
LEFT JOIN (SELECT assessment_id, max(CASE WHEN kind = 'printed' THEN 1 ELSE 0 END) AS printed, max(CASE WHEN kind = 'recorded' THEN 1 ELSE 0 END) AS recorded,
max(CASE WHEN kind = 'discussed' THEN 1 ELSE 0 END) AS discussed FROM assessment_events GROUP BY assessment_id) e ON e.assessment_id = a.id
WHERE %s ORDER BY %s`

	sourcesSQLite = `FROM (SELECT a.rowid AS place FROM assessments a WHERE %s ORDER BY %s LIMIT -1) o CROSS JOIN assessments a ON a.rowid = o.place`
)

// before is how many columns stand before the seconds, which stand before the two
// sheets.
const before = 23

// quoted is a list of codes as SQL.
func quoted[T ~string](codes []T) (string, error) {
	texts := make([]string, len(codes))
	for i, code := range codes {
		if strings.ContainsAny(string(code), "'\\\x00") {
			return "", errUnitCode
		}
		texts[i] = "'" + string(code) + "'"
	}
	if len(texts) == 0 {
		return "NULL", nil // matches nothing
	}
	return strings.Join(texts, ", "), nil
}

// rowsWhere is which assessments are rows of a scope. A withdrawn consent has
// withdrawn assessments alone: see docs/adr/0009.
func (s *Store) rowsWhere(scope extract.Scope) (string, error) {
	units, err := quoted(scope.Units)
	if err != nil {
		return "", err
	}
	registers, err := quoted(scope.Registers)
	return withResult + " AND a.statistics AND a.unit IN (" + units + ") AND a.register IN (" + registers + ") AND a.assessed_on BETWEEN '" +
		scope.From.String() + "' AND '" + scope.To.String() + "'", err
}

// rowsSQL is the statement for the rows of a scope.
func (s *Store) rowsSQL(scope extract.Scope, key envelope.IndexKey) (string, error) {
	where, err := s.rowsWhere(scope)
	if err != nil {
		return "", err
	}
	sheets := "a.client_answers, a.professional_answers"
	if !scope.Items {
		sheets = "NULL, NULL"
	}
	var events, seconds, folded []string
	if s.dialect == SQLite {
		for _, kind := range []assessment.EventKind{assessment.Printed, assessment.Recorded, assessment.Discussed} {
			events = append(events, fmt.Sprintf("EXISTS (SELECT 1 FROM assessment_events e WHERE e.assessment_id = a.id AND e.kind = '%s')", kind))
		}
		for _, phase := range assessment.Phases {
			seconds = append(seconds, fmt.Sprintf("(SELECT p.seconds FROM assessment_phases p WHERE p.assessment_id = a.id AND p.phase = '%s')", phase))
		}
		return fmt.Sprintf(sourceColumns, "lower(hex(a.client_index))", strings.Join(events, ", "), strings.Join(seconds, ", "), sheets) +
			fmt.Sprintf(sourcesSQLite, where, shuffled(key)), nil
	}
	for i, phase := range assessment.Phases {
		seconds = append(seconds, fmt.Sprintf("p.s%d", i))
		folded = append(folded, fmt.Sprintf("max(CASE WHEN phase = '%s' THEN seconds END) AS s%d", phase, i))
	}
	return fmt.Sprintf(sourceColumns, "encode(a.client_index, 'hex')", "e.printed, e.recorded, e.discussed", strings.Join(seconds, ", "), sheets) +
		fmt.Sprintf(sourcesPostgres, strings.Join(folded, ", "), where, fmt.Sprintf("uuid_hash_extended(a.id, %d)", int64(seed(key)))), nil
}

// The order of the rows must tell neither when they were written, nor which row of
// one permit stands where in another's: it hangs on the permit's key.

// seed is 64 bits of a permit's key.
func seed(key envelope.IndexKey) uint64 {
	return binary.BigEndian.Uint64(key.Of("extract order", "rows"))
}

// shuffled is an order for SQLite, which has no hash: by some of the digits of the
// identifiers, which are random, in a sequence that the key chooses.
func shuffled(key envelope.IndexKey) string {
	places := []int{1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 18, 21, 22, 23, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36}
	parts := make([]string, 16)
	for i, choice := range key.Of("extract order", "digits")[:len(parts)] {
		at := int(choice) % len(places)
		parts[i] = fmt.Sprintf("substr(a.id, %d, 1)", places[at])
		places = slices.Delete(places, at, at+1)
	}
	return strings.Join(parts, " || ")
}

// Rows implements extract.Queue.
func (s *Store) Rows(ctx context.Context, scope extract.Scope, key envelope.IndexKey, begin func(total, removals int) error, each func(*extract.Source) error) error {
	query, err := s.rowsSQL(scope, key)
	if err != nil {
		return err
	}
	where, err := s.rowsWhere(scope)
	if err != nil {
		return err
	}
	units, err := quoted(scope.Units)
	if err != nil {
		return err
	}
	counts := "SELECT (SELECT count(*) FROM assessments a WHERE " + where + "), (SELECT count(*) FROM extract_removals WHERE unit IN (" + units + "))"
	pool, err := s.read.DB()
	if err != nil {
		return err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return classify(err)
	}
	defer conn.Close()
	d := &sourceDecoder{each: each, codes: map[string]string{}, items: scope.Items}
	if s.dialect == PostgreSQL {
		return d.outcome(copied(ctx, conn, sightOf(ctx), counts, query, begin, d))
	}
	return d.outcome(walked(ctx, conn, counts, query, begin, d))
}

// copied streams the answer of a query out of PostgreSQL, from one snapshot.
func copied(ctx context.Context, pooled *sql.Conn, sight sight, counts, query string, begin func(total, removals int) error, d *sourceDecoder) error {
	return pooled.Raw(func(driver any) error {
		c := driver.(*conn).Conn.Conn()
		tx, err := c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // read only: how it ends changes nothing
		if _, err := tx.Exec(ctx, setSight, sight.units, sight.user, sight.reports); err != nil {
			return err
		}
		var total, removals int
		if err := tx.QueryRow(ctx, counts).Scan(&total, &removals); err != nil {
			return err
		}
		if err := begin(total, removals); err != nil {
			d.failed = err
			return err
		}
		_, err = c.PgConn().CopyTo(ctx, d, "COPY ("+query+") TO STDOUT")
		return err
	})
}

// walked reads the answer of a query from SQLite row by row, from one snapshot.
func walked(ctx context.Context, pooled *sql.Conn, counts, query string, begin func(total, removals int) error, d *sourceDecoder) (err error) {
	// The writer's transactions begin at once, this one when it reads.
	if _, err := pooled.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return err
	}
	defer func() {
		_, ended := pooled.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, ended)
	}()
	var total, removals int
	if err := pooled.QueryRowContext(ctx, counts).Scan(&total, &removals); err != nil {
		return err
	}
	if err := begin(total, removals); err != nil {
		d.failed = err
		return err
	}
	rows, err := pooled.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	raw := make([]sql.RawBytes, d.width())
	into := make([]any, len(raw))
	for i := range raw {
		into[i] = &raw[i]
	}
	fields := make([][]byte, len(raw))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i := range raw {
			fields[i] = raw[i]
		}
		if err := d.row(fields); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sourceDecoder turns rows into sources. Its Write takes what COPY sends: whole rows,
// each with its line end.
type sourceDecoder struct {
	each   func(*extract.Source) error
	source extract.Source
	fields [][]byte
	loose  []byte            // room for what was escaped
	index  [64]byte          // room for the client's
	codes  map[string]string // there are few, and they come again and again
	items  bool
	failed error
}

// width is how many columns there are.
func (d *sourceDecoder) width() int { return before + len(assessment.Phases) + 2 }

// outcome is how reading ended: what the receiver of the rows said comes first.
func (d *sourceDecoder) outcome(err error) error {
	if d.failed != nil {
		return d.failed
	}
	return classify(err)
}

// Write implements io.Writer.
func (d *sourceDecoder) Write(data []byte) (int, error) {
	for rest := data; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		if !whole {
			return 0, errSource
		}
		if err := d.line(line); err != nil {
			return 0, err
		}
		rest = after
	}
	return len(data), nil
}

var errSource = errors.New("store: a row for research cannot be read")

// line takes the fields of a row in PostgreSQL's text format apart.
func (d *sourceDecoder) line(line []byte) error {
	d.fields, d.loose = d.fields[:0], d.loose[:0]
	if bytes.IndexByte(line, '\\') >= 0 && cap(d.loose) < len(line) {
		d.loose = make([]byte, 0, 2*len(line))
	}
	for {
		field, rest, more := bytes.Cut(line, []byte{'\t'})
		switch {
		case string(field) == `\N`:
			field = nil
		case bytes.IndexByte(field, '\\') >= 0:
			begin := len(d.loose)
			d.loose = unescape(d.loose, field)
			field = d.loose[begin:]
		}
		d.fields = append(d.fields, field)
		if !more {
			return d.row(d.fields)
		}
		line = rest
	}
}

// unescape appends a field as it was before COPY wrote it.
func unescape(to, field []byte) []byte {
	for i := 0; i < len(field); i++ {
		if field[i] != '\\' || i+1 == len(field) {
			to = append(to, field[i])
			continue
		}
		i++
		if at := strings.IndexByte("bfnrtv", field[i]); at >= 0 {
			to = append(to, "\b\f\n\r\t\v"[at])
		} else {
			to = append(to, field[i])
		}
	}
	return to
}

// row decodes the fields of a row and hands them on.
func (d *sourceDecoder) row(fields [][]byte) error {
	if len(fields) != d.width() {
		return errSource
	}
	p := parsing{codes: d.codes}
	s := &d.source
	s.ID, s.Consent, s.Client = p.id(fields[0]), p.id(fields[1]), p.hex(fields[2], d.index[:])
	s.Day = p.day(fields[3])
	s.Unit, s.Register, s.Language, s.Mode = p.code(fields[4]), p.code(fields[5]), p.code(fields[6]), p.code(fields[7])
	s.ClientVersion, s.Battery, s.BatteryVersion = p.number(fields[8]), p.code(fields[9]), p.number(fields[10])
	s.Segment, s.Agreed, s.Expected = p.code(fields[11]), p.code(fields[12]), p.code(fields[13])
	s.Resources, s.Challenge = p.float(fields[14]), p.float(fields[15])
	s.Scoring, s.Borderline, s.Stability = p.number(fields[16]), fields[17], p.float(fields[18])
	s.Printed, s.Recorded, s.Discussed, s.Feedback = is(fields[19]), is(fields[20]), is(fields[21]), is(fields[22])
	for i := range s.Seconds {
		if s.Seconds[i] = -1; fields[before+i] != nil {
			s.Seconds[i] = p.number(fields[before+i])
		}
	}
	s.ClientAnswers, s.ProfessionalAnswers = fields[before+len(s.Seconds)], fields[before+len(s.Seconds)+1]
	if p.failed {
		return errSource
	}
	if err := d.each(s); err != nil {
		d.failed = err
		return err
	}
	return nil
}

func is(field []byte) bool { return string(field) == "1" }

// parsing reads fields; whatever does not fit makes it fail.
type parsing struct {
	codes  map[string]string
	failed bool
}

func (p *parsing) id(field []byte) uuid.UUID {
	id, err := uuid.ParseBytes(field)
	p.failed = p.failed || err != nil
	return id
}

func (p *parsing) hex(field, room []byte) []byte {
	if len(field) == 0 {
		return nil
	}
	if hex.DecodedLen(len(field)) > len(room) {
		p.failed = true
		return nil
	}
	n, err := hex.Decode(room, field)
	p.failed = p.failed || err != nil
	return room[:n]
}

func (p *parsing) day(field []byte) calendar.Date {
	if len(field) < len("2006-01-02") {
		p.failed = true
		return calendar.Date{}
	}
	d, err := calendar.Parse(p.code(field[:len("2006-01-02")]))
	p.failed = p.failed || err != nil
	return d
}

func (p *parsing) code(field []byte) string {
	if len(field) == 0 {
		return ""
	}
	if code, known := p.codes[string(field)]; known {
		return code
	}
	code := string(field)
	if len(p.codes) < 10_000 {
		p.codes[code] = code
	}
	return code
}

func (p *parsing) number(field []byte) int {
	n, err := strconv.Atoi(string(field))
	p.failed = p.failed || err != nil
	return n
}

func (p *parsing) float(field []byte) float64 {
	f, err := strconv.ParseFloat(string(field), 64)
	p.failed = p.failed || err != nil
	return f
}
