package testkit

import "testing"

// Engines runs a test once per database engine, as the subtests "sqlite" and
// "postgres", each with the URL of a fresh, empty database, on PostgreSQL the
// owner's.
func Engines(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// EnginesFrom is Engines with databases that prepare filled beforehand, once
// per engine and key in this process. Prepare receives a URL of either engine,
// and must have closed the database when it returns; see [PostgresFrom].
func EnginesFrom(t *testing.T, key string, prepare func(url string) error, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLiteFrom(t, key, prepare)) })
	t.Run("postgres", func(t *testing.T) { test(t, PostgresFrom(t, key, prepare)) })
}
