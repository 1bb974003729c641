package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func file(t *testing.T) (s *Store, path string) {
	t.Helper()
	url := testkit.SQLite(t)
	s, err := Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, strings.TrimPrefix(url, "sqlite:")
}

// writer is the one connection that writes, and what lends its statements.
func writer(t *testing.T, s *Store) (*sql.DB, *keeper) {
	t.Helper()
	pool, err := s.write.DB()
	if err != nil {
		t.Fatal(err)
	}
	var k *keeper
	conn, err := pool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Raw(func(c any) error { k = c.(*keeper); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	return pool, k
}

func exec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, one := range statements {
		if _, err := db.ExecContext(t.Context(), one); err != nil {
			t.Fatalf("%s: %v", one, err)
		}
	}
}

// The same statement within its own rows goes through them all, inside and out.
func TestStatementWithinItself(t *testing.T) {
	s, _ := file(t)
	pool, k := writer(t, s)
	exec(t, pool, "CREATE TABLE n (i INTEGER) STRICT", "INSERT INTO n VALUES (1), (2), (3)")
	tx, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	var pairs []string
	each := func(f func(i int)) {
		rows, err := tx.QueryContext(t.Context(), "SELECT i FROM n WHERE i < ? ORDER BY i", 4)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var i int
			if err := rows.Scan(&i); err != nil {
				t.Fatal(err)
			}
			f(i)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	each(func(i int) { each(func(j int) { pairs = append(pairs, fmt.Sprint(i, j)) }) })
	if want := "1 1,1 2,1 3,2 1,2 2,2 3,3 1,3 2,3 3"; strings.Join(pairs, ",") != want {
		t.Errorf("%q, not %q", pairs, want)
	}
	if len(k.byText) != k.kept.Len() {
		t.Errorf("%d texts of %d statements", len(k.byText), k.kept.Len())
	}
}

// A statement that failed, or whose rows were left in the middle, is as good as new, and
// holds no lock and no value of the call before.
func TestStatementAfterFailure(t *testing.T) {
	s, _ := file(t)
	pool, _ := writer(t, s)
	exec(t, pool, "CREATE TABLE n (i INTEGER UNIQUE, word TEXT) STRICT")
	const add = "INSERT INTO n VALUES (?, ?)"
	for _, try := range []struct {
		values []any
		want   string
	}{{[]any{1, "a"}, ""}, {[]any{1, "b"}, "conflict"}, {[]any{2, nil}, ""}, {[]any{3}, "internal"}, {[]any{3, "c"}, ""}} {
		_, err := pool.ExecContext(t.Context(), add, try.values...)
		if err = classify(err); (try.want == "") != (err == nil) || err != nil && !strings.HasPrefix(err.Error(), try.want) {
			t.Errorf("%v: %v", try.values, err)
		}
	}
	for range 3 { // each leaves two rows
		var first string
		if err := pool.QueryRowContext(t.Context(), "SELECT coalesce(word, '-') FROM n ORDER BY i").Scan(&first); err != nil || first != "a" {
			t.Fatal(first, err)
		}
	}
	var words string
	if err := pool.QueryRowContext(t.Context(), "SELECT group_concat(i || coalesce(word, '-') ORDER BY i) FROM n").Scan(&words); err != nil || words != "1a,2-,3c" {
		t.Error(words, err)
	}
	exec(t, pool, "DROP TABLE n", "VACUUM")
}

// What is kept is as new as the schema, also when another connection changed it.
func TestStatementAfterANewSchema(t *testing.T) {
	s, _ := file(t)
	pool, _ := writer(t, s)
	readers, err := s.read.DB()
	if err != nil {
		t.Fatal(err)
	}
	readers.SetMaxOpenConns(1)
	columns := func(want string) {
		t.Helper()
		rows, err := readers.QueryContext(t.Context(), "SELECT * FROM n")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if got, err := rows.Columns(); err != nil || fmt.Sprint(got) != want || !rows.Next() {
			t.Errorf("%v and not %s: %v", got, want, err)
		}
	}
	exec(t, pool, "CREATE TABLE n (i INTEGER) STRICT", "INSERT INTO n VALUES (1)")
	columns("[i]")
	exec(t, pool, "ALTER TABLE n ADD COLUMN j TEXT")
	columns("[i j]")
	exec(t, pool, "DROP TABLE n", "CREATE TABLE n (word TEXT) STRICT", "INSERT INTO n VALUES ('a')")
	columns("[word]")
}

// A connection keeps no more than it may, and least of all what changes the
// schema or the connection.
func TestStatementsAreBounded(t *testing.T) {
	s, path := file(t)
	pool, k := writer(t, s)
	exec(t, pool, "CREATE TABLE n (i INTEGER) STRICT", "PRAGMA wal_checkpoint", "BEGIN", "COMMIT")
	if k.kept.Len() != 0 {
		t.Errorf("%d are kept", k.kept.Len())
	}
	for range 2 {
		for i := range 3 * keptStatements {
			exec(t, pool, fmt.Sprintf("INSERT INTO n VALUES (%d)", i), "\n\tDELETE\nFROM n")
		}
	}
	if k.kept.Len() != keptStatements || len(k.byText) != keptStatements {
		t.Errorf("%d are kept, by %d texts", k.kept.Len(), len(k.byText))
	}
	if _, often := k.byText["\n\tDELETE\nFROM n"]; !often {
		t.Error("the one that is used most is gone")
	}
	// The last to close moves the log into the file: nothing holds on to it.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the log is still there: %v", err)
	}
}

// A context ends a statement in the middle, and the writer works on.
func TestStatementsEndWithTheirContext(t *testing.T) {
	s, _ := file(t)
	pool, _ := writer(t, s)
	exec(t, pool, "CREATE TABLE n (i INTEGER) STRICT")
	const endless = "INSERT INTO n WITH RECURSIVE up(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM up) SELECT i FROM up WHERE i < 0"
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := classify(s.write.WithContext(ctx).Exec(endless).Error)
		cancel()
		if fault.KindOf(err) != fault.Unavailable {
			t.Error(err)
		}
		exec(t, pool, "INSERT INTO n VALUES (1)")
		if err := checkPragmas(t.Context(), pool); err != nil { // of the connection that came instead
			t.Error(err)
		}
	}
	var n int
	if err := pool.QueryRowContext(t.Context(), "SELECT count(*) FROM n").Scan(&n); err != nil || n != 2 {
		t.Error(n, err)
	}
}

