package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/demo"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/store"
)

func (p *program) demo() *cobra.Command {
	var c config.Serve
	cmd := &cobra.Command{Use: "demo", Short: "Serve the Helsinki trial of 2023, replayed with made-up people", Args: noArguments}
	serveFlags(cmd, &c)
	keyFlags(cmd)
	database := cmd.Flags().String("database", "", "an empty database, sqlite:PATH or postgres://…; without it a temporary one")
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if *database == "" {
			folder, err := os.MkdirTemp("", "omasuunta-demo-")
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
			*database = "sqlite:" + filepath.Join(folder, "demo.db")
		}
		c.Database = config.Secret(*database)
		if err := errors.Join(c.Check(), c.ReadOutside(os.LookupEnv)); err != nil {
			return usageError{err}
		}
		db, err := p.ready(cmd.Context(), *database, true)
		if err != nil {
			return err
		}
		users, err := p.replay(cmd.Context(), db, c.Archive != "")
		if err == nil {
			err = p.listen(cmd.Context(), c, db, users)
		}
		return errors.Join(err, db.Close())
	}
	return cmd
}

// replay fills the database with the trial. With an archive the documents of the
// trial are queued for it too.
func (p *program) replay(ctx context.Context, db *store.Store, archived bool) ([]login, error) {
	built, err := loadContent()
	if err != nil {
		return nil, err
	}
	var into demo.Store = unarchived{db}
	if archived {
		into = db
	}
	users, err := demo.Replay(access.With(ctx, access.SystemActor),
		demo.House{Store: into, Library: built.library, Texts: built.texts, Secrets: identity.Secrets{}}, time.Now(), p.progress())
	if errors.Is(err, demo.ErrNotEmpty) {
		return nil, fmt.Errorf("%w; give demo an empty one, or none", err)
	}
	logins := make([]login, len(users))
	for i, u := range users {
		logins[i] = login(u)
	}
	return logins, err
}

// progress says how far the replay is, once it takes longer than a second.
func (p *program) progress() func(done, total int) {
	shown := time.Now()
	return func(done, total int) {
		if time.Since(shown) > time.Second {
			shown = time.Now()
			fmt.Fprintf(p.err, "Replaying the trial: %d of %d\n", done, total)
		}
	}
}
