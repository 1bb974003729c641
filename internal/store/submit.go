package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// The one statement that carries the load is written by hand and handed to the
// connection under GORM: on PostgreSQL assessment and audit row are one
// statement and so one round trip, which is what a submit costs most (see
// docs/adr/0002).

// column is a column of an insert with its PostgreSQL type: in a SELECT a
// parameter would otherwise be taken for text.
type column struct{ name, pg string }

var assessmentColumns = []column{
	{"id", "uuid"}, {"revision", "integer"}, {"status", "text"}, {"consent_id", "uuid"},
	{"unit", "text"}, {"register", "text"}, {"language", "text"}, {"mode", "text"}, {"assessed_on", "date"},
	{"assessed_month", "text"}, {"client_index", "bytea"}, {"expected_segment", "text"}, {"client_battery", "text"},
	{"client_version", "integer"}, {"battery", "text"}, {"battery_version", "integer"}, {"client_answers", "jsonb"},
	{"professional_answers", "jsonb"}, {"segment", "text"}, {"resources", "double precision"}, {"challenge", "double precision"},
	{"result", "jsonb"}, {"feedback_given", "boolean"}, {"created_by", "uuid"}, {"created_at", "timestamptz"}, {"completed_at", "timestamptz"},
	{"plain", "boolean"}, {"present", "text"}, {"sealed", "bytea"},
}

func (row *assessmentRow) values() []any {
	return []any{
		row.ID, row.Revision, row.Status, row.ConsentID,
		row.Unit, row.Register, row.Language, row.Mode, row.AssessedOn,
		row.AssessedMonth, row.ClientIndex, row.ExpectedSegment, row.ClientBattery,
		row.ClientVersion, row.Battery, row.BatteryVersion, row.ClientAnswers,
		row.ProfessionalAnswers, row.Segment, row.Resources, row.Challenge,
		row.Result, row.FeedbackGiven, row.CreatedBy, row.Created, row.Completed,
		row.Plain, row.Present, row.Sealed,
	}
}

var auditColumns = []column{
	{"at", "timestamptz"}, {"actor_id", "uuid"}, {"role", "text"}, {"action", "text"},
	{"subject", "text"}, {"subject_id", "text"}, {"unit", "text"}, {"request_id", "text"},
}

func (row *auditRow) values() []any {
	return []any{row.At, row.ActorID, row.Role, row.Action, row.Subject, row.SubjectID, row.Unit, row.RequestID}
}

func names(columns []column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.name
	}
	return strings.Join(list, ", ")
}

// numbered are PostgreSQL's parameters of columns, the first one being $from.
func numbered(columns []column, from int) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = fmt.Sprintf("$%d::%s", from+i, c.pg)
	}
	return strings.Join(list, ", ")
}

func marks(columns []column) string { return strings.Repeat(", ?", len(columns))[2:] }

// validConsent is the condition under which a consent covers a new assessment. The
// mark is that of the key which has sealed it, if anything is sealed: a key in memory
// may be none of the consent's any more.
const validConsent = "withdrawn_at IS NULL AND for_assessment AND (client_index IS NULL OR %[1]s IS NULL OR client_index = %[1]s) AND coalesce(key_mark = %[2]s, TRUE)"

