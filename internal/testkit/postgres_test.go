package testkit_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

func TestPostgresGivesAnEmptyDatabaseOfItsOwn(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			conn := connect(t, testkit.Postgres(t))
			if n := number(t, conn, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"); n != 0 {
				t.Errorf("a fresh database has %d relations", n)
			}
			execute(t, conn, "CREATE TABLE visit (n integer)")
			if n := number(t, conn, "SELECT count(*) FROM visit"); n != 0 {
				t.Errorf("somebody else's %d rows are here", n)
			}
			if got := text(t, conn, "SHOW server_encoding"); got != "UTF8" {
				t.Errorf("the encoding is %s", got)
			}
		})
	}
}

func TestPostgresDropsTheDatabaseWithTheTest(t *testing.T) {
	var url string
	t.Run("uses it", func(t *testing.T) {
		url = testkit.Postgres(t)
		// Left open on purpose: a leak in a test must not keep the database.
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			t.Fatal(err)
		}
		if got := number(t, conn, "SELECT 1"); got != 1 {
			t.Fatal(got)
		}
	})
	if url == "" {
		t.Skip("there was no database to drop")
	}
	conn, err := pgx.Connect(context.Background(), url)
	if err == nil {
		conn.Close(context.Background())
	}
	if err == nil || !strings.Contains(err.Error(), "3D000") {
		t.Errorf("after the test the database answers: %v", err)
	}
}

// The program's role may do nothing but what whoever prepared the database gave it.
func TestProgramOwnsNothing(t *testing.T) {
	url := testkit.PostgresFrom(t, "given", func(url string) error {
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			return err
		}
		given := "CREATE TABLE given (n integer); CREATE TABLE kept (n integer)"
		if role := testkit.ProgramRole(url); role != "" {
			given += "; GRANT SELECT ON given TO " + role
		}
		_, err = conn.Exec(context.Background(), given)
		return errors.Join(err, conn.Close(context.Background()))
	})
	testkit.TwoRoles(t, url)
	program, owner := connect(t, url), connect(t, testkit.AsOwner(url))
	if n := number(t, program, "SELECT count(*) FROM given"); n != 0 {
		t.Error(n)
	}
	for _, refused := range []string{"SELECT * FROM kept", "INSERT INTO given VALUES (1)", "DROP TABLE given", "CREATE TABLE mine (n integer)", "CREATE ROLE another"} {
		if _, err := program.Exec(context.Background(), refused); err == nil {
			t.Errorf("the program's role may: %s", refused)
		}
	}
	execute(t, owner, "INSERT INTO kept VALUES (1)")
	if n := number(t, owner, "SELECT count(*) FROM pg_roles WHERE (rolsuper OR rolbypassrls) AND rolname IN (current_user, '"+text(t, program, "SELECT current_user")+"')"); n != 0 {
		t.Error("one of the roles may do everything")
	}
}

func TestPostgresFromPreparesOnce(t *testing.T) {
	var prepared atomic.Int64
	prepare := func(url string) error {
		prepared.Add(1)
		// The connection stays open: the template must be copied all the same.
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.Background(), "CREATE TABLE unit (code text); INSERT INTO unit VALUES ('vuosaari-ta')")
		return err
	}
	t.Run("copies", func(t *testing.T) {
		for i := range 4 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				conn := connect(t, testkit.AsOwner(testkit.PostgresFrom(t, t.Name()[:len(t.Name())-2], prepare)))
				execute(t, conn, "INSERT INTO unit VALUES ('mine')")
				if n := number(t, conn, "SELECT count(*) FROM unit"); n != 2 {
					t.Errorf("the copy has %d rows, want the prepared one and mine", n)
				}
			})
		}
	})
	if n := prepared.Load(); n > 1 {
		t.Errorf("prepared %d times", n)
	}
}

func TestThrowawayClusterIsNotDurableAndTheDurableOneIs(t *testing.T) {
	if os.Getenv(testkit.EnvDatabase) != "" {
		t.Skip("the settings of a given server are its own")
	}
	for name, c := range map[string]struct{ url, fsync string }{
		"fast":    {testkit.Postgres(t), "off"},
		"durable": {testkit.DurablePostgres(t), "on"},
	} {
		conn := connect(t, c.url)
		for _, setting := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
			if got := text(t, conn, "SHOW "+setting); got != c.fsync {
				t.Errorf("%s: %s is %s, want %s", name, setting, got, c.fsync)
			}
		}
	}
}

func TestClusterWantsItsPassword(t *testing.T) {
	if os.Getenv(testkit.EnvDatabase) != "" {
		t.Skip("the access rules of a given server are its own")
	}
	config, err := pgx.ParseConfig(testkit.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	config.Password = "guess"
	conn, err := pgx.ConnectConfig(context.Background(), config)
	if err == nil {
		conn.Close(context.Background())
		t.Fatal("a wrong password was let in")
	}
	if !strings.Contains(err.Error(), "28P01") {
		t.Errorf("refused for another reason: %v", err)
	}
}

func TestEnginesGivesEachEngineOnce(t *testing.T) {
	var seen []string
	testkit.Engines(t, func(t *testing.T, url string) {
		scheme, _, _ := strings.Cut(url, ":")
		seen = append(seen, scheme)
	})
	if len(seen) == 0 || seen[0] != "sqlite" || (len(seen) == 2 && seen[1] != "postgres") || len(seen) > 2 {
		t.Errorf("the engines were %v", seen)
	}
}

func TestSQLiteFromCopiesThePreparedFile(t *testing.T) {
	calls := 0
	prepare := func(url string) error {
		calls++
		return os.WriteFile(strings.TrimPrefix(url, "sqlite:"), []byte("prepared"), 0o600)
	}
	key := t.TempDir() // new in every run of this test in one process
	first, second := testkit.SQLiteFrom(t, key, prepare), testkit.SQLiteFrom(t, key, prepare)
	if first == second || calls != 1 {
		t.Errorf("%d preparations for %s and %s", calls, first, second)
	}
	for _, url := range []string{first, second} {
		content, err := os.ReadFile(strings.TrimPrefix(url, "sqlite:"))
		if err != nil || string(content) != "prepared" {
			t.Errorf("%s holds %q, %v", url, content, err)
		}
	}
}

func TestSQLiteIsAPathWhereNothingIsYet(t *testing.T) {
	path, ok := strings.CutPrefix(testkit.SQLite(t), "sqlite:")
	if _, err := os.Stat(path); !ok || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%q: %v", path, err)
	}
}

func TestPgbenchMeasures(t *testing.T) {
	if testing.Short() {
		t.Skip("takes two seconds")
	}
	if tps := testkit.Pgbench(t, testkit.DurablePostgres(t), "SELECT 1;", 2, 1); tps < 1 {
		t.Errorf("pgbench measured %v transactions a second", tps)
	}
}

// BenchmarkPostgresFrom is what a test pays for a database of its own.
func BenchmarkPostgresFrom(b *testing.B) {
	for b.Loop() {
		testkit.PostgresFrom(b, b.Name(), func(string) error { return nil })
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func execute(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, conn *pgx.Conn, query string) (n int) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func text(t *testing.T, conn *pgx.Conn, query string) (s string) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), query).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}
