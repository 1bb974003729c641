package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/store"
)

// program is one run of the command line.
type program struct {
	out, err io.Writer
	started  bool // the arguments were right and a command began

	cards *card.Reader // of the house's smart cards, nil for none

	keySources keySources // where the house keeps its key-encryption keys
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "omasuunta",
		Short:         "Client segmentation in health and social care",
		SilenceErrors: true, SilenceUsage: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(fromEnvironment(cmd.Flags()), cmd.ValidateRequiredFlags()); err != nil {
				return err
			}
			p.keySources = keySourcesOf(cmd)
			p.started = true
			return nil
		},
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return usage("a command is missing; see omasuunta --help")
		},
	}
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.AddCommand(p.serve(), p.demo(), p.migrate(), p.unit(), p.user(), p.token(), p.setting(), p.report(), p.document(), p.archive(), p.retention(), p.emergency(), p.audit(), p.key(), p.instrument(), p.health())
	return root
}

// word is what the name of a command looks like.
var word = regexp.MustCompile(`^[a-z-]{1,20}$`)

// noArguments refuses arguments. It repeats one only where it may be a misspelt
// command: a database URL in the wrong place has a password in it.
func noArguments(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasSubCommands() && word.MatchString(args[0]):
		return usage("there is no command %q; see %s --help", args[0], cmd.CommandPath())
	default:
		return usage("%s takes flags only; see %s --help", cmd.CommandPath(), cmd.CommandPath())
	}
}

// group is a command that only holds others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: name, Short: short, Args: noArguments, RunE: func(cmd *cobra.Command, _ []string) error {
		return usage("%s needs one of its commands; see omasuunta %s --help", name, name)
	}}
	g.AddCommand(commands...)
	return g
}

// fromEnvironment fills flags that were not given from OMASUUNTA_… variables.
func fromEnvironment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := config.EnvPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if value, ok := os.LookupEnv(name); ok && !f.Changed {
			if err := flags.Set(f.Name, value); err != nil {
				errs = append(errs, fmt.Errorf("%s does not fit --%s", name, f.Name))
			}
		}
	})
	return errors.Join(errs...)
}

// databaseFlag adds --database to a command, and with it where the keys come from.
func databaseFlag(cmd *cobra.Command) *string {
	keyFlags(cmd)
	return cmd.Flags().String("database", config.DefaultDatabase, "sqlite:PATH or postgres://…")
}

type usageError struct{ error }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// isUsage tells whether an error is the caller's: wrong usage, exit code 2.
func isUsage(err error) bool {
	var u usageError
	return errors.As(err, &u) || fault.KindOf(err) == fault.Invalid
}

// explain says what went wrong in words, the findings of bad input line by line.
func explain(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		return err.Error()
	}
	words := locale.For(lang.English)
	title, _ := words.Problem(f.Code)
	lines := []string{title}
	for _, one := range f.Findings {
		flag := "--" + strings.ReplaceAll(strings.TrimPrefix(one.Pointer, "/"), "_", "-")
		lines = append(lines, "  "+flag+": "+words.Finding(one))
	}
	return strings.Join(lines, "\n")
}

// logger writes JSON lines to standard error.
func (p *program) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(p.err, nil)) }

// open opens a database; a SQLite file's folder is made for the user alone, as
// the file itself is.
func (p *program) open(ctx context.Context, url string) (*store.Store, error) {
	if err := config.CheckDatabase(config.Secret(url)); err != nil {
		return nil, usageError{err}
	}
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
	}
	keys, err := p.keySources.read(ctx)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, url, p.logger(), store.WithKeys(keys), store.WithClock(systemClock{}.Now))
}

// ready opens a database and makes sure that its schema and content fit this
// program. SQLite is migrated by itself, PostgreSQL only when told to.
func (p *program) ready(ctx context.Context, url string, migrate bool) (*store.Store, error) {
	db, err := p.open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, db, migrate); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func prepare(ctx context.Context, db *store.Store, migrate bool) error {
	if migrate || db.Dialect() == store.SQLite {
		if err := db.Migrate(ctx); err != nil {
			return err
		}
	}
	if err := db.CheckSchema(ctx); err != nil {
		if errors.Is(err, store.ErrSchema) {
			return fmt.Errorf("%w; run `omasuunta migrate up` or start with --migrate", err)
		}
		return err
	}
	if err := db.OpenKeys(ctx); err != nil {
		if errors.Is(err, store.ErrKeys) {
			return fmt.Errorf("%w; see --key and --old-key in docs/operate/keys.md", err)
		}
		return err
	}
	built, err := loadContent()
	if err != nil {
		return err
	}
	return db.RegisterContent(ctx, built.library.Versions(), built.texts)
}

// embedded is the content that comes with the program.
type embedded struct {
	library *instrument.Library
	texts   []consent.Text
}

func loadContent() (embedded, error) {
	library, err := instrument.Builtin()
	if err != nil {
		return embedded{}, err
	}
	texts, err := consent.BuiltinTexts()
	return embedded{library, texts}, err
}

// withDatabase runs an administrator's command on a database that is ready.
func (p *program) withDatabase(cmd *cobra.Command, url string, f func(ctx context.Context, db *store.Store) error) error {
	ctx := access.With(cmd.Context(), access.SystemActor)
	db, err := p.ready(ctx, url, false)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, db), db.Close())
}

func administration(db *store.Store) *access.Service {
	return access.NewService(db, identity.Secrets{}, systemClock{}, randomIDs{})
}
