package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/omasuunta/omasuunta/internal/envelope"
	"github.com/omasuunta/omasuunta/internal/extract"
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

// Watch hands every statement that goes through GORM to a function, without its
// values, and how many rows it returned or changed.
func (s *Store) Watch(f func(sql string, rows int64)) {
	for _, db := range []*gorm.DB{s.write, s.read} {
		db.Logger = watching{db.Logger, f}
	}
}

type watching struct {
	logger.Interface
	f func(sql string, rows int64)
}

func (w watching) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

func (w watching) LogMode(logger.LogLevel) logger.Interface { return w }

func (w watching) Trace(ctx context.Context, begin time.Time, statement func() (string, int64), err error) {
	w.f(statement())
	w.Interface.Trace(ctx, begin, statement, err)
}

// FoldInBatchesOf makes batches as small as a test wants them.
func (s *Store) FoldInBatchesOf(most int) { s.foldBatch = most }

// TableRights is what the program's role may do, table by table.
var TableRights = tableRights

// Exec runs a statement in the transaction of the context.
func (s *Store) Exec(ctx context.Context, statement string) error {
	return s.writer(ctx).Exec(statement).Error
}

// Seen counts the rows of a table that a context sees.
func (s *Store) Seen(ctx context.Context, table string) (n int, err error) {
	err = s.reader(ctx).Raw("SELECT count(*) FROM " + table).Scan(&n).Error
	return n, err
}

// RowsSQL is the statement that rows for research are read with.
func (s *Store) RowsSQL(scope extract.Scope, key envelope.IndexKey) (string, error) {
	return s.rowsSQL(scope, key)
}

// FoldAround folds a batch, and lets something happen after it was counted and before it
// is put down. On PostgreSQL there is no such moment, and it happens before.
func (s *Store) FoldAround(ctx context.Context, meanwhile func()) error {
	if s.dialect == PostgreSQL {
		meanwhile()
		_, err := s.Fold(ctx)
		return err
	}
	if err := s.CloseTurn(ctx); err != nil {
		return err
	}
	putDown, err := s.CountBatch(ctx)
	if err != nil {
		return err
	}
	meanwhile()
	return putDown()
}

// CloseTurn is how a fold begins on SQLite.
func (s *Store) CloseTurn(ctx context.Context) error {
	_, err := s.closeTurn(ctx)
	return err
}

// CountBatch is how it goes on, and putDown how it ends.
func (s *Store) CountBatch(ctx context.Context) (putDown func() error, err error) {
	c, err := s.countBatch(ctx)
	return func() error { return s.putDown(ctx, c) }, err
}
