package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// What the program may do with a table, for the role that it runs as.
const (
	none       = ""
	readOnly   = "SELECT"
	addOnly    = "SELECT, INSERT"
	changeOnly = "SELECT, UPDATE"
	addChange  = "SELECT, INSERT, UPDATE"
	addTake    = "SELECT, INSERT, DELETE"
	all        = "SELECT, INSERT, UPDATE, DELETE" // also where rows are locked to be deleted
)

// tableRights is all that the program's role may do, table by table; on sequences
// it may do what sequenceRights says. What was once in the audit, or was agreed to,
// is never changed or deleted.
var tableRights = map[string]string{
	"goose_db_version": readOnly,

	"audit_events": addOnly, "audit_batches": addOnly, "audit_members": addOnly,
	"batteries": addOnly, "consent_texts": addOnly, "own_consent_texts": addOnly, "guidance_texts": addOnly,
	"published_reports": addOnly,

	"units": addChange, "users": addChange, "user_units": addTake, "api_tokens": addChange,
	"settings": addChange, "retention_rules": addChange,
	"sessions": all, "setup_links": all,
	"totp_factors": all, "passkeys": all, "recovery_codes": addTake, "factor_challenges": all,
	"identities": addTake, "login_attempts": all, "card_tickets": all, "known_browsers": all,
	"emergency_sets": addChange, "emergency_logins": addChange, "emergency_codes": addChange,

	"consents": all, "assessments": all, "assessment_events": addTake, "assessment_phases": all,
	"feedback": all, "non_participations": all, "invitations": all, "legal_holds": addTake,
	"diary_entries": all, "barrier_reports": all, "archive_jobs": all, "idempotency_keys": all,

	// Behind functions: see functionRights.
	"summaries": none, "summary_corrections": none, "summary_state": none,
	"reassessments": none, "reassessment_summaries": none, "reassessment_moves": none, "reassessment_state": none,
	"feedback_summaries": none, "feedback_changes": none,
	"survey_rounds": all, "survey_answers": addTake, "survey_marks": addTake,

	"research_permits": all, "extracts": all, "extract_chunks": addTake, "extract_removals": addOnly,
	"quality_results": all,

	"keks": addTake, "house_keys": changeOnly, "record_keys": all,
}

const sequenceRights = "USAGE, SELECT"

// functionRights are the functions that the program's role may run though they see
// more than it does. They give counts, or put rows into the summaries.
var functionRights = []string{
	"fold_summaries(integer)", "report_offered(date, date, text[], text)", "report_cells(text, date, date, text[], text)", "report_previous(date, date, text[], text)",
	"fold_reassessments(integer)", "fold_feedback()", "report_feedback(date, date, text[])", "report_targets(date, date, text[], text)", "report_unclear()",
}

// Errors of GrantTo.
var (
	ErrNoRoles  = errors.New("store: SQLite has no roles; whoever can open the file has all rights")
	ErrNoRole   = errors.New("store: there is no such role in the database")
	ErrOwnRole  = errors.New("store: the role of the program must neither own the tables nor act for their owner, and be no superuser")
	ErrNotOwner = errors.New("store: only the owner of the tables gives rights to them")
)

// GrantTo gives a role of PostgreSQL exactly what the program needs, and takes
// away from it whatever else it may do with the tables. The owner of the tables
// runs it, after every migration; it does no harm twice.
func (s *Store) GrantTo(ctx context.Context, role string) error {
	if s.dialect != PostgreSQL {
		return ErrNoRoles
	}
	return s.InTx(ctx, func(ctx context.Context) error {
		tx := s.writer(ctx)
		var facts struct{ Owner, Known, Own bool }
		err := tx.Raw(`SELECT pg_has_role(relowner, 'USAGE') AS owner, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = @role) AS known,
coalesce((SELECT pg_has_role(r.oid, relowner, 'USAGE') FROM pg_roles r WHERE rolname = @role), false) AS own
FROM pg_class WHERE oid = 'consents'::regclass`, map[string]any{"role": role}).Scan(&facts).Error
		switch {
		case err != nil:
			return classify(err)
		case !facts.Owner:
			return ErrNotOwner
		case !facts.Known:
			return ErrNoRole
		case facts.Own:
			return ErrOwnRole
		}
		return grant(tx, pgx.Identifier{role}.Sanitize())
	})
}

// grant gives the rights to a role whose name is quoted already.
func grant(tx *gorm.DB, role string) error {
	var schema string
	if err := tx.Raw("SELECT quote_ident(current_schema())").Scan(&schema).Error; err != nil {
		return classify(err)
	}
	statements := []string{
		"REVOKE CREATE ON SCHEMA %[1]s FROM PUBLIC, %[2]s",
		"GRANT USAGE ON SCHEMA %[1]s TO %[2]s",
		"REVOKE ALL ON ALL TABLES IN SCHEMA %[1]s FROM PUBLIC, %[2]s",
		"REVOKE ALL ON ALL SEQUENCES IN SCHEMA %[1]s FROM PUBLIC, %[2]s",
		"GRANT " + sequenceRights + " ON ALL SEQUENCES IN SCHEMA %[1]s TO %[2]s",
	}
	for i := range statements {
		statements[i] = fmt.Sprintf(statements[i], schema, role)
	}
	for table, rights := range tableRights {
		if rights == none {
			continue
		}
		statements = append(statements, fmt.Sprintf("GRANT %s ON %s.%s TO %s", rights, schema, table, role))
	}
	for _, function := range functionRights {
		statements = append(statements, fmt.Sprintf("GRANT EXECUTE ON FUNCTION %s.%s TO %s", schema, function, role))
	}
	slices.Sort(statements[5:])
	for _, one := range statements {
		if err := tx.Exec(one).Error; err != nil {
			return fmt.Errorf("%s: %w", one[:strings.Index(one, " ON ")], classify(err))
		}
	}
	return nil
}

// Rights is what the role that the program runs as could do beyond its work.
type Rights struct {
	Owns     bool // it owns tables: it could change their triggers and policies
	Bypasses bool // it is a superuser, or may bypass row-level security
}

// Rights looks at the role of the program; on SQLite there is none.
func (s *Store) Rights(ctx context.Context) (r Rights, err error) {
	if s.dialect != PostgreSQL {
		return Rights{}, nil
	}
	err = s.reader(ctx).Raw(`SELECT rolsuper OR rolbypassrls AS bypasses,
EXISTS (SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND pg_has_role(c.relowner, 'USAGE')) AS owns
FROM pg_roles WHERE rolname = current_user`).Scan(&r).Error
	return r, classify(err)
}
