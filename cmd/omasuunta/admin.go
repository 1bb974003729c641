package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
)

func required(cmd *cobra.Command, flags ...string) *cobra.Command {
	for _, name := range flags {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // a flag that does not exist: a mistake in this file
		}
	}
	return cmd
}

func (p *program) unit() *cobra.Command {
	var u access.Unit
	add := &cobra.Command{Use: "add", Short: "Add a unit", Args: noArguments}
	database := databaseFlag(add)
	add.Flags().StringVar(&u.Code, "code", "", "short code of a-z, 0-9 and dashes")
	add.Flags().StringVar(&u.Name, "name", "", "the name that people read")
	add.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			return administration(db).AddUnit(ctx, u)
		})
	}
	return group("unit", "Units: the places of work", required(add, "code", "name"))
}

func (p *program) user() *cobra.Command {
	var u access.NewUser
	add := &cobra.Command{Use: "add", Short: "Add a user and print a one-time password", Args: noArguments}
	database := databaseFlag(add)
	add.Flags().StringVar(&u.Username, "username", "", "the name to log in with")
	add.Flags().StringVar(&u.Name, "name", "", "the name that people read")
	add.Flags().StringVar(&u.Role, "role", "", "professional, expert or admin")
	add.Flags().StringSliceVar(&u.Units, "unit", nil, "a unit's code, repeatable; an expert without any reports on all units")
	add.Flags().StringSliceVar(&u.Registers, "register", nil, "health or social, repeatable; both when it is not given")
	add.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			_, password, err := administration(db).AddUser(ctx, u)
			if err == nil {
				fmt.Fprintln(p.out, password)
			}
			return err
		})
	}
	disable := &cobra.Command{Use: "disable", Short: "Shut a user out, tokens and all", Args: noArguments}
	disableDatabase := databaseFlag(disable)
	username := disable.Flags().String("username", "", "whose access ends")
	disable.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *disableDatabase, func(ctx context.Context, db *store.Store) error {
			people := administration(db)
			u, err := people.UserByName(ctx, *username)
			if err != nil {
				return err
			}
			return people.DisableUser(ctx, u.ID)
		})
	}
	return group("user", "Users", required(add, "username", "name", "role"), required(disable, "username"), p.resetFactors(), p.userLink(), p.userUnlink())
}

func (p *program) token() *cobra.Command {
	create := &cobra.Command{Use: "create", Short: "Create an API token and print it once", Args: noArguments}
	database := databaseFlag(create)
	username := create.Flags().String("username", "", "whose token it is")
	name := create.Flags().String("name", "", "what it is for")
	expires := create.Flags().Duration("expires", 0, "how long it is in force, for example 720h; without it until it is revoked")
	create.RunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("expires") && *expires <= 0 {
			return usage("--expires must be longer than nothing")
		}
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			token, err := administration(db).CreateToken(ctx, *username, *name, *expires)
			if err == nil {
				fmt.Fprintln(p.out, token)
			}
			return err
		})
	}
	revoke := &cobra.Command{Use: "revoke", Short: "End a user's tokens of a name", Args: noArguments}
	revokeDatabase := databaseFlag(revoke)
	revokeUsername := revoke.Flags().String("username", "", "whose token it is")
	revokeName := revoke.Flags().String("name", "", "the token's name")
	revoke.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *revokeDatabase, func(ctx context.Context, db *store.Store) error {
			return administration(db).RevokeToken(ctx, *revokeUsername, *revokeName)
		})
	}
	return group("token", "API tokens", required(create, "username", "name"), required(revoke, "username", "name"))
}

func (p *program) setting() *cobra.Command {
	list := &cobra.Command{Use: "list", Short: "List the settings that all instances share", Args: noArguments}
	database := databaseFlag(list)
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return p.withDatabase(cmd, *database, func(ctx context.Context, db *store.Store) error {
			values, err := db.Settings(ctx)
			if err != nil {
				return err
			}
			return p.listSettings(values)
		})
	}
	set := &cobra.Command{Use: "set NAME VALUE", Short: "Change a setting", Args: cobra.ExactArgs(2), ValidArgs: setting.Names()}
	setDatabase := databaseFlag(set)
	set.RunE = func(cmd *cobra.Command, args []string) error {
		if !slices.Contains(setting.Names(), args[0]) {
			return usage("there is no such setting; the settings are %s", strings.Join(setting.Names(), ", "))
		}
		if _, err := setting.Parse(map[string]string{args[0]: args[1]}); err != nil {
			return usageError{err}
		}
		return p.withDatabase(cmd, *setDatabase, func(ctx context.Context, db *store.Store) error {
			built, err := loadContent()
			if err != nil {
				return err
			}
			return settings(db, built).Change(ctx, args[0], args[1])
		})
	}
	return group("setting", "Settings shared by all instances", list, set)
}

// settings is where the settings are read and changed.
func settings(db *store.Store, built embedded) *setting.Service {
	var codes []string
	for _, b := range built.library.Professional() {
		codes = append(codes, b.Code)
	}
	return setting.New(db, systemClock{}, codes)
}

// listSettings shows what is in force, given what was changed.
func (p *program) listSettings(changed map[string]string) error {
	table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, name := range setting.Names() {
		value, ok := changed[name]
		note := ""
		if !ok {
			value, note = setting.Default(name), "(default)"
		}
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", name, value, note)
	}
	return table.Flush()
}

func (p *program) migrate() *cobra.Command {
	up := &cobra.Command{Use: "up", Short: "Bring the schema up to date", Args: noArguments}
	database := databaseFlag(up)
	role := up.Flags().String("grant-to", "", "on PostgreSQL: the role that the program runs as; it gets the rights that it needs and no others")
	up.RunE = func(cmd *cobra.Command, _ []string) error {
		db, err := p.open(cmd.Context(), *database)
		if err != nil {
			return err
		}
		defer db.Close()
		if *role != "" && db.Dialect() != store.PostgreSQL {
			return usage("--grant-to is for PostgreSQL: SQLite has no roles")
		}
		if err := db.Migrate(cmd.Context()); err != nil || *role == "" {
			return err
		}
		return db.GrantTo(cmd.Context(), *role)
	}
	status := &cobra.Command{Use: "status", Short: "List the steps of the schema and which of them are done", Args: noArguments}
	statusDatabase := databaseFlag(status)
	status.RunE = func(cmd *cobra.Command, _ []string) error {
		db, err := p.open(cmd.Context(), *statusDatabase)
		if err != nil {
			return err
		}
		defer db.Close()
		steps, err := db.Migrations(cmd.Context())
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		for _, s := range steps {
			state := "pending"
			if s.Applied {
				state = "applied"
			}
			fmt.Fprintf(table, "%d\t%s\t%s\n", s.Version, state, s.File)
		}
		return table.Flush()
	}
	return group("migrate", "The schema of the database", up, status)
}
