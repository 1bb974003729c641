package store

import (
	"database/sql"

	"github.com/pressly/goose/v3"
)

// Pool is the connections that write; on SQLite it is one.
func (s *Store) Pool() (*sql.DB, error) { return s.write.DB() }

// Migrator runs the migrations, down as well as up.
func (s *Store) Migrator() (*goose.Provider, error) { return s.migrator() }

// HoldBatches keeps submits waiting until release is called, so that a test
// says which of them share a transaction.
func (s *Store) HoldBatches() (release func()) {
	s.batch.turn <- struct{}{}
	return func() { <-s.batch.turn }
}

// Waiting is how many submits wait for the writer.
func (s *Store) Waiting() int { return len(s.batch.waiting) }
