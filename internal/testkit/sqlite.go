package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

const sqliteScheme = "sqlite:"

// SQLite returns the database URL, sqlite:PATH, of a file that does not exist
// yet in the test's own directory.
func SQLite(t testing.TB) string {
	t.Helper()
	return sqliteScheme + filepath.Join(t.TempDir(), "omasuunta.db")
}

// SQLiteFrom returns the URL of the test's own copy of a database that prepare
// filled once in this process for this key. Prepare must have closed the
// database when it returns.
func SQLiteFrom(t testing.TB, key string, prepare func(url string) error) string {
	t.Helper()
	content, err := sqliteTemplates.content(key, prepare)
	if err != nil {
		t.Fatalf("testkit: SQLite template %q: %v", key, err)
	}
	url := SQLite(t)
	if err := os.WriteFile(url[len(sqliteScheme):], content, 0o600); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return url
}

// sqliteTemplates remembers prepared files for the life of the process. They
// are a few hundred kilobytes, so they stay in memory and leave no files behind.
var sqliteTemplates sqliteCache

type sqliteCache struct{ byKey sync.Map } // key to func() ([]byte, error)

func (c *sqliteCache) content(key string, prepare func(url string) error) ([]byte, error) {
	once, _ := c.byKey.LoadOrStore(key, sync.OnceValues(func() ([]byte, error) { return prepareSQLite(prepare) }))
	return once.(func() ([]byte, error))()
}

func prepareSQLite(prepare func(url string) error) ([]byte, error) {
	dir, err := os.MkdirTemp("", "omasuunta-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := prepare(sqliteScheme + path); err != nil {
		return nil, err
	}
	// The last connection to close moves the log into the file. A log that is
	// still there holds rows that a copy of the file would lack.
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, fmt.Errorf("prepare left the database open")
	}
	return os.ReadFile(path)
}
