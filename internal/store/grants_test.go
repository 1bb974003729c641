package store_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// The program's role may do exactly what stands in the table of the code, which
// names every table of the schema.
func TestRightsOfTheProgramsRole(t *testing.T) {
	h := onPostgres(t)
	tables := rows(t, h.Store, "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
	if diff := cmp.Diff(slices.Sorted(maps.Keys(store.TableRights)), tables); diff != "" {
		t.Errorf("the tables with rights (-) and those of the schema (+): say in internal/store/grants.go what the program does with them\n%s", diff)
	}
	testkit.TwoRoles(t, h.url)
	for table, rights := range store.TableRights {
		for _, right := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"} {
			want := "false"
			if slices.Contains(strings.Split(rights, ", "), right) {
				want = "true"
			}
			if got := rows(t, h.Store, "SELECT has_table_privilege('"+table+"', '"+right+"')::text"); got[0] != want {
				t.Errorf("%s on %s: %s", right, table, got[0])
			}
		}
	}
	for _, kept := range []string{"audit_events", "audit_batches", "audit_members", "consent_texts", "own_consent_texts", "batteries"} {
		if rights := store.TableRights[kept]; rights != "SELECT, INSERT" {
			t.Errorf("%s: %s", kept, rights)
		}
	}
	if r, err := h.Rights(t.Context()); err != nil || r != (store.Rights{}) {
		t.Errorf("the program's role: %+v, %v", r, err)
	}
	if r, err := open(t, testkit.AsOwner(h.url)).Rights(t.Context()); err != nil || r != (store.Rights{Owns: true}) {
		t.Errorf("the owner: %+v, %v", r, err)
	}
	if r, err := open(t, testkit.AsSuperuser(t, h.url)).Rights(t.Context()); err != nil || !r.Bypasses {
		t.Errorf("a superuser: %+v, %v", r, err)
	}
}

// What would open a way around the policies, the triggers and the rights.
func TestTheProgramsRoleCannotGetAround(t *testing.T) {
	h := inhabited(t)
	pool, err := h.Pool()
	h.must(err)
	for _, statement := range []string{
		"UPDATE audit_events SET unit = ''", "DELETE FROM audit_events", "TRUNCATE audit_events",
		"UPDATE audit_members SET batch = 0", "DELETE FROM audit_batches",
		"UPDATE consent_texts SET content = ''", "DELETE FROM consent_texts", "TRUNCATE consent_texts CASCADE",
		"UPDATE own_consent_texts SET content = '{}'", "DELETE FROM own_consent_texts", "UPDATE batteries SET digest = ''",
		"UPDATE goose_db_version SET version_id = 1", "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, true)",
		"ALTER TABLE audit_events DISABLE TRIGGER ALL", "DROP TRIGGER audit_events_stay ON audit_events", "SET session_replication_role = replica",
		"ALTER TABLE assessments DISABLE ROW LEVEL SECURITY", "ALTER TABLE assessments NO FORCE ROW LEVEL SECURITY",
		"DROP POLICY in_scope ON assessments", "CREATE POLICY open ON assessments USING (true)", "ALTER POLICY in_scope ON assessments USING (true)",
		"CREATE OR REPLACE FUNCTION whole_house_in_scope() RETURNS boolean LANGUAGE sql STABLE RETURN true",
		"CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
		"DROP TABLE assessments CASCADE", "CREATE TABLE mine (n integer)", "CREATE VIEW mine AS SELECT 1", "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql RETURN 1",
		"SELECT setval('audit_events_id_seq', 1)", "ALTER SEQUENCE audit_events_id_seq RESTART",
		"SET ROLE " + strings.Replace(rows(t, h.Store, "SELECT current_user::text")[0], "program", "owner", 1),
		"CREATE ROLE another SUPERUSER",
	} {
		if _, err := pool.ExecContext(h.Context(), statement); err == nil {
			t.Errorf("done: %s", statement)
		}
	}
	// With row security off, a query that would be guarded fails.
	if _, err := pool.ExecContext(h.Context(), "SET row_security = off; SELECT * FROM assessments"); err == nil {
		t.Error("row security was switched off")
	}
}

// Rights are given again and again, to a role that is there and is not the owner,
// and what was given beside them is taken away.
func TestRightsAreGivenByTheOwner(t *testing.T) {
	h := onPostgres(t)
	testkit.TwoRoles(t, h.url)
	program, ownersURL := rows(t, h.Store, "SELECT current_user::text")[0], testkit.AsOwner(h.url)
	owner := open(t, ownersURL)
	h.do("GRANT ALL ON audit_events, assessments TO " + program)
	h.do("GRANT SELECT ON assessments TO PUBLIC")
	for range 2 {
		h.must(owner.GrantTo(t.Context(), program))
	}
	if got := rows(t, h.Store, "SELECT has_table_privilege('audit_events', 'UPDATE')::text"); got[0] != "false" {
		t.Error("a right that was given by hand stayed")
	}
	if got := rows(t, h.Store, "SELECT count(*)::text FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' AND table_schema = current_schema()"); got[0] != "0" {
		t.Error("a right that everybody had stayed")
	}
	if err := owner.GrantTo(t.Context(), "nobody; DROP TABLE users"); !errors.Is(err, store.ErrNoRole) {
		t.Errorf("a role that isn't there: %v", err)
	}
	if err := owner.GrantTo(t.Context(), rows(t, owner, "SELECT current_user::text")[0]); !errors.Is(err, store.ErrOwnRole) {
		t.Errorf("the owner: %v", err)
	}
	if err := h.GrantTo(t.Context(), program); !errors.Is(err, store.ErrNotOwner) {
		t.Errorf("the program's role to itself: %v", err)
	}
	if err := open(t, testkit.SQLite(t)).GrantTo(t.Context(), program); !errors.Is(err, store.ErrNoRoles) {
		t.Errorf("on SQLite: %v", err)
	}
}
