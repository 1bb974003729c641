package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/omasuunta/omasuunta/migrations"
)

// ErrSchema is a schema that is older or newer than this program.
var ErrSchema = errors.New("store: the schema of the database does not fit this program")

// Migration is one step of the schema.
type Migration struct {
	Version int64
	File    string
	Applied bool
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations.Files, s.dialect)
	if err != nil {
		return nil, err
	}
	pool, err := s.write.DB()
	if err != nil {
		return nil, err
	}
	sealing := goose.WithGoMigrations(s.sealingMigration())
	if s.dialect == SQLite {
		return goose.NewProvider(goose.DialectSQLite3, pool, files, sealing)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker), sealing)
}

// Migrate brings the schema up to date. Several instances may call it at once
// on PostgreSQL; an advisory lock lets one of them work.
func (s *Store) Migrate(ctx context.Context) error {
	m, err := s.migrator()
	if err != nil {
		return err
	}
	done, err := m.Up(ctx)
	s.forgetKeys()
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if s.dialect == SQLite && slices.ContainsFunc(done, func(r *goose.MigrationResult) bool { return r.Source.Version == sealingVersion }) {
		return s.rewrite(ctx)
	}
	return nil
}

// rewrite writes the file of SQLite anew and cuts the log beside it, so that what was
// there before is in neither.
func (s *Store) rewrite(ctx context.Context) error {
	if err := s.write.WithContext(ctx).Exec("VACUUM").Error; err != nil {
		return fmt.Errorf("store: the schema is up to date, but texts that are sealed now may still be in the file, "+
			"because another program has it open: end that and run VACUUM: %w", classify(err))
	}
	return s.Scrub(ctx)
}

// Migrations lists the steps of the schema and which of them are done.
func (s *Store) Migrations(ctx context.Context) ([]Migration, error) {
	m, err := s.migrator()
	if err != nil {
		return nil, err
	}
	states, err := m.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: migrations: %w", err)
	}
	list := make([]Migration, len(states))
	for i, st := range states {
		list[i] = Migration{Version: st.Source.Version, File: cmp.Or(st.Source.Path, "in the program"), Applied: st.State == goose.StateApplied}
	}
	return list, nil
}

// CheckSchema returns ErrSchema unless every migration of this program, and
// none of a later one, is done.
func (s *Store) CheckSchema(ctx context.Context) error {
	m, err := s.migrator()
	if err != nil {
		return err
	}
	current, target, err := m.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("store: schema version: %w", err)
	}
	if current != target {
		return fmt.Errorf("%w: it is at %d, the program at %d", ErrSchema, current, target)
	}
	return nil
}
