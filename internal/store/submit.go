package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
)

// The one statement that carries the load is written by hand and handed to the
// connection under GORM: on PostgreSQL assessment and audit row are one
// statement and so one round trip, which is what a submit costs most (see
// docs/adr/0002).

// column is a column of an insert with its PostgreSQL type: in a SELECT a
// parameter would otherwise be taken for text.
type column struct{ name, pg string }

var assessmentColumns = []column{
	{"id", "uuid"}, {"revision", "integer"}, {"status", "text"}, {"consent_id", "uuid"}, {"statistics", "boolean"},
	{"unit", "text"}, {"register", "text"}, {"language", "text"}, {"mode", "text"}, {"assessed_on", "date"},
	{"assessed_month", "text"}, {"client_ref", "text"}, {"expected_segment", "text"}, {"client_battery", "text"},
	{"client_version", "integer"}, {"battery", "text"}, {"battery_version", "integer"}, {"client_answers", "jsonb"},
	{"professional_answers", "jsonb"}, {"segment", "text"}, {"resources", "double precision"}, {"challenge", "double precision"},
	{"result", "jsonb"}, {"feedback_given", "boolean"}, {"created_by", "uuid"}, {"created_at", "timestamptz"}, {"completed_at", "timestamptz"},
}

func (row *assessmentRow) values() []any {
	return []any{
		row.ID, row.Revision, row.Status, row.ConsentID, row.Statistics,
		row.Unit, row.Register, row.Language, row.Mode, row.AssessedOn,
		row.AssessedMonth, row.ClientRef, row.ExpectedSegment, row.ClientBattery,
		row.ClientVersion, row.Battery, row.BatteryVersion, row.ClientAnswers,
		row.ProfessionalAnswers, row.Segment, row.Resources, row.Challenge,
		row.Result, row.FeedbackGiven, row.CreatedBy, row.Created, row.Completed,
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

var (
	// A withdrawal that is under way holds the consent's row: FOR SHARE waits
	// for it and then looks at the row again.
	submitPostgres = fmt.Sprintf(`WITH valid AS (SELECT 1 FROM consents WHERE id = $4 AND withdrawn_at IS NULL FOR SHARE),
added AS (INSERT INTO assessments (%s) SELECT %s FROM valid RETURNING 1)
INSERT INTO audit_events (%s) SELECT %s FROM added`,
		names(assessmentColumns), numbered(assessmentColumns, 1), names(auditColumns), numbered(auditColumns, len(assessmentColumns)+1))

	addSQLite = fmt.Sprintf(`INSERT INTO assessments (%s) SELECT %s WHERE EXISTS (SELECT 1 FROM consents WHERE id = ? AND withdrawn_at IS NULL)`,
		names(assessmentColumns), marks(assessmentColumns))
	auditSQLite = fmt.Sprintf(`INSERT INTO audit_events (%s) VALUES (%s)`, names(auditColumns), marks(auditColumns))
)

// AddAssessment implements assessment.Store.
func (s *Store) AddAssessment(ctx context.Context, a *assessment.Assessment, e audit.Entry) (added bool, err error) {
	row, entry := toAssessmentRow(a), toAuditRow(e)
	if s.dialect == PostgreSQL {
		return s.exec(ctx, submitPostgres, append(row.values(), entry.values()...))
	}
	err = s.InTx(ctx, func(ctx context.Context) error {
		if added, err = s.exec(ctx, addSQLite, append(row.values(), row.ConsentID)); err != nil || !added {
			return err
		}
		_, err = s.exec(ctx, auditSQLite, entry.values())
		return err
	})
	return added, err
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

// exec runs a statement on the connection under GORM and tells whether it
// changed a row.
func (s *Store) exec(ctx context.Context, sql string, values []any) (bool, error) {
	done, err := s.writer(ctx).Statement.ConnPool.ExecContext(ctx, sql, s.bare(values)...)
	if err != nil {
		return false, classify(err)
	}
	n, err := done.RowsAffected()
	return n > 0, classify(err)
}