var (
	// A withdrawal that is under way holds the consent's row: FOR SHARE waits
	// for it and then looks at the row again.
	submitPostgres = fmt.Sprintf(`WITH valid AS (SELECT for_statistics FROM consents WHERE id = $4 AND unit = ANY($%d::text[]) AND %s FOR SHARE),
added AS (INSERT INTO assessments (%s, statistics) SELECT %s, for_statistics FROM valid RETURNING statistics),
noted AS (INSERT INTO audit_events (%s) SELECT %s FROM added)
SELECT statistics FROM added`,
		len(assessmentColumns)+len(auditColumns)+1,
		fmt.Sprintf(validConsent, fmt.Sprintf("$%d::bytea", clientColumn), fmt.Sprintf("$%d::bytea", len(assessmentColumns)+len(auditColumns)+2)),
		names(assessmentColumns), numbered(assessmentColumns, 1), names(auditColumns), numbered(auditColumns, len(assessmentColumns)+1))

	addSQLite = fmt.Sprintf(`INSERT INTO assessments (%s, turn, statistics) SELECT %s, ?, for_statistics FROM consents
WHERE id = ? AND unit IN (SELECT value FROM json_each(?)) AND %s RETURNING statistics`,
		names(assessmentColumns), marks(assessmentColumns), fmt.Sprintf(validConsent, fmt.Sprintf("?%d", clientColumn), "?"))
	auditSQLite = fmt.Sprintf(`INSERT INTO audit_events (%s) VALUES (%s)`, names(auditColumns), marks(auditColumns))
)

// clientColumn is the place of client_index among the parameters, from 1.
var clientColumn = 1 + slices.IndexFunc(assessmentColumns, func(c column) bool { return c.name == "client_index" })

// AddAssessment implements assessment.Store.
func (s *Store) AddAssessment(ctx context.Context, a *assessment.Assessment, units []string, e audit.Entry) (added bool, err error) {
	row := toAssessmentRow(a)
	if row.ClientIndex, err = s.indexOf(ctx, clientIndex, a.ClientRef); err != nil {
		return false, err
	}
	if row.secrets.empty() {
		return s.insertSubmit(ctx, row, nil, &a.Statistics, units, e)
	}
	if key, there := s.unlocked.get(row.key()); there {
		sealRow(key, row)
		if added, err = s.insertSubmit(ctx, row, key.Mark(), &a.Statistics, units, e); added || err != nil {
			return added, err
		}
	}
	key, err := s.keyToSealWith(ctx, row.key())
	if fault.KindOf(err) == fault.Gone { // there is no such consent, or it is erased
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sealRow(key, row)
	return s.insertSubmit(ctx, row, key.Mark(), &a.Statistics, units, e)
}

// insertSubmit adds a sealed row and its row in the audit, and tells by statistics
// whether the consent covers those.
func (s *Store) insertSubmit(ctx context.Context, row *assessmentRow, mark blob, statistics *bool, units []string, e audit.Entry) (added bool, err error) {
	entry := toAuditRow(e)
	if s.dialect == PostgreSQL {
		values := s.bare(append(append(row.values(), entry.values()...), units, mark))
		added, err = scanAdded(s.writer(ctx).Statement.ConnPool.QueryRowContext(ctx, submitPostgres, values...), statistics)
		return added, classify(err)
	}
	one := &submit{ctx: ctx, values: s.bare(append(row.values(), row.ConsentID, encode(units), mark)), audit: s.bare(entry.values()), statistics: statistics}
	if tx := s.joined(ctx); tx != nil {
		err = s.batch.insertAll(ctx, tx, []*submit{one})
		return one.added && err == nil, classify(errors.Join(err, one.err))
	}
	added, err = s.batch.add(s.write, one)
	return added, classify(err)
}

// bare turns our column types into what the driver encodes without asking
// twice; pgx tries a driver.Valuer in binary and then again as text.
func (s *Store) bare(values []any) []any {
	for i, value := range values {
		switch v := value.(type) {
		case stamp:
			values[i] = s.bareTime(v.Time, v)
		case day:
			values[i] = s.bareTime(v.Time(), v)
		case optional:
			values[i], _ = v.Value()
		case document:
			values[i], _ = v.Value()
		case blob:
			values[i], _ = v.Value()
		case uuid.UUID:
			if s.dialect == PostgreSQL {
				values[i] = pgtype.UUID{Bytes: v, Valid: true}
			}
		}
	}
	return values
}

func (s *Store) bareTime(t time.Time, v driver.Valuer) any {
	text, _ := v.Value() // never fails; nil when there is none
	if text == nil || s.dialect == SQLite {
		return text
	}
	return t
}
