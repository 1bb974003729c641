package store_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/migrations"
)

func open(t *testing.T, url string) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), url, quiet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	files := map[string][]string{}
	for _, dialect := range []string{store.SQLite, store.PostgreSQL} {
		paths, err := fs.Glob(migrations.Files, dialect+"/*.sql")
		if err != nil || len(paths) == 0 {
			t.Fatalf("no migrations for %s: %v", dialect, err)
		}
		for _, path := range paths {
			files[dialect] = append(files[dialect], strings.TrimPrefix(path, dialect+"/"))
		}
	}
	if diff := cmp.Diff(files[store.SQLite], files[store.PostgreSQL]); diff != "" {
		t.Errorf("the migrations of SQLite and PostgreSQL differ:\n%s", diff)
	}
}

// rows reads the first columns of a query as texts, joined by a space.
func rows(t *testing.T, db *store.Store, query string) []string {
	t.Helper()
	pool, err := db.Pool()
	if err != nil {
		t.Fatal(err)
	}
	found, err := pool.QueryContext(access.WholeHouse(t.Context()), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	var list []string
	for found.Next() {
		var text string
		if err := found.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// The table of goose itself differs by dialect and is not ours.
const (
	columnsSQLite = `SELECT m.name || '.' || c.name || CASE WHEN c."notnull" OR c.pk > 0 THEN ' NOT NULL' ELSE '' END
		FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE 'goose_%'`
	columnsPostgres = `SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
		FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%'`

	schemaSQLite = `SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite_sequence' AND tbl_name NOT LIKE 'goose_%' ORDER BY 1`
	schemaPostgres = `
		SELECT 'column ' || table_name || '.' || ordinal_position || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
			|| ' ' || coalesce(column_default, '') || ' ' || is_identity
			FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%'
		UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
			FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text NOT LIKE 'goose_%'
		UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename NOT LIKE 'goose_%'
		ORDER BY 1`
)

func columns(t *testing.T, db *store.Store) []string {
	t.Helper()
	query := columnsSQLite
	if db.Dialect() == store.PostgreSQL {
		query = columnsPostgres
	}
	list := rows(t, db, query)
	slices.Sort(list)
	return list
}

func TestBothDialectsHaveTheSameColumns(t *testing.T) {
	schema := map[string][]string{}
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		schema[db.Dialect()] = columns(t, db)
	})
	if len(schema) != 2 {
		t.Skip("one of the engines is missing")
	}
	if diff := cmp.Diff(schema[store.SQLite], schema[store.PostgreSQL]); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
}

// A column more could tell whose feedback it is.
func TestFeedbackHasNoColumnThatLeadsBack(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := slices.DeleteFunc(columns(t, db), func(c string) bool { return !strings.HasPrefix(c, "feedback.") })
		want := []string{"feedback.agreement NOT NULL", "feedback.given_on NOT NULL",
			"feedback.id NOT NULL", "feedback.sealed", "feedback.unit NOT NULL", "feedback.usefulness NOT NULL"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDownAndUpAgainGivesTheSameSchema(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		query := schemaSQLite
		if db.Dialect() == store.PostgreSQL {
			query = schemaPostgres
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		fresh := rows(t, db, query)
		if len(fresh) < 14 {
			t.Fatalf("a schema of %d parts: %v", len(fresh), fresh)
		}
		m, err := db.Migrator()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if left := rows(t, db, query); len(left) > 0 {
			t.Errorf("left after going down: %v", left)
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh, rows(t, db, query)); diff != "" {
			t.Errorf("down and up again differs:\n%s", diff)
		}
		if err := db.CheckSchema(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A program that is older or newer than the schema must not work on it.
func TestAnotherSchemaIsRefused(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		if err := db.CheckSchema(t.Context()); err == nil {
			t.Error("an empty database passes for one with the schema")
		}
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		pool, err := db.Pool()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pool.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)"); err != nil {
			t.Fatal(err)
		}
		if err := db.CheckSchema(t.Context()); err == nil {
			t.Error("a newer schema passes for this program's")
		}
	})
}
