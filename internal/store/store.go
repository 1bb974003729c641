package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

// Store is one open database.
type Store struct {
	dialect string
	write   *gorm.DB // on SQLite one connection: one writer, no waiting for locks
	read    *gorm.DB // on PostgreSQL the same pool as write
	batch   *batch   // on SQLite

	keys     Keys
	opened   atomic.Pointer[vault]
	unlocked *keyCache

	foldBatch int
}

// Option changes how a store works.
type Option func(*Store)

// WithKeys gives the store key-encryption keys. Without them it uses the one that
// the database keeps itself.
func WithKeys(k Keys) Option { return func(s *Store) { s.keys = k } }

// WithClock lets the store keep unwrapped keys for a while. Without a clock it
// unwraps them every time.
func WithClock(now func() time.Time) Option {
	return func(s *Store) { s.unlocked = newKeyCache(now) }
}

// The dialects.
const (
	SQLite     = "sqlite"
	PostgreSQL = "postgres"
)

// Limits of the pools.
const (
	sqliteReaders   = 8
	postgresConns   = 24
	connMaxIdleTime = 5 * time.Minute
)

// sqliteOptions are read back after opening; drivers ignore what they do not
// know in silence.
const sqliteOptions = "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
	"&_pragma=foreign_keys(1)&_pragma=secure_delete(1)&_pragma=temp_store(MEMORY)&_txlock=immediate&_time_format=sqlite"

// Open opens a database by its URL: "sqlite:PATH" or "postgres://…". It does
// not touch the schema; see Migrate.
func Open(ctx context.Context, url string, log *slog.Logger, options ...Option) (s *Store, err error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		s, err = openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"), log)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err = openPostgres(ctx, url, log)
	default:
		err = errors.New("store: the database is neither sqlite:PATH nor postgres://…")
	}
	if err != nil {
		return nil, err
	}
	for _, option := range options {
		option(s)
	}
	return s, nil
}

func config(log *slog.Logger) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction:                   true,
		DisableForeignKeyConstraintWhenMigrating: true,
		DisableAutomaticPing:                     true,
		Logger:                                   newLogger(log),
	}
}

func openSQLite(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	if path == "" || strings.ContainsAny(path, "?#%") {
		return nil, errors.New("store: a SQLite path must be given, without ?, # and %")
	}
	if err := createPrivate(path); err != nil {
		return nil, err
	}
	open := func(conns int) (*gorm.DB, error) {
		pool, err := openFile(path)
		if err != nil {
			return nil, err
		}
		pool.SetMaxOpenConns(conns)
		pool.SetMaxIdleConns(conns)
		db, err := gorm.Open(sqliteDialect{pool}, config(log))
		if err != nil {
			return nil, errors.Join(err, pool.Close())
		}
		return db, checkPragmas(ctx, pool)
	}
	write, err := open(1)
	if err != nil {
		return nil, fmt.Errorf("store: open SQLite: %w", err)
	}
	s := &Store{dialect: SQLite, write: write, batch: newBatch(), foldBatch: foldBatchSQLite}
	if s.read, err = open(sqliteReaders); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open SQLite: %w", err), s.Close())
	}
	return s, nil
}

// createPrivate makes a file that is missing, for its owner alone. SQLite itself
// would let everybody read it; the log beside it gets the file's own mode. A
// file that is there keeps the mode that its owner chose.
func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("store: open SQLite: %w", err)
	}
	return f.Close()
}

// checkPragmas reads back what sqliteOptions asked for.
func checkPragmas(ctx context.Context, db *sql.DB) error {
	for _, p := range []struct{ name, want string }{
		{"journal_mode", "wal"}, {"busy_timeout", "5000"}, {"synchronous", "2"}, {"foreign_keys", "1"},
		{"secure_delete", "1"}, // what is erased is overwritten
	} {
		var got string
		if err := db.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return err
		}
		if got != p.want {
			return fmt.Errorf("pragma %s is %s, not %s", p.name, got, p.want)
		}
	}
	return nil
}

func openPostgres(ctx context.Context, url string, log *slog.Logger) (*Store, error) {
	pool, err := openSighted(url)
	if err != nil {
		return nil, fmt.Errorf("store: open PostgreSQL: %w", redact(err))
	}
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), config(log))
	if err != nil {
		return nil, fmt.Errorf("store: open PostgreSQL: %w", redact(err))
	}
	pool.SetMaxOpenConns(postgresConns)
	pool.SetMaxIdleConns(postgresConns)
	pool.SetConnMaxIdleTime(connMaxIdleTime)
	s := &Store{dialect: PostgreSQL, write: db, read: db, foldBatch: foldBatchPostgres}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: open PostgreSQL: %w", redact(err)), s.Close())
	}
	return s, nil
}

// Dialect is SQLite or PostgreSQL.
func (s *Store) Dialect() string { return s.dialect }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	pool, err := s.read.DB()
	if err != nil {
		return err
	}
	return pool.PingContext(ctx)
}

// Close closes the pools.
func (s *Store) Close() error {
	var errs []error
	for _, db := range s.pools() {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *Store) pools() []*gorm.DB {
	if s.read == nil || s.read == s.write {
		return []*gorm.DB{s.write}
	}
	return []*gorm.DB{s.read, s.write}
}

type txKey struct{}

// transacted is the transaction of a context.
type transacted struct {
	*gorm.DB
	sight sight // that it works with for now, on PostgreSQL
}

// InTx runs f in one transaction, and rolls back when f fails or panics. A
// call inside another joins it: the outermost decides. On PostgreSQL each
// statement in it has the sight of the context that it is called with.
func (s *Store) InTx(ctx context.Context, f func(ctx context.Context) error) error {
	if _, inside := ctx.Value(txKey{}).(*transacted); inside {
		return f(ctx)
	}
	var failed error
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		failed = f(context.WithValue(ctx, txKey{}, &transacted{tx, sightOf(ctx)}))
		return failed
	})
	if failed != nil {
		return failed
	}
	return classify(err)
}

// joined is the transaction of the context, nil for none.
func (s *Store) joined(ctx context.Context) *gorm.DB {
	tx, inside := ctx.Value(txKey{}).(*transacted)
	if !inside {
		return nil
	}
	if s.dialect == PostgreSQL {
		if wanted := sightOf(ctx); wanted != tx.sight {
			if _, err := tx.Statement.ConnPool.ExecContext(ctx, setSight, wanted.units, wanted.user, wanted.reports); err != nil {
				failed := tx.Session(&gorm.Session{})
				_ = failed.AddError(err) // of whatever is asked of it
				return failed
			}
			tx.sight = wanted
		}
	}
	return tx.DB
}

// reader is where a query goes: the transaction of the context, or the pool.
func (s *Store) reader(ctx context.Context) *gorm.DB {
	if tx := s.joined(ctx); tx != nil {
		return tx
	}
	return s.read.WithContext(ctx)
}

// writer is where a change goes: the transaction of the context, or the pool.
func (s *Store) writer(ctx context.Context) *gorm.DB {
	if tx := s.joined(ctx); tx != nil {
		return tx
	}
	return s.write.WithContext(ctx)
}