// Names that a program would not choose are names all the same.
func TestNamesAreQuoted(t *testing.T) {
	s, _ := file(t)
	for name, want := range map[string]string{"units": "`units`", "main.units": "`main`.`units`", "a`; DROP": "`a``; DROP`", `a"b`: "`a\"b`"} {
		var b strings.Builder
		sqliteDialect{}.QuoteTo(&b, name)
		if b.String() != want {
			t.Errorf("%s: %s, not %s", name, &b, want)
		}
	}
	pool, _ := writer(t, s)
	exec(t, pool, "CREATE TABLE `a``b` (`c d` TEXT) STRICT", "INSERT INTO `a``b` VALUES ('e')")
	var got string
	all := s.write.WithContext(t.Context()).Clauses(clause.From{Tables: []clause.Table{{Name: "a`b"}}}).Clauses(clause.Locking{Strength: "UPDATE"})
	if err := all.Select("?", clause.Column{Name: "c d"}).Limit(1).Scan(&got).Error; err != nil || got != "e" {
		t.Error(got, err)
	}
	exec(t, pool, "CREATE TABLE n (i INTEGER) STRICT")
	err := s.write.WithContext(t.Context()).Table("n").Where(clause.Eq{Column: clause.Column{Name: "f"}, Value: "f"}).Scan(&got).Error
	if err == nil || !strings.Contains(err.Error(), "no such column") {
		t.Errorf("a column that is not there was taken for a text: %v", err)
	}
}
